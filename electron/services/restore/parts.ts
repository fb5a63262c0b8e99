import type { EntryId } from '../../../shared/entry-id'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { readEntries, type BackupFile } from '../backup/read-backup'
import { readWent, type Fate } from '../backup/read-went'
import { PART_BYTES } from '../inspection/body-parts'

/** The most entries of one transaction. */
export const PART_ENTRIES = 100

/** An entry of a backup. */
export interface SavedEntry extends RawEntry {
  /** Its position in the backup, from 0. */
  readonly number: number
  readonly fate: Fate
}

/** What a restore takes of a backup: the entries named, or all; what stayed in its stream only where it is asked for. */
export interface Choice {
  readonly ids: readonly EntryId[] | null
  readonly stayed: boolean
}

/** The entries of a backup, as they lie in it, of two in a row by one id the first; null for each line that can't be read. */
export async function* savedEntries(file: BackupFile): AsyncGenerator<SavedEntry | null, void> {
  const { fateOf } = await readWent(file)
  let last: EntryId | null = null
  let number = 0
  for await (const entry of readEntries(file)) {
    if (entry === null) yield null
    else if (entry.id !== last) {
      last = entry.id
      yield { ...entry, number, fate: fateOf(number, entry.id) }
    }
    number += 1
  }
}

/** Tells which entries are asked for. One that is named is, whatever became of it. */
export function isChosenBy({ ids, stayed }: Choice): (entry: SavedEntry) => boolean {
  if (ids === null) return ({ fate }) => stayed || fate !== 'stayed'
  const wanted = new Set(ids)
  return ({ id }) => wanted.has(id)
}

/** The entries of a backup that can be read and are asked for. */
export async function* chosenEntries(file: BackupFile, choice: Choice): AsyncGenerator<SavedEntry, void> {
  const isChosen = isChosenBy(choice)
  for await (const entry of savedEntries(file)) if (entry !== null && isChosen(entry)) yield entry
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
