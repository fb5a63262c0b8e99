import type { Journal } from '../journal/journal'
import type { PastBatch } from './give-back'
import { readGivenBack } from './given-back'
import { readHeldSince } from './held-since'
import { returnedBy } from './returned-by'

type Source = Pick<Journal, 'get' | 'batches' | 'undosOf' | 'holdersSince' | 'undoneSince'>

/**
 * What a record changed and its undos have not given back yet, batch by batch. What was given back is never touched again:
 * it may have been acked since, and nothing would tell.
 */
export async function* pastBatches(journal: Source, recordId: string): AsyncGenerator<PastBatch, void> {
  const { atomic } = await journal.get(recordId)
  const back = await returnedBy(journal, await journal.undosOf(recordId))
  const [givenBack, heldBy] = [await readGivenBack(journal, recordId), await readHeldSince(journal, recordId)]
  for await (const batch of journal.batches(recordId)) {
    const changed = back.size === 0 ? batch.changed : batch.changed.filter(({ id }) => !back.has(id))
    yield { ...batch, changed, givenBack, heldBy, atomic }
  }
}
