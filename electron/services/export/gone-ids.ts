import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import type { Source } from '../../redis/source'
import { pendingRange } from '../../redis/xpending'

/** The ids that are pending in any of some groups, in order, each once; read in bounded pages. */
export interface PendingIds {
  /** The next of them up to `to`, that one included, and no more than 1 000; fewer: these are all. */
  upTo(to: EntryId): Promise<readonly EntryId[]>
}

export const MOST_AT_ONCE = 1_000

interface Cursor {
  readonly group: Buffer
  ids: EntryId[]
  /** Null: the rest is in `ids`. */
  from: string | null
}

export function createPendingIds({ reader, key }: Source, groups: readonly Buffer[]): PendingIds {
  const cursors: Cursor[] = groups.map((group) => ({ group, ids: [], from: '-' }))

  async function fill(cursor: Cursor): Promise<void> {
    if (cursor.ids.length > 0 || cursor.from === null) return
    const rows = await pendingRange(reader, key, cursor.group, { from: cursor.from, to: '+', count: MOST_AT_ONCE })
    cursor.ids = rows.map(({ id }) => id).reverse()
    const last = rows.at(-1)
    cursor.from = last === undefined || rows.length < MOST_AT_ONCE ? null : nextId(last.id)
  }

  return {
    async upTo(to) {
      const found: EntryId[] = []
      while (found.length < MOST_AT_ONCE) {
        let least: EntryId | null = null
        for (const cursor of cursors) {
          await fill(cursor)
          const next = cursor.ids.at(-1)
          if (next !== undefined && (least === null || compareIds(next, least) < 0)) least = next
        }
        if (least === null || compareIds(least, to) > 0) break
        found.push(least)
        for (const cursor of cursors) if (cursor.ids.at(-1) === least) cursor.ids.pop()
      }
      return found
    },
  }
}
