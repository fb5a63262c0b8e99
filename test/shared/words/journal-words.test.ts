import { describe, expect, it } from 'vitest'
import type { JournalRecord } from '../../../shared/model/journal'
import { words } from '../../../shared/words/words'
import { verbatim } from '../../../shared/words/messages'

const { recordCounts, recordPlace } = words.journal

const record: JournalRecord = {
  id: 'r1',
  at: 0,
  endedAt: 1,
  connectionId: 'c1',
  connectionName: 'Local',
  action: 'claim',
  key: 'orders',
  group: 'billing',
  summary: verbatim('claim to worker-2'),
  state: 'done',
  counts: { changed: 1_200, leftAlone: 9, gone: 3, dropped: 0, unknown: 0 },
  commands: [],
  error: null,
  undo: { possible: true, note: verbatim(''), undoneBy: null },
  backupFile: null,
}

describe('a record of the journal', () => {
  it('is told in few words', () => {
    expect(recordPlace(record)).toBe('orders / billing')
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
})
