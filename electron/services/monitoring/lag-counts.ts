import type { Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { groupKey } from '../../../shared/group-key'
import { fromBuffer } from '../../redis/bytes'
import type { LookedGroup, StreamEnds, StreamLook } from '../../redis/stream-look'
import { lagOfLook, type LagCount, type LagFacts } from '../inspection/lag'

/** A group whose unread entries are to be counted, as they were at a look. */
export interface LagToCount {
  readonly key: Buffer
  readonly name: Bytes
  readonly after: EntryId
  readonly upTo: EntryId
  readonly averageBytes: number
  /** Of the look; null: the server doesn't tell. */
  readonly entriesAdded: Count | null
  readonly maxDeletedId: EntryId | null
  readonly facts: LagFacts
}

/**
 * Which groups' lags only counting can tell, and what was counted: once for each place that group and stream stand at, and
 * from there on by what the stream says it added. 500 bytes a group, of 20 000 at most; of more the lag stays as it is told.
 */
export interface LagCounts {
  /** Takes in a look at a stream. */
  note(key: Buffer, look: StreamLook): void
  /** What was counted of a group, as far as it holds at this look. */
  of(key: Bytes, look: StreamLook, group: LookedGroup): LagCount | null
  isWaiting(): boolean
  /** The next to be counted, which then is no longer waited for. */
  next(): LagToCount | null
  counted(asked: LagToCount, count: LagCount): void
  forget(groupId: string): void
}

interface Known {
  /** As it stood at the last look. */
  readonly asked: LagToCount
  readonly count: LagCount
  /** It stands elsewhere since it was counted: what is left of that is a bound, and it is to be counted again. */
  readonly isOld: boolean
}

const MOST = 20_000

export function createLagCounts(): LagCounts {
  const known = new Map<string, Known>()
  const waiting = new Map<string, LagToCount>()

  return {
    note(key, look) {
      const { ends, groups, large, length } = look
      for (const group of groups) {
        const id = groupKey(fromBuffer(key), fromBuffer(group.name))
        waiting.delete(id)
        if (large || ends === null || ends.lastId === null || lagOfLook(look, group).kind === 'exact') {
          known.delete(id)
          continue
        }
        const before = known.get(id)
        const { lastDeliveredId: after, lag: reported } = group
        const { firstId, lastId: upTo, entriesAdded, maxDeletedId } = ends
        const averageBytes = (look.memoryBytes ?? 0) / Math.max(1, length)
        const facts = { length, firstId, lastId: upTo, lastDeliveredId: after, reported }
        const counters = { entriesAdded, maxDeletedId }
        const asked = { key, name: fromBuffer(group.name), after, upTo, averageBytes, ...counters, facts }
        // What counters tell is held against the look before: over several, what went could hide that they were set.
        const count = before ? countAt(before, look, group) : null
        const isOld = !before || before.isOld || holdsAt(before.asked, look, group) === 'no'
        if (count) known.set(id, { asked, count, isOld })
        else known.delete(id)
        if (isOld && waiting.size < MOST) waiting.set(id, asked)
      }
    },
    of(key, look, group) {
      const found = known.get(groupKey(key, fromBuffer(group.name)))
      return found ? countAt(found, look, group) : null
    },
    isWaiting: () => waiting.size > 0,
    next() {
      for (const [id, asked] of waiting) {
        waiting.delete(id)
        return asked
      }
      return null
    },
    counted(asked, count) {
      known.set(groupKey(fromBuffer(asked.key), asked.name), { asked, count, isOld: false })
      if (known.size > MOST) for (const first of known.keys()) return void known.delete(first)
    },
    forget(groupId) {
      known.delete(groupId)
      waiting.delete(groupId)
    },
  }
}

/**
 * Whether a count still holds. `same`: neither moved, and none is gone that had been counted. `grown`: the same, and entries
 * were added behind. `no`: the group read on, or one can't tell.
 */
function holdsAt(asked: LagToCount, look: StreamLook, { lastDeliveredId }: LookedGroup): 'same' | 'grown' | 'no' {
  const more = addedSince(asked, look)
  if (look.ends === null || lastDeliveredId !== asked.after || more === null) return 'no'
  if (goneSince(asked, look, more) > 0 && !isTrimmedOnly(asked, look.ends)) return 'no'
  return look.ends.lastId === asked.upTo ? 'same' : 'grown'
}

/** Null: the server doesn't tell, or its counters were set (XSETID): they fit together no more. */
function addedSince(asked: LagToCount, look: StreamLook): number | null {
  const { entriesAdded: now = null, lastId = null } = look.ends ?? {}
  if (asked.entriesAdded === null || now === null) return lastId === asked.upTo ? 0 : null
  const more = added(asked.entriesAdded, now)
  const isNew = lastId !== null && compareIds(lastId, asked.upTo) > 0
  return more < (isNew ? 1 : 0) || goneSince(asked, look, more) < 0 ? null : more
}

function goneSince({ facts }: LagToCount, { length }: StreamLook, more: number): number {
  return more - (length - facts.length)
}

/** Something went, but no entry that was deleted by its id lies after this one, and the stream begins before it. */
function isTrimmedOnly(
  { after, facts, maxDeletedId: then }: LagToCount,
  { firstId, maxDeletedId }: StreamEnds,
): boolean {
  if (firstId === facts.firstId && maxDeletedId === then) return false
  return [firstId, maxDeletedId].every((id) => id !== null && compareIds(id, after) <= 0)
}

function countAt({ asked, count }: Known, look: StreamLook, group: LookedGroup): LagCount | null {
  const holds = holdsAt(asked, look, group)
  if (holds === 'same') return count
  const more = asked.entriesAdded === null ? null : addedSince(asked, look)
  const most = count.complete ? count.counted : count.atMost
  const atMost = more === null || most === undefined ? {} : { atMost: most + more }
  if (holds === 'grown' && more !== null)
    return { counted: count.counted + (count.complete ? more : 0), complete: count.complete, ...atMost }
  // Further on in the stream there are no more unread than that.
  const isBehind = compareIds(group.lastDeliveredId, asked.after) >= 0
  return isBehind && atMost.atMost !== undefined ? { counted: 0, complete: false, ...atMost } : null
}

function added(then: Count, now: Count): number {
  return Number(BigInt(now) - BigInt(then))
}
