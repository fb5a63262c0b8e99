import type { Journal } from '../../journal/journal'
import type { PastBatch } from './given-back-kind'
import { readGivenBack } from './given-back'
import { readHeldSince } from './held-since'
import { returnedBy } from './returned-by'

type Source = Pick<Journal, 'get' | 'batches' | 'undosOf' | 'holdersSince' | 'undoneSince'>

/**
 * What a record changed and its undos have not given back yet, batch by batch. What was given back is never touched again:
 * it may have been acked since, and nothing would tell. What only may have been given back is unsure for that reason.
 */
export async function* pastBatches(journal: Source, recordId: string): AsyncGenerator<PastBatch, void> {
  const { atomic } = await journal.get(recordId)
  const { back, maybe } = await returnedBy(journal, await journal.undosOf(recordId))
  const [givenBack, heldBy] = [await readGivenBack(journal, recordId), await readHeldSince(journal, recordId)]
  for await (const batch of journal.batches(recordId)) {
    const changed = back.size === 0 ? batch.changed : batch.changed.filter(({ id }) => !back.has(id))
    const again = changed.flatMap(({ id }) => (maybe.has(id) ? [id] : []))
    const unsure = again.length === 0 ? batch.unsure : new Set([...batch.unsure, ...again])
    yield { ...batch, changed, unsure, again: new Set(again), back, givenBack, heldBy, atomic: batch.atomic ?? atomic }
  }
}
