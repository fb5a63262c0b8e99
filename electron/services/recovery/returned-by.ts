import type { EntryId } from '../../../shared/entry-id'
import type { Journal } from '../journal/journal'

/** What these undos gave back. Of a batch without an outcome nothing is known. */
export async function returnedBy(
  journal: Pick<Journal, 'batches'>,
  undos: readonly string[],
): Promise<ReadonlySet<EntryId>> {
  const back = new Set<EntryId>()
  for (const undo of undos) {
    for await (const { until, changed } of journal.batches(undo)) {
      if (until === null) continue
      for (const { id } of changed) back.add(id)
    }
  }
  return back
}
