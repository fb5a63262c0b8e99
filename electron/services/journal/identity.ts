import { z } from 'zod'
import type { ConnectionProfile } from '../../../shared/model/connection'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { endpointName } from '../../redis/dial'
import type { ServerMark } from '../../redis/server-mark'

/**
 * Which server it was: where the connection led (`host:port` or `unix:path`, and the database), and what the server said
 * of itself, where it did. Older records have the address alone. Offsets as text: they may not fit a JSON number.
 */
export const serverIdentity = z.object({
  endpoint: z.string(),
  db: z.int(),
  runId: z.string().optional(),
  replicationId: z.string().optional(),
  offset: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
  /** The node of a cluster that had the key. */
  node: z.string().optional(),
  /** Whether it wrote each change to an append-only file. */
  log: z.boolean().optional(),
})
export type ServerIdentity = z.infer<typeof serverIdentity>

/** A server as it is met now; `mark` null: it does not tell. */
export interface MetServer {
  readonly endpoint: string
  readonly db: number
  readonly mark: ServerMark | null
  /** Whether it ever followed another server, as far as it counts what it was told to; absent: was not asked. */
  readonly hasFollowed?: boolean | null
}

export function metServer(profile: Pick<ConnectionProfile, 'endpoint' | 'db'>, mark: ServerMark | null): MetServer {
  return { endpoint: endpointName(profile), db: profile.db, mark }
}

/** What the journal keeps of it. Names and passwords may change. */
export function identityOf({ endpoint, db, mark }: MetServer): ServerIdentity {
  if (mark === null) return { endpoint, db }
  const { runId, replicationId, offset, cluster, keepsLog } = mark
  return {
    ...{ endpoint, db, runId },
    ...(replicationId === null ? {} : { replicationId }),
    ...(offset === null ? {} : { offset }),
    ...(cluster === null ? {} : { node: cluster.node }),
    ...(keepsLog === null ? {} : { log: keepsLog }),
  }
}

/** Whether what was met then is what is met now. `why`: what speaks against it, in words. */
export type Verdict =
  | { readonly state: 'same' }
  /**
   * Nothing that it says of itself proves it, and nothing speaks against it: to be asked, unless its data prove it. `forgot`:
   * what was done may not be in them, though all that was there before is. `ran`: it has run ever since.
   */
  | {
      readonly state: 'unproven'
      readonly why: Message
      readonly forgot: 'no' | 'maybe' | 'likely'
      readonly ran?: true
    }
  /** Contradicted. */
  | { readonly state: 'other'; readonly why: Message }

export const SAME: Verdict = { state: 'same' }

/**
 * The same process is the same server, whatever it is called, unless it may have followed another one meanwhile, and taken over data that
 * never heard of what was done. So is one that took over its history of replication after what was done. In a cluster so is another node,
 * which knows the one of then: the key's slot was handed over to it, with all that it held. Without any of it the address has to do, and
 * proves nothing; another address contradicts.
 */
export function judgeServer(then: ServerIdentity, now: MetServer): Verdict {
  const { mark } = now
  if (then.db !== now.db) return otherServer(then, now)
  const ran = mark !== null && then.runId === mark.runId
  if (ran && !isHistoryAnother(then, now)) return SAME
  const lineage = mark === null ? 'none' : lineageOf(then, mark)
  if (lineage === 'shared') return SAME
  if (lineage === 'left-before') return { state: 'unproven', why: message('identity.left-before'), forgot: 'likely' }
  if (ran) return { state: 'unproven', why: message('identity.other-history'), forgot: 'maybe', ran }
  if (then.node !== undefined && mark?.cluster?.others.includes(then.node) === true) return SAME
  if (then.endpoint !== now.endpoint) return otherServer(then, now)
  if (mark === null || then.runId === undefined) {
    return { state: 'unproven', why: message('identity.untold'), forgot: 'no' }
  }
  // A log that was turned on since does not have it.
  const forgot = then.log === true && mark.keepsLog === true ? 'no' : 'maybe'
  return { state: 'unproven', why: message('identity.started-anew'), forgot }
}

/** The same, for what goes on by what it finds: to it the same process is no other server, whatever became of what was done. */
export function judgeRun(then: ServerIdentity, now: MetServer): Verdict {
  return now.mark !== null && then.runId === now.mark.runId && then.db === now.db ? SAME : judgeServer(then, now)
}

/**
 * Whether it has run ever since, with a new history that by itself tells nothing: one begins with the first replica as well, and an hour
 * after the last one left.
 */
export function isHistoryUntold(then: ServerIdentity, mark: ServerMark | null): boolean {
  return mark !== null && then.runId === mark.runId && isNewHistory(then, mark) && mark.formerReplicationId === null
}

/** A promotion leaves the id of the history that was followed, until a new one begins; then what it was told to do tells. */
function isHistoryAnother(then: ServerIdentity, { mark, hasFollowed }: MetServer): boolean {
  if (mark === null || !isNewHistory(then, mark)) return false
  return mark.formerReplicationId !== null || hasFollowed !== false
}

function isNewHistory({ replicationId }: ServerIdentity, mark: ServerMark): boolean {
  return replicationId !== undefined && mark.replicationId !== null && replicationId !== mark.replicationId
}

function lineageOf(then: ServerIdentity, now: ServerMark): 'none' | 'shared' | 'left-before' {
  const { replicationId, offset } = then
  if (replicationId === undefined || offset === undefined) return 'none'
  if (replicationId === now.replicationId) {
    return now.offset !== null && BigInt(now.offset) >= BigInt(offset) ? 'shared' : 'left-before'
  }
  if (replicationId !== now.formerReplicationId || now.formerUntil === null) return 'none'
  // Its own history begins there: what was done at a greater offset, it never heard of.
  return BigInt(now.formerUntil) > BigInt(offset) ? 'shared' : 'left-before'
}

function otherServer({ endpoint, db }: ServerIdentity, now: MetServer): Verdict {
  const led = { then: { endpoint, db }, now: { endpoint: now.endpoint, db: now.db } }
  return { state: 'other', why: message('undo.other-server', led) }
}
