import { z } from 'zod'
import { bytes } from './bytes'
import { entryId } from './entry-id'
import { hostKey } from './model/host-key'
import { message } from './model/message'
import { role } from './model/role'

/**
 * Every way in which Sluice refuses or fails, with what a person needs to act on it, without secrets. The words are made of
 * this alone (`words/en/error-words.ts`). The contract declares exactly these.
 */
export const appErrors = {
  /**
   * Redis answered with an error. `prefix` is its first word (ERR, NOPERM, WRONGTYPE…), `reply` its whole text. `key`: what it is
   * about, where it is about a key and it is known which; it need not be the one that is looked at.
   */
  REDIS: z.object({ prefix: z.string(), reply: z.string(), command: z.string(), key: bytes.optional() }),
  /** No usable connection. The command was certainly not carried out. */
  UNREACHABLE: z.object({
    reason: z.enum([
      'not-open',
      'refused',
      'not-found',
      'timeout',
      'closed',
      'tls',
      'tls-client', // the server wants a client's certificate, or another one
      'tls-key', // the key of the client's certificate is not known, can't be read, or is another's
      'no-secret', // it is known where the password or key is, and it can't be had there
      'not-redis',
      'password-needed',
      'password-wrong',
      'no-database',
      'loading',
      'no-cluster', // it is no node of a cluster
      'slots-denied', // it won't tell this user who has which slots
      'no-slots', // it is one, and the cluster was never made
      'no-node', // nobody has the slot of this key
      'not-sentinel', // what was named as a sentinel is none
      'sentinel-denied', // it wants another user or password, or lets this user ask nothing
      'no-such-primary', // the sentinels know none of that name
      'not-primary', // whom the sentinels named says that it is a replica
      'ssh-refused', // from here on `endpoint` is the SSH server's: nothing listens there
      'ssh-not-found',
      'ssh-timeout',
      'ssh-closed', // it hung up, before or after the login
      'not-ssh', // what answers there speaks no SSH, or none that is spoken here
      'ssh-host-unknown', // its key was never accepted
      'ssh-host-changed', // it has another than was accepted
      'ssh-host-revoked', // it has one that known_hosts says is not to be trusted any more
      'ssh-password', // the one for it is not known
      'ssh-key', // the key for it is not known or can't be read, or its passphrase is wrong
      'ssh-agent', // there is no agent, or it has no key
      'ssh-auth', // it refused the login
      'ssh-forward-denied', // it does not let this user go on from there
      'ssh-unreached', // it could not reach where the way leads: `a from b`
      'other',
    ]),
    endpoint: z.string(),
    /** The system's code, the server's own words, or what else may tell the cause; null: there is none. */
    detail: message.nullable(),
    /** Of ssh-host-unknown: what a person has to compare before it is accepted. */
    hostKey: hostKey.optional(),
  }),
  /** A write was sent, and what came of it was not told: it may or may not have been carried out. Never sent again by Sluice. */
  UNKNOWN_OUTCOME: z.object({
    command: z.string(),
    cause: z.enum([
      'lost', // no reply came
      'odd-reply', // one that makes no sense
      'no-multi', // the server refused MULTI, and may have run what follows one by one
    ]),
    /** What it did was read afterwards, and is counted with what is told beside this. */
    readBack: z.literal(true).optional(),
    /** An entry that is just like the one that was to be added, and came since: nothing tells whether it is that one. */
    alike: entryId.optional(),
  }),
  /** An addition's reply was lost, and by reading it was found not to have been carried out; nor can it be any more. */
  NOT_CARRIED_OUT: z.object({ what: z.enum(['entry', 'group', 'consumer']), command: z.string() }),
  /** A reply has another shape than its command's documentation says, or a figure that can't be: nothing was made of it. */
  ODD_REPLY: z.object({}),
  /** The connection is marked read-only in Sluice; null: this Sluice was started to change nothing anywhere. */
  READ_ONLY: z.object({ connection: z.string().nullable() }),
  /** Whoever asks has a role that may not. */
  FORBIDDEN: z.object({ role, needs: role }),
  /** A production connection wants the stream's name typed for what can't be undone. */
  CONFIRMATION_NEEDED: z.object({ connection: z.string(), host: z.string(), expected: bytes }),
  NOT_FOUND: z.object({
    what: z.enum([
      'connection',
      'stream',
      'group',
      'consumer',
      'entry',
      'field',
      'plan',
      'job',
      'journal record',
      'backup',
      'alert',
      'webhook',
      'rule',
      'saved search',
    ]),
    name: bytes,
  }),
  /**
   * What was asked for has more bytes than one reply, one text, or all names of streams may have: so many. Nothing of it was
   * kept; of the names those that came before.
   */
  TOO_LARGE: z.object({ what: z.enum(['entry', 'names', 'reply', 'text', 'value']), mostBytes: z.int() }),
  /** Names the field of the input that is wrong, why, and what to do instead. */
  BAD_INPUT: z.object({ field: z.string(), problem: message, remedy: message }),
  /** What the plan showed is no longer so; make it again. */
  STALE_PLAN: z.object({ planId: z.string(), problem: message }),
  /** A job is already changing this group or stream. */
  CONFLICT: z.object({ jobId: z.string() }),
  /** A page has more open at once, calls and what it follows, than it may. */
  BUSY: z.object({ most: z.int() }),
  /** The server, or the user's ACL, lacks what this needs. `feature`: a command, a capability, or what would be done. */
  UNSUPPORTED: z.object({ feature: z.string(), reason: message }),
  /** Local files (journal, backup, settings) could not be read or written. */
  STORAGE: z.object({
    file: z.string(),
    operation: z.enum(['read', 'write']),
    problem: message,
    /** The system's own words, where it said something. */
    why: z.string().nullable(),
    /** What it was about had been sent to Redis by then. Else nothing was. */
    sent: z.boolean(),
  }),
} as const

export type AppErrorCode = keyof typeof appErrors
export type AppErrorData<C extends AppErrorCode> = z.infer<(typeof appErrors)[C]>

/** An error as data: of a job, of one entry, of a connection's state. */
export const appErrorInfo = z.object({ code: z.string(), data: z.unknown() })
export type AppErrorInfo = z.infer<typeof appErrorInfo>
