import { compareIds, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { ReadLine } from '../../redis/reader-writer'
import { LARGE_ONE_BYTES } from '../../redis/scripts/stream-look-lua'
import type { LookedGroup, StreamEnds } from '../../redis/stream-look'
import { entryBytes } from '../../redis/xrange'
import type { SendLines } from './look-request'
import type { MetLarge } from './met-large'
import { entriesOrNone } from './understood'

/** A stream of which to find the first unread entries: small ones, as each comes whole. */
export interface Unlooked {
  readonly key: Buffer
  readonly ends: StreamEnds | null
  /** Where its groups stand. */
  readonly positions: readonly EntryId[]
}

type Unread = NonNullable<LookedGroup['unread']>
const NONE: Unread = { firstId: null, counted: 0, complete: true }
/** Positions that are kept in mind. */
const MOST = 20_000

/**
 * The first entry after a position, by XRANGE … COUNT 1, which brings it: asked once per position, and kept in mind for as long
 * as it lies in the stream. Not known where the stream's ends are not; a large one that was met before is not sent again.
 */
export function createUnreadByCommands() {
  const known = new Map<string, EntryId>()
  const idOf = (key: Buffer, after: EntryId): string => `${key.toString('base64')} ${after}`

  return async (
    send: SendLines,
    streams: readonly Unlooked[],
    met: MetLarge,
  ): Promise<(key: Buffer, after: EntryId) => Unread | null> => {
    const found = new Map<string, Unread>()
    const lines: {
      readonly id: string
      readonly key: Buffer
      readonly large: EntryId | null
      readonly line: ReadLine
    }[] = []
    for (const { key, ends, positions } of streams) {
      if (ends === null) continue
      for (const after of new Set(positions)) {
        const id = idOf(key, after)
        const from = nextId(after)
        const before = known.get(id)
        if (from === null || ends.lastId === null || compareIds(after, ends.lastId) >= 0) found.set(id, NONE)
        else if (ends.firstId !== null && compareIds(after, ends.firstId) < 0) found.set(id, some(ends.firstId))
        else if (before !== undefined && compareIds(before, ends.lastId) <= 0) found.set(id, some(before))
        else {
          const large = met.of(key).ids.find((each) => compareIds(each, after) > 0) ?? null
          const upTo = large === null ? '+' : (previousId(large) ?? large)
          if (large === from) found.set(id, some(large))
          else lines.push({ id, key, large, line: ['XRANGE', key, from, upTo, 'COUNT', 1] })
        }
      }
    }
    const replies = await send(lines.map(({ line }) => line))
    lines.forEach(({ id, key, large }, at) => {
      const [first] = entriesOrNone(replies[at])
      if (first === undefined && isAppError(replies[at])) return
      const bytes = first ? entryBytes(first) : 0
      if (first && bytes > LARGE_ONE_BYTES) met.add(key, [{ id: first.id, bytes }])
      const firstId = first?.id ?? large
      found.set(id, firstId === null ? NONE : some(firstId))
      if (firstId !== null) known.set(id, firstId)
      if (known.size > MOST) known.clear()
    })
    return (key, after) => found.get(idOf(key, after)) ?? null
  }
}

function some(firstId: EntryId): Unread {
  return { firstId, counted: 1, complete: false }
}
