import { compareIds } from '../entry-id'
import type { GroupSummary, StreamSummary } from '../model/stream'
import { movesOf, type GroupSample } from './moves'

/** A stream is trimmed faster than a group reads it: where that leads. All of it by what was seen, which may change. */
export interface Collision {
  /** Until trims reach what the group has not read, ms. */
  readonly inMs: number
  /** What will be lost unread from then on, entries in an hour. */
  readonly lostPerHour: number
  /** Entries of the stream that the group has read: so many can be trimmed away until it loses some. */
  readonly margin: number
  readonly trimsPerSecond: number
  readonly readsPerSecond: number
  /** Over how long that was seen, ms. */
  readonly spanMs: number
}

const LEAST_SAMPLES = 6
/** Over less than this, a burst looks the same. */
const LEAST_SPAN_MS = 25_000
/** So many times as far ahead as was looked back, and no further. */
const FARTHEST = 60
/** Between its halves a pace that keeps does not change by more. */
const MOST_CHANGE = 2
/** Of what was trimmed, so much at the most is the stream shorter, or longer: else it is being cut down, or grows. */
const STEADY = 0.25

/**
 * Of a stream that is trimmed as it grows (its length stays), and a group that reads less than comes: over both halves of what was seen,
 * at about the same pace, what it has not read gets more, and what it has read, and is there still, gets less. The second alone is also what a
 * stream shows that gets shorter (as less comes, or by a lower limit): who reads what comes loses nothing by that. Of the two paces the slower one
 * is told. By the counters of the stream and the group, so of Redis 7.0 on. Null: it is not so, or that is not proved. `samples`: oldest first.
 */
export function collisionOf(samples: readonly GroupSample[]): Collision | null {
  const points = unbroken(samples)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < LEAST_SAMPLES) return null
  const spanMs = last.atMs - first.atMs
  if (spanMs < LEAST_SPAN_MS || last.margin <= 0 || last.margin > last.length) return null
  const trimmed = last.removed - first.removed
  if (trimmed <= 0 || Math.abs(last.length - first.length) > trimmed * STEADY) return null
  const middle = points.findIndex(({ atMs }) => atMs - first.atMs >= spanMs / 2)
  const halves = [points.slice(0, middle + 1), points.slice(middle)]
  if (![removedOf, usedUpOf, unreadOf].every((of) => keepsPace(halves, of))) return null
  const third = Math.ceil(points.length / 3)
  const [before, after] = [points.slice(0, third), points.slice(-third)]
  const perSecond = Math.min(growthOf(before, after, usedUpOf), growthOf(before, after, unreadOf))
  if (perSecond <= 0) return null
  const inMs = (last.margin / perSecond) * 1_000
  if (inMs > FARTHEST * spanMs) return null
  const seconds = spanMs / 1_000
  return {
    ...{ inMs, lostPerHour: perSecond * 3_600, margin: last.margin, spanMs },
    ...{ trimsPerSecond: trimmed / seconds, readsPerSecond: (last.read - first.read) / seconds },
  }
}

/**
 * Whether the counters tell how much of a stream a group has read: it stands within it, and what was deleted by id is gone from before its
 * first entry.
 */
export function countsHold(
  { ends }: Pick<StreamSummary, 'ends'>,
  { lastDeliveredId }: Pick<GroupSummary, 'lastDeliveredId'>,
): boolean {
  if (!ends || ends.firstId === null || compareIds(lastDeliveredId, ends.firstId) < 0) return false
  return ends.maxDeletedId === null || compareIds(ends.maxDeletedId, ends.firstId) < 0
}

interface Point {
  readonly atMs: number
  readonly length: number
  /** Of all that was ever added: so many are gone, and so many were read by the group. */
  readonly removed: number
  readonly read: number
  readonly margin: number
  /** Added, and not read yet. */
  readonly unread: number
}
type Figure = (point: Point) => number

const removedOf: Figure = ({ removed }) => removed
const usedUpOf: Figure = ({ margin }) => -margin
const unreadOf: Figure = ({ unread }) => unread

/** The latest that follow from each other. */
function unbroken(samples: readonly GroupSample[]): readonly Point[] {
  const breaks = movesOf(samples).findLastIndex(
    ({ breaks: broken, removed, delivered }) => broken !== null || removed === null || delivered === null,
  )
  return samples.slice(breaks + 1).flatMap(({ atMs, added, length, entriesRead: read }) => {
    if (added === null || length === null || read === null) return []
    const removed = added - length
    return [{ atMs, length, removed, read, margin: read - removed, unread: added - read }]
  })
}

/** Whether something grows in both halves, at about the same pace. */
function keepsPace(halves: readonly (readonly Point[])[], of: Figure): boolean {
  const paces = halves.map((half) => {
    const [from, to] = [half[0], half.at(-1)]
    return from && to && to.atMs > from.atMs ? (of(to) - of(from)) / (to.atMs - from.atMs) : 0
  })
  const [slow = 0, fast = 0] = paces.toSorted((a, b) => a - b)
  return slow > 0 && fast <= slow * MOST_CHANGE
}

/** By how much it grew in a second; none where not all of what came later is more than all of what was before. */
function growthOf(before: readonly Point[], after: readonly Point[], of: Figure): number {
  if (Math.max(...before.map(of)) >= Math.min(...after.map(of))) return 0
  return (mean(after, of) - mean(before, of)) / (spanOf(before, after) / 1_000)
}

function spanOf(before: readonly Point[], after: readonly Point[]): number {
  return mean(after, ({ atMs }) => atMs) - mean(before, ({ atMs }) => atMs)
}

function mean(points: readonly Point[], of: Figure): number {
  return points.reduce((sum, point) => sum + of(point), 0) / points.length
}
