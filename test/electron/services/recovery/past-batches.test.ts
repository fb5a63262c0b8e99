import { expect, test } from 'vitest'
import type { Journal, NewRecord } from '../../../../electron/services/journal/journal'
import { verbatim } from '../../../../shared/words/messages'
import { ANY_TIME } from '../../../../electron/services/jobs/note-outcome'
import { pastBatches } from '../../../../electron/services/recovery/undo/past-batches'
import { claimRecord, counts, priors, useJournals } from '../journal/journal-kit'

const journals = useJournals()

interface Did {
  readonly undoes?: string
  readonly ms?: readonly number[]
  readonly unsure?: readonly string[]
  readonly until?: number
}

const undoOf = (undoes: string): Partial<NewRecord> => {
  return { action: 'undo', request: null, undoes, undo: { possible: false, note: verbatim('') } }
}

/** A claim for worker-2, or an undo of one: one batch, and its end. Gives its id. */
async function did(journal: Journal, { undoes, ms = [1, 2], unsure, until = 2_000 }: Did = {}): Promise<string> {
  const isUndo = undoes === undefined ? {} : undoOf(undoes)
  const record = await journal.begin(claimRecord(isUndo))
  await record.intent(0, 1_000, priors(ms), undoes === undefined ? 'worker-2' : null)
  await record.outcome(0, { until, counts: counts({ changed: ms.length }), except: [], unsure })
  await record.end({ state: 'done', counts: counts({ changed: ms.length }), error: null })
  return record.id
}

async function read(journal: Journal, id: string) {
  for await (const batch of pastBatches(journal, id)) return batch
  throw new Error('no batch')
}

test('what others may have done stays unsure, beside what an undo may have given back', async () => {
  const journal = await journals.open()
  const id = await did(journal, { ms: [1, 2, 3], unsure: ['1-0'] })
  await did(journal, { undoes: id, ms: [2], unsure: ['2-0'] })
  const { changed, unsure, again } = await read(journal, id)
  expect(changed.map((each) => each.id)).toEqual(['1-0', '2-0', '3-0'])
  expect([...unsure]).toEqual(['1-0', '2-0'])
  expect([...(again ?? [])]).toEqual(['2-0'])
})

test('a later record that was undone in part holds what is not back', async () => {
  const journal = await journals.open()
  const id = await did(journal)
  const later = await did(journal)
  const undo = await journal.begin(claimRecord(undoOf(later)))
  await undo.intent(0, 1_000, priors([1]))
  await undo.outcome(0, { until: 3_000, counts: counts({ changed: 1 }), except: [] })
  await undo.end({ state: 'cancelled', counts: counts({ changed: 1 }), error: null })
  const { heldBy } = await read(journal, id)
  expect(heldBy?.('1-0')).toBeUndefined()
  expect(heldBy?.('2-0')).toEqual({ record: later, to: 'worker-2' })
})

test('what was given back nobody knows when does not stand as it was left for ever', async () => {
  const journal = await journals.open()
  const id = await did(journal)
  const later = await did(journal)
  await did(journal, { undoes: later, ms: [1], until: ANY_TIME })
  await did(journal, { undoes: later, ms: [2], until: 5_000 })
  const { givenBack } = await read(journal, id)
  expect(givenBack?.('1-0')).toEqual([])
  expect(givenBack?.('2-0')).toMatchObject([{ until: 5_000 }])
})
