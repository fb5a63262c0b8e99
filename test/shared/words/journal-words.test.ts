import { describe, expect, it } from 'vitest'
import { words } from '../../../shared/words/words'
import { sampleRecord as record } from './sample-record'

const { recordCounts, recordSubject } = words.journal

describe('a record of the journal', () => {
  it('is told in few words', () => {
    expect(recordSubject(record)).toBe('orders / billing')
    expect(recordCounts(record)).toBe('1\u202f200 entries, 9 left alone, 3 gone')
    expect(recordCounts({ ...record, action: 'create group' })).toBe('created')
    expect(recordCounts({ ...record, action: 'set id' })).toBe('set')
    expect(recordCounts({ ...record, action: 'remove consumer' })).toBe('removed')
  })

  it('calls no group, consumer or name an entry', () => {
    const one = { ...record, counts: { ...record.counts, changed: 1, leftAlone: 0, gone: 0 } }
    const none = { ...one, counts: { ...one.counts, changed: 0 } }
    expect(recordCounts({ ...one, action: 'swap streams' })).toBe('swapped')
    expect(recordCounts({ ...none, action: 'create consumer' })).toBe('created')
    expect(recordCounts({ ...one, action: 'destroy group' })).toBe('destroyed')
    const three = { ...one, counts: { ...one.counts, changed: 3 } }
    expect(recordCounts({ ...three, action: 'destroy group' })).toBe('destroyed, 2 entries acked')
    expect(recordCounts({ ...none, action: 'swap streams', state: 'failed' })).toBe('')
  })

  it('calls done what is meant to change nothing', () => {
    const none = { ...record, state: 'done' as const, counts: { ...record.counts, changed: 0 } }
    expect(words.journal.recordState({ ...none, action: 'claim' })).toMatchObject({ label: 'Nothing changed' })
    expect(words.journal.recordState({ ...none, action: 'show masked' })).toMatchObject({
      label: 'Done',
      health: 'good',
    })
  })

  it('tells how much of it is undone, and never of fewer than there are', () => {
    const partly = (back: number, some: object = {}) => ({
      ...record,
      undo: { ...record.undo, partly: { back, held: [], open: 0, ...some } },
    })
    const { undonePartly } = words.journal
    expect(undonePartly(record)).toBeNull()
    expect(undonePartly(partly(400, { open: 3 }))).toMatch(/^Undone: 400 of 1\u202f200\. 3 can be undone separately/)
    // Sluice was killed in it: nothing of it is in the counts.
    const killed = { ...partly(3, { open: 3 }), counts: { ...record.counts, changed: 0 } }
    expect(undonePartly(killed)).toMatch(/^Undone: 3 of 6\./)
    expect(undonePartly(partly(400, { isStopped: true }))).toMatch(/did not come to its end/)
  })
})
