import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Reader } from '../../redis/reader-writer'
import type { GroupSource } from '../../redis/source'
import { pendingTimed, type PendingRange, type PendingRow } from '../../redis/xpending'

/** A pending entry with the server time of its last delivery, which stays put while its idle time grows. */
export interface ObservedRow extends PendingRow {
  /** ms since 1970. Never later than the truth, and mostly the truth. */
  readonly deliveredAt: number
  /** Never earlier than the truth: later than `deliveredAt` where the server's clock ticked while it was read. */
  readonly deliveredBy: number
  /** Delivered to the same consumer once more, it is still the entry that was chosen. */
  readonly orMore?: boolean
}

export interface Observation {
  readonly rows: readonly ObservedRow[]
  /** Server time when the reading began, ms since 1970. */
  readonly at: number
  /** This process's clock when the replies had come in, to measure how long ago it is: never too long a time. */
  readonly clock: number
  /** From asking to the replies, ms: so much longer ago than that it may be. */
  readonly tookMs: number
}

/** The most ids of one batch: what one XCLAIM may carry without stalling a server. */
export const BATCH = 500
/** So many ids are looked up one by one; more of them first in one page over the window that they span. */
const FEW = 20
const PIPELINED = 100
const MOST_READINGS = 20
/** So many are read one by one between two looks at the server's clock. */
const CLOSELY = 20
/** What `ageOf` may be short of, after a second. */
const ROUNDING_MS = 2

/** The next rows of the pending list, of one consumer or of the whole group. `from` is exclusive where written `(id`. */
export function observeRange(reader: Reader, key: Buffer, group: Buffer, range: PendingRange): Promise<Observation> {
  return observe(reader, key, group, [range])
}

/**
 * Of these ids (sorted, ≤ 500), the ones that are pending now; only those of `consumer`, if given. One page over the
 * window that the ids span finds them all when they lie densely, as in a consumer's backlog. What it leaves open is
 * looked up one by one.
 */
export async function observeIds(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  ids: readonly EntryId[],
  consumer?: Buffer,
): Promise<Observation> {
  const [first, last] = [ids[0], ids.at(-1)]
  if (first === undefined || last === undefined) return observe(reader, key, group, [])
  const only = consumer === undefined ? {} : { consumer }
  const pages: Observation[] = []
  let rest = ids
  if (ids.length > FEW) {
    const page = await observe(reader, key, group, [{ from: first, to: last, count: 1000, ...only }])
    const wanted = new Set(ids)
    const seenTo = page.rows.length === 1000 ? page.rows.at(-1)?.id : last
    pages.push({ ...page, rows: page.rows.filter(({ id }) => wanted.has(id)) })
    rest = ids.filter((id) => seenTo !== undefined && compareIds(id, seenTo) > 0)
  }
  for (let at = 0; at < rest.length; at += PIPELINED) {
    const ranges = rest.slice(at, at + PIPELINED).map((id) => ({ from: id, to: id, count: 1, ...only }))
    pages.push(await observe(reader, key, group, ranges))
  }
  return spanning(pages)
}

/** Several readings as one: begun with the first, and over with the last. */
export function spanning(pages: readonly Observation[]): Observation {
  const [first, last] = [pages[0], pages.at(-1)]
  if (first === undefined || last === undefined) return { rows: [], at: 0, clock: 0, tookMs: 0 }
  if (first === last) return first
  return { rows: pages.flatMap(({ rows }) => rows), at: first.at, clock: last.clock, tookMs: timeOf(first, last) }
}

/** From asking for the first to the replies of the last, ms. */
export function timeOf(first: Observation, last: Observation): number {
  return last.clock - first.clock + first.tookMs
}

async function observe(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  ranges: readonly PendingRange[],
): Promise<Observation> {
  const asked = performance.now()
  const { rows, before, after } = await pendingTimed(reader, key, group, ranges)
  const clock = performance.now()
  // Field by field: by far the quickest, and there may be millions.
  const dated = rows.map(({ id, consumer, idleMs, deliveries }) => {
    return { id, consumer, idleMs, deliveries, deliveredAt: before - idleMs, deliveredBy: after - idleMs }
  })
  return { at: before, clock, tookMs: clock - asked, rows: dated }
}

