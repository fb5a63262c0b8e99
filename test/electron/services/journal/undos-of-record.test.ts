import { expect, test } from 'vitest'
import type { EndLine, UndoLeft } from '../../../../electron/services/journal/lines'
import { createRecords, type Records } from '../../../../electron/services/journal/records'
import { leftToUndo } from '../../../../electron/services/journal/undoable'
import { sampleRecord } from '../../../shared/words/sample-record'
import { claimRecord, counts } from './records-for-tests'

const UNDO = { action: 'undo', summary: claimRecord().summary, request: null } as const
const held = (record: string, entries: number): UndoLeft => ({ held: [{ record, entries }], open: 0 })

/** The claim `first` of 10 entries and a later one, and undos of the first, as they end; in the order in which they are read. */
function recordsOf(...undos: readonly (readonly [id: string, at: number, end: Partial<EndLine> | null])[]): Records {
  const records = createRecords()
  for (const [id, at] of [
    ['first', 1],
    ['later', 2],
  ] as const) {
    records.apply({ t: 'begin', id, at, ...claimRecord() }, AT)
    records.apply({ t: 'end', id, at, state: 'done', counts: counts({ changed: 10 }), ...ENDED }, AT)
  }
  for (const [id, at, end] of undos) {
    records.apply({ t: 'begin', id, at, ...claimRecord({ ...UNDO, undoes: 'first' }) }, AT)
    const outcome = { batch: 0, until: 0, counts: counts(end?.counts ?? { changed: 3 }), except: [], copies: [] }
    records.apply({ t: 'outcome', id, ...outcome }, AT)
    if (end !== null) records.apply({ t: 'end', id, at, state: 'done', counts: counts(), ...ENDED, ...end }, AT)
  }
  return records
}
const AT = { file: 'a', from: 0, to: 0 }
const ENDED = { error: null, backupFile: null }
const some = { counts: counts({ changed: 4, leftAlone: 6 }), left: held('later', 6) }

test('nothing is undone in part by an undo that left all alone', () => {
  const records = recordsOf(['u1', 3, { counts: counts({ leftAlone: 10 }), left: held('later', 10) }])
  expect([records.undonePartly('first'), records.undoneBy('first')]).toEqual([null, null])
})

test('what is left is told by the last undo, also by one that changed nothing itself', () => {
  const nothing = { counts: counts({ leftAlone: 6 }), left: held('later', 2) }
  const records = recordsOf(['u1', 3, some], ['u2', 4, nothing])
  expect(records.undonePartly('first')).toMatchObject({ back: 4, held: [{ recordId: 'later', entries: 2 }] })
  expect(records.undoneBy('first')).toBeNull()
})

test('one that finds nothing left to be undone closes the record', () => {
  const records = recordsOf(['u1', 3, some], ['u2', 4, { counts: counts({ leftAlone: 6 }) }])
  expect(records.undoneBy('first')).toBe('u2')
})

test('the last undo is the one that began last, in whatever order the files are read', () => {
  const rest = { counts: counts({ changed: 1, leftAlone: 5 }), left: { held: [], open: 5 } }
  const records = recordsOf(['u2', 4, rest], ['u1', 3, some])
  expect(records.undonePartly('first')).toEqual({ back: 5, held: [], open: 5 })
})

test.each([
  ['was cancelled', { state: 'cancelled', counts: counts({ changed: 3, leftAlone: 1 }) }],
  ['was interrupted', { state: 'interrupted', counts: counts({ changed: 3 }) }],
  ['was killed', null],
] as const)('one that %s counts with what it gave back, and what is left is not known', (_, end) => {
  const stopped = { back: 3, held: [], open: 0, isStopped: true }
  expect(recordsOf(['u1', 3, end]).undonePartly('first')).toEqual(stopped)
  const records = recordsOf(['u1', 3, some], ['u2', 4, end])
  expect(records.undonePartly('first')).toEqual({ ...stopped, back: 7 })
  expect(records.undoneBy('first')).toBeNull()
})

test('one that failed before it did anything changes nothing of it', () => {
  const records = recordsOf(['u1', 3, some], ['u2', 4, { state: 'failed', counts: counts() }])
  expect(records.undonePartly('first')).toMatchObject({ back: 4, held: [{ entries: 6 }] })
})

test('what is left is what was changed without what is back, and never less than nothing', () => {
  const undo = { ...sampleRecord.undo, partly: { back: 4, held: [], open: 6 } }
  expect(leftToUndo({ ...sampleRecord, counts: counts({ changed: 8, unknown: 2 }), undo })).toBe(6)
  // Of a batch without an outcome nothing is in the counts.
  expect(leftToUndo({ ...sampleRecord, counts: counts(), undo })).toBe(0)
})
