import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Source } from '../../redis/source'
import { streamInfo } from '../../redis/xinfo'
import { forEachEntry, type RawEntry } from '../../redis/xrange'
import { isSameBody } from './merge'

/**
 * Of these entries of a backup, those that the stream holds, by the same id and with the same content: they are not to be
 * added once more. An entry of that id with other content is another one, of a stream that was made anew.
 */
export async function stillThere({ reader, key }: Source, entries: readonly RawEntry[]): Promise<ReadonlySet<EntryId>> {
  const bounds = await boundsOf({ reader, key })
  if (bounds === null) return new Set()
  const saved = new Map(entries.map((entry) => [entry.id, entry]))
  const there = new Set<EntryId>()
  const within = [...saved.keys()].filter((id) => compareIds(id, bounds.first) >= 0 && compareIds(id, bounds.last) <= 0)
  await forEachEntry(reader, key, within, (entry) => {
    const mine = saved.get(entry.id)
    if (mine !== undefined && isSameBody(mine, entry)) there.add(entry.id)
  })
  return there
}

/** Null: there is nothing in it. */
async function boundsOf({ reader, key }: Source): Promise<{ readonly first: EntryId; readonly last: EntryId } | null> {
  try {
    const { firstId: first, lastId: last } = await streamInfo(reader, key)
    return first === null || last === null ? null : { first, last }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  }
}
