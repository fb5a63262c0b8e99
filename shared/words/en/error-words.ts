import { displayBytes } from '../../bytes'
import type { AppErrorCode, AppErrorData, AppErrorInfo } from '../../error'
import { displayName } from '../../format/display-name'

/** An error in plain words: what is the matter, and what to do about it. `reply` is the server's own text, where it has one. */
export interface ErrorWords {
  readonly title: string
  readonly next: string
  readonly reply?: string | undefined
}

type Words<C extends AppErrorCode> = (data: AppErrorData<C>, message: string) => ErrorWords

type Reason = AppErrorData<'UNREACHABLE'>['reason']

const UNREACHABLE: Readonly<Record<Reason, (endpoint: string) => ErrorWords>> = {
  'not-open': () => ({ title: 'This connection is not open', next: 'Open it from the connection list.' }),
  refused: (at) => ({
    title: `Nothing listens at ${at}`,
    next: 'Check host and port, and that the server is running and reachable from this machine.',
  }),
  'not-found': (at) => ({ title: `No host of that name: ${at}`, next: 'Check the spelling, DNS and VPN.' }),
  timeout: (at) => ({
    title: `${at} did not answer in time`,
    next: 'A firewall may drop the packets, or the server is busy. Check host and port, then try again.',
  }),
  closed: (at) => ({
    title: `${at} closed the connection`,
    next: 'It reconnects by itself. If it keeps closing, the server may be at its limit of clients or may want TLS.',
  }),
  tls: (at) => ({
    title: `No secure connection to ${at}`,
    next: 'Check whether the server speaks TLS on this port, the CA certificate, and the server name it is issued for.',
  }),
  'not-redis': (at) => ({
    title: `What answers at ${at} is not Redis`,
    next: 'Check the port. If the server speaks TLS there, switch TLS on.',
  }),
  'password-needed': (at) => ({ title: `${at} wants a password`, next: 'Enter it to open the connection.' }),
  'password-wrong': (at) => ({
    title: `${at} refused this user name and password`,
    next: 'Check both. An empty user name means the default user.',
  }),
  loading: (at) => ({
    title: `${at} is still loading its data`,
    next: 'Nothing to do but wait: the connection opens when it is done.',
  }),
  other: (at) => ({ title: `${at} could not be reached`, next: 'Check the address, and try again.' }),
}

/** SELECT refused the number as the connection was made (`ERR DB index is out of range`). */
export function isNoSuchDatabase(message: string): boolean {
  return /DB index|database.*out of range/i.test(message)
}

const MISSING: Readonly<Record<AppErrorData<'NOT_FOUND'>['what'], string>> = {
  connection: 'It was removed. Choose another one.',
  stream: 'It was deleted or renamed meanwhile. Refresh; what was read before stays on screen.',
  group: 'It was destroyed or renamed meanwhile. Refresh to see the groups there are.',
  consumer: 'It was removed from the group meanwhile. Refresh to see the consumers there are.',
  entry: 'It was deleted or trimmed away meanwhile.',
  plan: 'Plans are kept for ten minutes. Make it again.',
  job: 'Sluice was started again since. The journal has what it did.',
  'journal record': 'The journal was moved or cleaned up.',
  backup: 'It was moved or removed from Sluice’s data directory meanwhile.',
}

/** By the first word of Redis's reply; see https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors. */
const REDIS: Readonly<Record<string, { readonly title: string; readonly next: string }>> = {
  NOPERM: {
    title: 'Your Redis user may not do this',
    next: 'Ask for this command and key pattern in the user’s ACL, or log in as another user.',
  },
  READONLY: {
    title: 'This server is a read-only replica',
    next: 'You can look; to change anything, connect to the primary.',
  },
  LOADING: { title: 'The server is loading its data', next: 'Wait until it is done; nothing was changed.' },
  OOM: {
    title: 'The server is out of memory',
    next: 'Adding entries and groups fails until memory is freed, for instance by a trim. Claims and acks still work.',
  },
  MISCONF: {
    title: 'The server refuses writes because it can’t save to its disk',
    next: 'Have the server’s disk and permissions looked at. Its log says more.',
  },
  NOREPLICAS: {
    title: 'Too few replicas are in sync',
    next: 'The server refuses writes until they are back. Try again later.',
  },
  MASTERDOWN: {
    title: 'The replica lost its primary',
    next: 'Try again once a primary is up, or connect to it directly.',
  },
  BUSYGROUP: {
    title: 'A group of that name already exists',
    next: 'Nothing was changed. Choose another name, or use the one there is.',
  },
  NOGROUP: { title: 'The stream or the group is gone', next: 'It was deleted or renamed meanwhile. Refresh.' },
  UNBLOCKED: { title: 'The stream was deleted while it was being read', next: 'Refresh to see whether it is back.' },
  WRONGTYPE: {
    title: 'This key is not a stream any more',
    next: 'Another type of value took its place. Rescan to update the list.',
  },
  CROSSSLOT: { title: 'These keys live on different nodes of the cluster', next: 'Use keys with one {tag} in common.' },
  MOVED: { title: 'The key lives on another node of the cluster', next: 'Connect to the node named in the reply.' },
  ASK: { title: 'The key is moving to another node', next: 'The cluster is resharding. Try again shortly.' },
  TRYAGAIN: { title: 'The keys are moving to another node', next: 'The cluster is resharding. Try again shortly.' },
  CLUSTERDOWN: { title: 'The cluster is down', next: 'Not every slot is served. Have its nodes looked at.' },
  BUSY: {
    title: 'The server is busy with a script',
    next: 'A script or function blocks it. Wait, or have it ended by SCRIPT KILL.',
  },
  NOAUTH: { title: 'The server wants a password', next: 'Open the connection again with one.' },
  WRONGPASS: { title: 'User name and password don’t match', next: 'Check both; the user may also be disabled.' },
  EXECABORT: { title: 'The server refused the transaction', next: 'Nothing of it was carried out.' },
}

