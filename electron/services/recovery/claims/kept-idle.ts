import { AppError } from '../../../../shared/error'
import type { ServerInfo } from '../../../../shared/model/connection'
import { pendingSummary } from '../../../redis/xpending'
import type { GroupSource } from '../../../redis/source'
import { BATCH } from '../../inspection/observe-pending'
import type { ClaimHow } from './claim-sendings'
import { message } from '../../../../shared/words/messages'

/** What one entry costs such a server for each pending entry that was delivered later. */
const NS_PER_NEWER_ENTRY = 100
/** The longest that a batch may keep a server busy. */
const MOST_NS = 2_000_000
/** What all batches of a job may cost a server together, where nobody asked for the idle time to be kept. */
const CHEAP_NS = 100_000_000
/** Of more than these, each may need an XCLAIM of its own, which makes three or four times the work of it. */
const MOST_CHEAP = 100_000

/**
 * How many ids may be in flight of a claim that keeps the idle time (XCLAIM … TIME), in a group with so many entries
 * pending. Redis 8.4 and later keep the list in the order of delivery, and look for an entry's position in it one by one
 * from the newest on: with a million pending, 100 ms for each id. Other servers look nowhere.
 */
export function keptIdleBatch(server: ServerInfo, pending: number): number {
  if (findsPositionAtOnce(server)) return BATCH
  return Math.min(BATCH, Math.floor(MOST_NS / NS_PER_NEWER_ENTRY / Math.max(1, pending)))
}

/** Whether it costs such a server little to keep the idle time of so many entries, of those that are pending in their group. */
export function isIdleKeptCheaply(server: ServerInfo, pending: number, entries: number): boolean {
  if (keptIdleBatch(server, pending) === 0 || entries > MOST_CHEAP) return false
  return findsPositionAtOnce(server) || NS_PER_NEWER_ENTRY * pending * entries <= CHEAP_NS
}

type OnServer = GroupSource & { readonly server: ServerInfo }

/** `keptIdleBatch` of what is pending now. */
export async function keptAtOnce({ reader, key, group, server }: OnServer): Promise<number> {
  if (findsPositionAtOnce(server)) return BATCH
  const { total } = await pendingSummary(reader, key, group)
  return keptIdleBatch(server, total)
}

/** The same where nobody asked for it, so that nothing is gained by little at a time: as many as ever. */
export async function keptCheaplyAtOnce({ reader, key, group, server }: OnServer): Promise<number> {
  if (findsPositionAtOnce(server)) return BATCH
  const { total } = await pendingSummary(reader, key, group)
  return isIdleKeptCheaply(server, total, total) ? keptIdleBatch(server, total) : BATCH
}

/** How many entries of a claim may be in flight. Looked at anew for each batch, since more may be pending by then. Throws UNSUPPORTED. */
export async function mostAtOnce(context: OnServer, { idle }: Pick<ClaimHow, 'idle'>): Promise<number> {
  if (idle !== 'kept' || findsPositionAtOnce(context.server)) return BATCH
  const { total } = await pendingSummary(context.reader, context.key, context.group)
  return requireKeptIdle(context.server, total)
}

/** What `keptIdleBatch` gives, where that is none at all: throws UNSUPPORTED. */
export function requireKeptIdle(server: ServerInfo, pending: number): number {
  const most = keptIdleBatch(server, pending)
  if (most > 0) return most
  throw new AppError('UNSUPPORTED', { feature: 'kept-idle', reason: message('recovery.kept-idle', { pending }) })
}

/** Redis before 8.4, and Valkey up to 9.1. What is not known is taken to be slow. */
function findsPositionAtOnce({ product, version }: ServerInfo): boolean {
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)/.exec(version) ?? []
  const release = Number(major) * 1_000 + Number(minor)
  if (major === '') return false
  return product === 'redis' ? release < 8_004 : product === 'valkey' && release <= 9_001
}
