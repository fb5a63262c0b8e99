import { compareIds, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import type { AppError } from '../../../shared/error'
import { nameKey } from '../../redis/bytes'
import type { ReadLine } from '../../redis/reader-writer'
import type { Reply } from '../../redis/reply'
import { LARGE_ONE_BYTES } from '../../redis/scripts/stream-look-lua'
import type { LookedGroup, StreamEnds } from '../../redis/stream-look'
import { entryBytes } from '../../redis/xrange'
import type { SendLines } from './look-request'
import type { MetLarge } from './met-large'
import { entriesIfTold } from './understood'

/** A stream of which to find the first unread entries: small ones, as each comes whole. */
export interface Unlooked {
  readonly key: Buffer
  readonly length: number
  readonly ends: StreamEnds | null
  /** Where its groups stand. */
  readonly positions: readonly EntryId[]
}

type Unread = NonNullable<LookedGroup['unread']>
const NONE: Unread = { firstId: null, counted: 0, complete: true }
/** Positions that are kept in mind. */
const MOST = 20_000

/** `removed`: how many entries had gone from the stream when it was asked; null: the server doesn't tell. */
interface Known {
  readonly firstId: EntryId
  readonly removed: bigint | null
}

/**
 * The first entry after a position, by XRANGE … COUNT 1, which brings it: asked once per position, and kept in mind for as long
 * as it lies in the stream, by its ends and by what was deleted from it (7.0+). Not known where the stream's ends are not; a large
 * one that was met before is not sent again. `note`: told of each reply.
 */
export function createUnreadByCommands() {
  const known = new Map<string, Known>()
  const idOf = (key: Buffer, after: EntryId): string => `${nameKey(key)} ${after}`

  return async (
    send: SendLines,
    streams: readonly Unlooked[],
    met: MetLarge,
    note: (reply: Reply | AppError | undefined) => void,
  ): Promise<(key: Buffer, after: EntryId) => Unread | null> => {
    const found = new Map<string, Unread>()
    const lines: {
      readonly id: string
      readonly key: Buffer
      readonly large: EntryId | null
      readonly removed: bigint | null
      readonly line: ReadLine
    }[] = []
    for (const { key, length, ends, positions } of streams) {
      if (ends === null) continue
      const removed = removedFrom(ends, length)
      for (const after of new Set(positions)) {
        const id = idOf(key, after)
        const from = nextId(after)
        const before = known.get(id)
        if (from === null || ends.lastId === null || compareIds(after, ends.lastId) >= 0) found.set(id, NONE)
        else if (ends.firstId !== null && compareIds(after, ends.firstId) < 0) found.set(id, some(ends.firstId))
        else if (before !== undefined && isStillThere(before, ends.lastId, ends, removed))
          found.set(id, some(before.firstId))
        else {
          const large = met.of(key).ids.find((each) => compareIds(each, after) > 0) ?? null
          const upTo = large === null ? '+' : (previousId(large) ?? large)
          if (large === from) found.set(id, some(large))
          else
            lines.push({
              id,
              key,
              large,
              removed,
              line: ['XRANGE', key, from, upTo, 'COUNT', 1],
            })
        }
      }
    }
    const replies = await send(lines.map(({ line }) => line))
    lines.forEach(({ id, key, large, removed }, at) => {
      const entries = entriesIfTold(replies[at])
      note(replies[at])
      if (entries === null) return
      const [first] = entries
      const bytes = first ? entryBytes(first) : 0
      if (first && bytes > LARGE_ONE_BYTES) met.add(key, [{ id: first.id, bytes }])
      const firstId = first?.id ?? large
      found.set(id, firstId === null ? NONE : some(firstId))
      if (firstId !== null) known.set(id, { firstId, removed })
      if (known.size > MOST) known.clear()
    })
    return (key, after) => found.get(idOf(key, after)) ?? null
  }
}

/** Nothing was deleted by its id so far on; or nothing has gone since, from wherever. */
function isStillThere(
  { firstId, removed: then }: Known,
  lastId: EntryId,
  { maxDeletedId }: StreamEnds,
  removed: bigint | null,
): boolean {
  if (compareIds(firstId, lastId) > 0) return false
  return maxDeletedId === null || compareIds(maxDeletedId, firstId) < 0 || (removed !== null && removed === then)
}

function removedFrom({ entriesAdded }: StreamEnds, length: number): bigint | null {
  return entriesAdded === null ? null : BigInt(entriesAdded) - BigInt(length)
}

function some(firstId: EntryId): Unread {
  return { firstId, counted: 1, complete: false }
}