/** Replies whose first word is ERR, told apart by their text. */
const PLAIN: readonly (readonly [RegExp, { readonly title: string; readonly next: string }])[] = [
  [
    /^ERR unknown (command|subcommand)/i,
    {
      title: 'The server doesn’t know this command',
      next: 'It is too old for it, or the command was renamed or disabled.',
    },
  ],
  [
    /^ERR no such key|requires the key to exist/i,
    { title: 'The stream is gone', next: 'It was deleted or renamed meanwhile. Refresh.' },
  ],
  [
    /^ERR max number of clients/i,
    { title: 'The server has no room for another client', next: 'Close other clients, or have maxclients raised.' },
  ],
  [
    /smaller than the target stream top item/i,
    { title: 'The id is not greater than the last one', next: 'Ids only ever grow. Use * or a greater id.' },
  ],
  [
    /^ERR syntax error|wrong number of arguments/i,
    { title: 'The server doesn’t know an option that was sent', next: 'It is probably too old for it.' },
  ],
]

const WORDS: { readonly [C in AppErrorCode]: Words<C> } = {
  REDIS: ({ prefix, reply, command }) => {
    const known = REDIS[prefix] ?? PLAIN.find(([pattern]) => pattern.test(reply))?.[1]
    return { ...(known ?? { title: `Redis refused ${command}`, next: 'The server’s own words are below.' }), reply }
  },
  UNREACHABLE: ({ reason, endpoint }, message) => ({
    ...(isNoSuchDatabase(message)
      ? { title: `${endpoint} has no database of this number`, next: 'Choose another: most servers have 0 to 15.' }
      : UNREACHABLE[reason](endpoint)),
    reply: reason === 'tls' || reason === 'other' ? message : undefined,
  }),
  UNKNOWN_OUTCOME: ({ command }) => ({
    title: `The connection was lost before ${command} was answered`,
    next: 'It may or may not have been carried out, and is not sent again. Refresh to see what is so now.',
  }),
  READ_ONLY: ({ connection }) => ({
    title: `${connection} is read-only in Sluice`,
    next: 'Nothing was sent. Switch read-only off in the connection’s settings to change anything.',
  }),
  CONFIRMATION_NEEDED: ({ connection, host, expected }) => ({
    title: `${connection} (${host}) is a production connection`,
    next: `This can’t be undone: type ${displayBytes(expected)} to confirm.`,
  }),
  NOT_FOUND: ({ what, name }) => ({ title: `The ${what} ${displayName(name)} doesn’t exist`, next: MISSING[what] }),
  BAD_INPUT: ({ remedy }, message) => ({ title: message, next: remedy }),
  STALE_PLAN: () => ({
    title: 'Things changed since this was planned',
    next: 'Nothing was sent. Look at the new figures and go again.',
  }),
  CONFLICT: () => ({
    title: 'Another job is changing this already',
    next: 'Wait until it ends, or cancel it in the status bar.',
  }),
  UNSUPPORTED: ({ feature, reason }) => ({ title: `Not possible here: ${feature}`, next: reason }),
  STORAGE: ({ file }, message) => ({
    title: `${file} could not be ${/could not be read/.test(message) ? 'read' : 'written'}`,
    next: 'Nothing was sent to Redis. Check free space and permissions of Sluice’s data directory.',
  }),
}

/** The words for an error of the contract; null for any other. */
export function errorWords(info: AppErrorInfo): ErrorWords | null {
  return isAppCode(info.code) ? wordsFor(info.code, info) : null
}

function isAppCode(code: string): code is AppErrorCode {
  return Object.hasOwn(WORDS, code)
}

function wordsFor<C extends AppErrorCode>(code: C, { data, message }: AppErrorInfo): ErrorWords {
  // An AppErrorInfo of this code holds this data: the host checked it against the contract.
  return WORDS[code](data as AppErrorData<C>, message)
}
