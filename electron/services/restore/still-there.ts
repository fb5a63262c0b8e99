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
export type StillThere = (entries: readonly RawEntry[]) => Promise<ReadonlySet<EntryId>>

/** The ends of the stream, which XINFO STREAM brings whole, are read once: they only grow. */
export function createStillThere(source: Source): StillThere {
  let bounds: Promise<Bounds | null> | null = null
  return async (entries) => {
    bounds ??= boundsOf(source)
    const known = await bounds
    return known === null ? new Set() : thereWithin(source, known, entries)
  }
}

interface Bounds {
  readonly first: EntryId
  readonly last: EntryId
}

async function thereWithin(
  { reader, key }: Source,
  bounds: Bounds,
  entries: readonly RawEntry[],
): Promise<ReadonlySet<EntryId>> {
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
async function boundsOf({ reader, key }: Source): Promise<Bounds | null> {
  try {
    const { firstId: first, lastId: last } = await streamInfo(reader, key)
    return first === null || last === null ? null : { first, last }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  }
}
