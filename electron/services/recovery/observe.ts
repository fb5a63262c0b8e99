import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Reader } from '../../redis/client'
import { serverTimeMs } from '../../redis/server'
import { pendingByIds, pendingRange, type PendingRow } from '../../redis/xpending'

/** A pending entry with the server time of its last delivery (±2 ms), which stays put while its idle time grows. */
export interface ObservedRow extends PendingRow {
  readonly deliveredAt: number
}

export interface Observation {
  readonly rows: readonly ObservedRow[]
  /** Server time of the reading, ms since 1970. */
  readonly at: number
  /** This process's clock just before, to measure how long ago it is: never too short a time. */
  readonly clock: number
}

/** The most ids of one batch: what one XCLAIM may carry without stalling a server. */
export const BATCH = 500

async function observe(read: Promise<readonly PendingRow[]>, time: Promise<number>): Promise<Observation> {
  // Not after the replies: on a busy machine they take a while to come in, and `at` is then long past.
  const clock = performance.now()
  const [at, rows] = await Promise.all([time, read])
  return { at, clock, rows: rows.map((row) => ({ ...row, deliveredAt: at - row.idleMs })) }
}

/** The next rows of one consumer's pending list, after an id (exclusive where `from` is written `(id`). */
export function observeConsumer(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  range: { from: string; to: string; consumer: Buffer },
): Promise<Observation> {
  const time = serverTimeMs(reader)
  return observe(pendingRange(reader, key, group, { ...range, count: BATCH }), time)
}

/** Of these ids (sorted, ≤ 500), the ones that are pending now; only those of `consumer`, if given. */
export function observeIds(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  ids: readonly EntryId[],
  consumer?: Buffer,
): Promise<Observation> {
  const time = serverTimeMs(reader)
  return observe(locate(reader, key, group, ids, consumer), time)
}

/**
 * One page over the window that the ids span finds them all when they lie densely, as in a consumer's backlog. What it
 * leaves open is looked up one by one.
 */
async function locate(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  ids: readonly EntryId[],
  consumer?: Buffer,
): Promise<readonly PendingRow[]> {
  const first = ids[0]
  const last = ids.at(-1)
  if (first === undefined || last === undefined) return []
  const only = consumer === undefined ? {} : { consumer }
  const wanted = new Set(ids)
  const window =
    ids.length > 20 ? await pendingRange(reader, key, group, { from: first, to: last, count: 1000, ...only }) : []
  const found = window.filter(({ id }) => wanted.has(id))
  const seenTo = window.length === 1000 ? window.at(-1)?.id : ids.length > 20 ? last : undefined
  const rest = seenTo === undefined ? ids : ids.filter((id) => compareIds(id, seenTo) > 0)
  return [...found, ...(await pendingByIds(reader, key, group, rest, consumer))]
}
