import type { EntryId } from '../../../shared/entry-id'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { readEntries, type BackupFile } from '../backup/read-backup'
import { PART_BYTES } from '../inspection/body-parts'

/** The most entries of one transaction. */
export const PART_ENTRIES = 100

/** The entries of a backup that can be read and are asked for (null: all), as they lie in it; of two in a row by one id the first. */
export async function* chosenEntries(file: BackupFile, ids: readonly EntryId[] | null): AsyncGenerator<RawEntry, void> {
  const wanted = ids && new Set(ids)
  let last: EntryId | null = null
  for await (const entry of readEntries(file)) {
    if (entry === null || entry.id === last || (wanted !== null && !wanted.has(entry.id))) continue
    last = entry.id
    yield entry
  }
}

/** Entries in parts of at most 100 and 1 MiB, or one if that is larger, and no id twice in a part. */
export async function* inParts<T extends RawEntry>(
  entries: AsyncIterable<T> | Iterable<T>,
): AsyncGenerator<readonly T[], void> {
  let part: T[] = []
  let ids = new Set<EntryId>()
  let bytes = 0
  for await (const entry of entries) {
    const size = entryBytes(entry)
    if (part.length > 0 && (part.length >= PART_ENTRIES || bytes + size > PART_BYTES || ids.has(entry.id))) {
      yield part
      part = []
      ids = new Set()
      bytes = 0
    }
    part.push(entry)
    ids.add(entry.id)
    bytes += size
  }
  if (part.length > 0) yield part
}
