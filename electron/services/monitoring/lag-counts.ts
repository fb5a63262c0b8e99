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
  readonly asked: LagToCount
  readonly count: LagCount
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
        if ((before && holdsAt(before.asked, look, group) !== 'no') || waiting.size >= MOST) continue
        const { lastDeliveredId: after, lag: reported } = group
        const { firstId, lastId: upTo, entriesAdded } = ends
        const averageBytes = (look.memoryBytes ?? 0) / Math.max(1, length)
        const facts = { length, firstId, lastId: upTo, lastDeliveredId: after, reported }
        waiting.set(id, { key, name: fromBuffer(group.name), after, upTo, averageBytes, entriesAdded, facts })
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
      known.set(groupKey(fromBuffer(asked.key), asked.name), { asked, count })
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
function holdsAt(
  { after, upTo, entriesAdded, facts }: LagToCount,
  { ends, length }: StreamLook,
  { lastDeliveredId }: LookedGroup,
): 'same' | 'grown' | 'no' {
  if (ends === null || lastDeliveredId !== after) return 'no'
  const isSame = ends.lastId === upTo
  const isTold = entriesAdded !== null && ends.entriesAdded !== null
  const more = isTold ? added(entriesAdded, ends.entriesAdded) : isSame ? 0 : -1
  if (more < 0) return 'no'
  const isNothingGone = more === length - facts.length
  if (!isNothingGone && !isTrimmedOnly(after, ends)) return 'no'
  return isSame ? 'same' : 'grown'
}

/** No entry that was deleted by its id lies after this one, and the stream begins before it. */
function isTrimmedOnly(after: EntryId, { firstId, maxDeletedId }: StreamEnds): boolean {
  return [firstId, maxDeletedId].every((id) => id !== null && compareIds(id, after) <= 0)
}

function countAt({ asked, count }: Known, look: StreamLook, group: LookedGroup): LagCount | null {
  const holds = holdsAt(asked, look, group)
  if (holds === 'same') return count
  const [then, now] = [asked.entriesAdded, look.ends?.entriesAdded ?? null]
  const more = then === null || now === null ? -1 : added(then, now)
  const most = count.complete ? count.counted : count.atMost
  const atMost = more < 0 || most === undefined ? {} : { atMost: most + more }
  if (holds === 'grown')
    return { counted: count.counted + (count.complete ? more : 0), complete: count.complete, ...atMost }
  // Further on in the stream there are no more unread than that.
  const isBehind = compareIds(group.lastDeliveredId, asked.after) >= 0
  return isBehind && atMost.atMost !== undefined ? { counted: 0, complete: false, ...atMost } : null
}

function added(then: Count, now: Count): number {
  return Number(BigInt(now) - BigInt(then))
}
