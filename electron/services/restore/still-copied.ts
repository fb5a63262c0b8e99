import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { REDRIVING } from '../../../shared/provenance'
import { fromBuffer, keyName, nameKey } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { forEachEntry, type RawEntry } from '../../redis/xrange'
import type { BackupFile } from '../backup/read-backup'
import type { Journal } from '../journal/journal'

/** Of entries of a redrive's backup. */
export interface CopiesFound {
  /** Their copy is still where the redrive moved them: they would be there twice. */
  readonly there: ReadonlySet<EntryId>
  /** Of so many nobody can tell: where they went is not known any more, or may not be read. */
  readonly untold: number
}
export type StillCopied = (entries: readonly RawEntry[]) => Promise<CopiesFound>

interface Copy {
  readonly to: string
  readonly id: EntryId
}

/** Null: the backup is no redrive's. `sourceOf`: where a stream is read. */
export async function createStillCopied(
  journal: Pick<Journal, 'batches'>,
  { kind, recordId }: BackupFile,
  sourceOf: (key: Bytes) => Source,
): Promise<StillCopied | null> {
  if (kind !== 'redrive') return null
  const copies = await copiesOf(journal, recordId)
  if (copies === null) return (entries) => Promise.resolve({ there: new Set(), untold: entries.length })
  return async (entries) => {
    const there = new Set<EntryId>()
    let untold = 0
    for (const [to, wanted] of byTarget(entries, copies)) {
      if (!(await lookIn(sourceOf(fromBuffer(keyName(to))), wanted, there))) untold += wanted.size
    }
    return { there, untold }
  }
}

async function copiesOf(
  journal: Pick<Journal, 'batches'>,
  recordId: string,
): Promise<ReadonlyMap<EntryId, Copy> | null> {
  const known = new Map<EntryId, Copy>()
  try {
    for await (const { to, copies } of journal.batches(recordId)) {
      if (to === null) continue
      const name = nameKey(to)
      for (const [entry, id] of copies) known.set(entry, { to: name, id })
    }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  }
  return known
}

/** By the stream that they went to: the copies' ids, with the entry's of each. */
function byTarget(
  entries: readonly RawEntry[],
  copies: ReadonlyMap<EntryId, Copy>,
): ReadonlyMap<string, ReadonlyMap<EntryId, EntryId>> {
  const targets = new Map<string, Map<EntryId, EntryId>>()
  for (const { id } of entries) {
    const copy = copies.get(id)
    if (copy === undefined) continue
    const wanted = targets.get(copy.to) ?? new Map<EntryId, EntryId>()
    wanted.set(copy.id, id)
    targets.set(copy.to, wanted)
  }
  return targets
}

/** False: may not be read. A copy says whose it is: another entry of that id, of a stream that was made anew or of another server, is none. */
async function lookIn(
  { reader, key }: Source,
  wanted: ReadonlyMap<EntryId, EntryId>,
  there: Set<EntryId>,
): Promise<boolean> {
  try {
    await forEachEntry(reader, key, [...wanted.keys()], (copy) => {
      const id = wanted.get(copy.id)
      if (id !== undefined && deadIdOf(copy) === id) there.add(id)
    })
    return true
  } catch (error) {
    if (!isAppError(error, 'REDIS') && !isAppError(error, 'UNSUPPORTED')) throw error
    // What is no stream any more has no copies.
    return isAppError(error, 'REDIS') && error.data.prefix === 'WRONGTYPE'
  }
}

function deadIdOf({ fields }: RawEntry): string | null {
  const [, , name] = REDRIVING
  for (let at = fields.length - 2; at >= 0; at -= 2) {
    if (fields[at]?.toString('latin1') === name) return fields[at + 1]?.toString('latin1') ?? null
  }
  return null
}
