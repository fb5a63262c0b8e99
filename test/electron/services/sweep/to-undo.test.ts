import { expect, test } from 'vitest'
import { toUndo } from '../../../../electron/services/sweep/undo-sweep'
import type { JournalRecord } from '../../../../shared/model/journal'
import { sampleRecord } from '../../../shared/words/sample-record'
import { counts } from '../journal/records-for-tests'

const record = (id: string, changes: Partial<JournalRecord>): JournalRecord => {
  const undo = { ...sampleRecord.undo, possible: true, undoneBy: null }
  return { ...sampleRecord, id, undo, state: 'done', counts: counts({ changed: 1 }), ...changes }
}

test('an undo of a sweep is for what was done, or may have been, the last one first', () => {
  const records = [
    record('done', {}),
    record('in doubt', { counts: counts({ unknown: 1 }) }),
    record('cut short', { counts: counts({}), state: 'interrupted' }),
    record('came to nothing', { counts: counts({ leftAlone: 1 }) }),
    record('undone', { undo: { ...sampleRecord.undo, possible: true, undoneBy: 'u' } }),
    record('for good', { undo: { ...sampleRecord.undo, possible: false, undoneBy: null } }),
  ]
  expect(toUndo(records).map(({ id }) => id)).toEqual(['cut short', 'in doubt', 'done'])
})
