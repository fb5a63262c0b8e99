import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import { BATCH } from '../inspection/observe-pending'
import { message } from '../../../shared/words/messages'

/** What one entry costs such a server for each pending entry that was delivered later. */
const NS_PER_NEWER_ENTRY = 100
/** The longest that a batch may keep a server busy. */
const MOST_NS = 2_000_000

/**
 * How many ids may be in flight of a claim that keeps the idle time (XCLAIM … TIME), in a group with so many entries
 * pending. Redis 8.4 and later keep the list in the order of delivery, and look for an entry's position in it one by one
 * from the newest on: with a million pending, 100 ms for each id. Other servers look nowhere.
 */
export function keptIdleBatch(server: ServerInfo, pending: number): number {
  if (findsPositionAtOnce(server)) return BATCH
  return Math.min(BATCH, Math.floor(MOST_NS / NS_PER_NEWER_ENTRY / Math.max(1, pending)))
}

/** The same, where that is none at all: throws UNSUPPORTED. */
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