/**
 * Reads, again if need be, until every row was delivered before the reading's own millisecond: whatever moves from then
 * on has a later delivery time than all of them.
 */
export async function observeStable(read: () => Promise<Observation>): Promise<Observation> {
  return readWhile(read, ({ rows, at }) => rows.some(({ deliveredBy }) => deliveredBy >= at))
}

/**
 * Each of these ids by itself, which takes the server microseconds: the span in which it was delivered is then mostly a
 * single millisecond. A page of 1 000 rows takes one or more to be read, and its rows' spans are as long.
 */
export async function observeEach({ reader, key, group }: GroupSource, ids: readonly EntryId[]): Promise<Observation> {
  const pages: Observation[] = []
  for (let at = 0; at < ids.length; at += CLOSELY) {
    const ranges = ids.slice(at, at + CLOSELY).map((id) => ({ from: id, to: id, count: 1 }))
    pages.push(await observe(reader, key, group, ranges))
  }
  return spanning(pages)
}

/**
 * Reads, again if need be, until of every row it is clear whether its last delivery came after `moment` (server time),
 * and whichever has not moved since is idle for longer than the reading took. One reading leaves the first open of what
 * was delivered just before the moment: these are read `closely`. Without the second no min idle time could tell an entry
 * that rests from one that moves while the reply is on its way: nobody here knows when in that time it was read.
 */
export async function observeClearly(
  moment: number | ((row: ObservedRow) => number),
  read: () => Promise<Observation>,
  closely: (ids: readonly EntryId[]) => Promise<Observation>,
): Promise<Observation> {
  const momentOf = typeof moment === 'number' ? () => moment : moment
  const isUnclear = (row: ObservedRow): boolean => row.deliveredAt <= momentOf(row) && momentOf(row) < row.deliveredBy
  const readBoth = async (): Promise<Observation> => {
    const page = await read()
    const unclear = page.rows.filter(isUnclear)
    if (unclear.length === 0) return page
    const close = await closely(unclear.map(({ id }) => id))
    const found = new Map(close.rows.map((row) => [row.id, row]))
    const rows = page.rows.flatMap((row) => (isUnclear(row) ? (found.get(row.id) ?? []) : row))
    return { ...spanning([page, close]), rows }
  }
  return readWhile(readBoth, ({ rows, tookMs }) => {
    const unmoved = rows.filter((row) => isUnmovedSince(momentOf(row), row))
    return rows.some(isUnclear) || !isGuarded(unmoved, tookMs)
  })
}

/** Whether all of them are idle for so long that a min idle time tells them from what moves while they are read. */
export function isGuarded(rows: readonly ObservedRow[], tookMs: number): boolean {
  return rows.every(({ idleMs }) => idleMs > tookMs + ROUNDING_MS)
}

async function readWhile(
  read: () => Promise<Observation>,
  isToBeReadAgain: (observation: Observation) => boolean,
): Promise<Observation> {
  let observation = await read()
  for (let readings = 1; readings < MOST_READINGS && isToBeReadAgain(observation); readings += 1) {
    observation = await read()
  }
  return observation
}

/** Whether it was certainly last delivered at `moment` (server time) or before. */
export function isUnmovedSince(moment: number, { deliveredBy }: ObservedRow): boolean {
  return deliveredBy <= moment
}

/** So long, ms, each of these rows is idle by now that has not moved since it was read: what moved is not. */
export function idleByNow(rows: readonly Pick<ObservedRow, 'idleMs'>[], observation: Observation): number {
  return rows.reduce((least, { idleMs }) => Math.min(least, idleMs), Infinity) + ageOf(observation)
}

/** How long ago it was read, at the least, ms. Every entry that has not moved since is idle for so much longer by now. */
export function ageOf({ clock }: Observation): number {
  // Clocks are slewed by at most 0.05 %.
  return Math.floor((performance.now() - clock) * 0.999)
}
