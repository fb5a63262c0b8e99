import type { Count } from '../../../shared/count'
import { compareIds, idDistanceMs, idTimeMs, type EntryId } from '../../../shared/entry-id'
import type { Lag } from '../../../shared/model/group'
import type { LookedGroup, StreamLook } from '../../redis/stream-look'
import type { GroupInfo, StreamInfo } from '../../redis/xinfo'

/** What XINFO STREAM and XINFO GROUPS tell that a group's lag follows from. */
export interface LagFacts {
  readonly length: number
  readonly firstId: EntryId | null
  readonly lastId: EntryId | null
  readonly lastDeliveredId: EntryId
  /** The server's own figure; null: it doesn't know, or is older than 7.0. */
  readonly reported: Count | null
}

/** Of one group. */
export function lagFacts(stream: StreamInfo, { lastDeliveredId, lag }: GroupInfo): LagFacts {
  return { length: stream.length, firstId: stream.firstId, lastId: stream.lastId, lastDeliveredId, reported: lag }
}

/** Entries after the last delivered one, as far as they were counted. */
export interface LagCount {
  readonly counted: number
  /** Whether that was all of them. */
  readonly complete: boolean
  /** More there can't be, by what was counted before; absent: nothing tells. */
  readonly atMost?: number
}

const unknown: Lag = { value: null, kind: 'unknown' }

/**
 * The lag where the ids alone prove it, else null. The server's own figure is not used: Redis 7 gives a wrong one once
 * the stream was trimmed beyond the group, and every server does after XGROUP SETID or XCLAIM LASTID.
 */
export function lagFromIds({ length, firstId, lastId, lastDeliveredId }: LagFacts): Lag | null {
  if (length === 0 || firstId === null || lastId === null) return { value: 0, kind: 'exact' }
  if (compareIds(lastDeliveredId, lastId) >= 0) return { value: 0, kind: 'exact' }
  if (compareIds(lastDeliveredId, firstId) < 0) return { value: length, kind: 'exact' }
  return null
}

/**
 * The honest lag. Exact where the ids prove it or the count was complete. Else it lies between what was counted and all
 * behind the first entry: the server's figure (`reported`), else an estimate from the ids' times, where these bounds prove it
 * to be at most twice off; a reported one also where the times speak for it. Else at least what was counted.
 */
export function honestLag(facts: LagFacts, count: LagCount | null): Lag {
  const proved = lagFromIds(facts)
  if (proved) return proved
  if (count?.complete) return { value: count.counted, kind: 'exact' }
  // Between first and last entry, so at least the last is not delivered yet, and at least the first one is passed.
  const bounds = boundsOf(Math.max(1, count?.counted ?? 0), facts.length - 1, count)
  const byTime = estimateLag(facts)
  const reported = within(facts.reported, bounds)
  if (reported !== null && (isProved(reported, bounds) || isNear(reported, byTime)))
    return { value: reported, kind: 'reported', atMost: bounds.most }
  if (byTime !== null && bounds.most <= 4 * bounds.least) {
    const value = Math.min(Math.max(byTime, bounds.least, Math.ceil(bounds.most / 2)), 2 * bounds.least)
    return { value, kind: 'estimate', atMost: bounds.most }
  }
  return count ? { value: bounds.least, kind: 'atLeast', atMost: bounds.most } : { ...unknown, atMost: bounds.most }
}

/**
 * The lag by a look at the stream. Where its entries are large its ends are not known: then the server's own figure is all
 * there is.
 */
export function lagOfLook(
  { length, ends }: StreamLook,
  { lastDeliveredId, lag: reported, unread }: LookedGroup,
  counted: LagCount | null = null,
): Lag {
  if (length === 0 || unread?.firstId === null) return { value: 0, kind: 'exact' }
  if (unread?.complete) return { value: unread.counted, kind: 'exact' }
  if (ends) {
    const { firstId, lastId } = ends
    return honestLag({ length, firstId, lastId, lastDeliveredId, reported }, counted ?? unread)
  }
  const bounds = boundsOf(unread?.counted ?? 0, length, counted)
  const told = within(reported, bounds)
  return told === null ? { ...unknown, atMost: bounds.most } : { value: told, kind: 'reported', atMost: bounds.most }
}

/**
 * The stream's last generated id where the group's last delivered id is beyond it (XGROUP SETID and CREATE take any id): what
 * is added with an id up to that is never delivered to the group, and no lag tells of it. Null: it is not, or not known.
 */
export function beyondEnd(lastGeneratedId: EntryId | null, lastDeliveredId: EntryId): EntryId | null {
  return lastGeneratedId !== null && compareIds(lastDeliveredId, lastGeneratedId) > 0 ? lastGeneratedId : null
}

interface Bounds {
  readonly least: number
  readonly most: number
}

function boundsOf(least: number, most: number, count: LagCount | null): Bounds {
  return { least, most: Math.max(least, Math.min(most, count?.atMost ?? Infinity)) }
}

/** What the server reports, unless it can't be so. */
function within(reported: Count | null, { least, most }: Bounds): number | null {
  return reported === null || reported < least || reported > most ? null : Number(reported)
}

/** Whether it is at most twice off, wherever between the bounds the truth lies. */
function isProved(value: number, { least, most }: Bounds): boolean {
  return value <= 2 * least && most <= 2 * value
}

function isNear(value: number, other: number | null): boolean {
  return other !== null && value <= 2 * other && other <= 2 * value
}

/** Of the stream's length, the share of its time that is beyond the last delivered id. Null where ids tell no time. */
function estimateLag({ length, firstId, lastId, lastDeliveredId }: LagFacts): number | null {
  if (firstId === null || lastId === null || idTimeMs(firstId) === null || idTimeMs(lastId) === null) return null
  const span = idDistanceMs(firstId, lastId)
  const beyond = idDistanceMs(lastDeliveredId, lastId)
  if (!(span > 0) || !(beyond >= 0)) return null
  return Math.min(length, Math.max(1, Math.round((length * beyond) / span)))
}
