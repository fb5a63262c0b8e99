import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Reader } from '../../redis/client'
import { streamInfo } from '../../redis/xinfo'
import { existingIds } from '../../redis/xrange'

/**
 * Of these ids, the ones whose entries are no longer in the stream. The stream's own bounds tell most at once: before
 * its first entry all is gone, and after the greatest id ever deleted (7.0+) nothing is. The rest is looked up.
 */
export async function goneIds(reader: Reader, key: Buffer, ids: readonly EntryId[]): Promise<ReadonlySet<EntryId>> {
  if (ids.length === 0) return new Set()
  const { firstId, maxDeletedId } = await streamInfo(reader, key)
  if (firstId === null) return new Set(ids)
  const gone = new Set<EntryId>()
  const unsure: EntryId[] = []
  for (const id of ids) {
    if (compareIds(id, firstId) < 0) gone.add(id)
    else if (maxDeletedId === null || compareIds(id, maxDeletedId) <= 0) unsure.push(id)
  }
  const existing = await existingIds(reader, key, unsure)
  for (const id of unsure) if (!existing.has(id)) gone.add(id)
  return gone
}

/** Whether XCLAIM drops entries that are gone from the pending list: since 7.0, which also tells of deleted ids. */
export async function dropsGone(reader: Reader, key: Buffer): Promise<boolean> {
  return (await streamInfo(reader, key)).maxDeletedId !== null
}
