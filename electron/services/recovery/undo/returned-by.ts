import type { EntryId } from '../../../../shared/entry-id'
import type { Journal } from '../../journal/journal'

export interface Returned {
  /** Given back for certain. */
  readonly back: ReadonlySet<EntryId>
  /** Only what may have been given back, and handled since: its reply was lost, or no outcome was written. */
  readonly maybe: ReadonlySet<EntryId>
}

/** What these undos gave back. What one of them only may have given back, and another one has, is back. */
export async function returnedBy(journal: Pick<Journal, 'batches'>, undos: readonly string[]): Promise<Returned> {
  const back = new Set<EntryId>()
  const maybe = new Set<EntryId>()
  for (const undo of undos) {
    for await (const { changed, unsure } of journal.batches(undo)) {
      for (const { id } of changed) (unsure.has(id) ? maybe : back).add(id)
    }
  }
  for (const id of back) maybe.delete(id)
  return { back, maybe }
}
