import { compareIds, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { createByteBudget, REPLY_BYTES } from '../../redis/byte-budget'
import type { GroupSource } from '../../redis/source'
import { pendingRange } from '../../redis/xpending'
import { entryBytes, rangePage, type RawEntry } from '../../redis/xrange'

/** What one question may read: where nearly all is pending, or entries are large, it ends early. */
export interface PassedRoom {
  bytes: number
  entries: number
}

export interface PassedSideOptions {
  readonly side: 'earlier' | 'later'
  /** From here on, excluded. */
  readonly id: EntryId
  /** Where the group stands: nothing behind it was read. */
  readonly end: EntryId
  readonly room: PassedRoom
}

/** Entries that a group is done with, the nearest first. */
export interface PassedSide {
  /** `wanted`: so many more are of use, this one included. Null: there are no more, or no room. */
  next(wanted: number): Promise<RawEntry | null>
}

const MOST_ENTRIES = 2_000
const MOST_AT_ONCE = 64
/** Of one command. */
const MOST_PENDING = 1_000

export function passedOnSide(source: GroupSource, { side, id, end, room }: PassedSideOptions): PassedSide {
  const isLater = side === 'later'
  const budget = createByteBudget(2, REPLY_BYTES / 4, 16)
  let waiting: readonly RawEntry[] = []
  let from = startOf()

  function startOf(): EntryId | null {
    if (isLater) {
      const next = nextId(id)
      return next === null || compareIds(next, end) > 0 ? null : next
    }
    return compareIds(id, end) > 0 ? end : previousId(id)
  }

  async function read(wanted: number): Promise<void> {
    if (from === null) return
    const count = budget.count(Math.min(wanted, MOST_AT_ONCE))
    const span = { from, to: isLater ? end : '-', count, reverse: !isLater }
    const { entries, isWhole } = await rangePage(source.reader, source.key, span, 'cut')
    const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
    budget.saw(entries.length, bytes)
    room.bytes += bytes
    room.entries += entries.length
    const last = entries.at(-1)
    const hasEnded = last === undefined || (isWhole && entries.length < count)
    from = hasEnded ? null : isLater ? nextId(last.id) : previousId(last.id)
    if (isLater && from !== null && compareIds(from, end) > 0) from = null
    waiting = await withoutPending(source, entries)
  }

  return {
    async next(wanted) {
      while (waiting.length === 0 && from !== null && room.bytes < REPLY_BYTES && room.entries < MOST_ENTRIES) {
        await read(wanted)
      }
      const [first = null, ...rest] = waiting
      waiting = rest
      return first
    },
  }
}

/** Those that are not pending, of entries that lie next to each other; none of those beyond what is told at once of the pending list. */
async function withoutPending(
  { reader, key, group }: GroupSource,
  entries: readonly RawEntry[],
): Promise<readonly RawEntry[]> {
  const ids = entries.map((entry) => entry.id).sort(compareIds)
  const [least, most] = [ids[0], ids.at(-1)]
  if (least === undefined || most === undefined) return []
  const rows = await pendingRange(reader, key, group, { from: least, to: most, count: MOST_PENDING })
  const pending = new Set(rows.map((row) => row.id))
  const told = rows.length < MOST_PENDING ? most : (rows.at(-1)?.id ?? least)
  return entries.filter((entry) => compareIds(entry.id, told) <= 0 && !pending.has(entry.id))
}
