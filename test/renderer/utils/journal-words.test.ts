import { describe, expect, it } from 'vitest'
import type { JournalRecord } from '../../../shared/model/journal'
import { matchesFilter, recordCounts, recordPlace } from '../../../renderer/utils/journal-words'

const record: JournalRecord = {
  id: 'r1',
  at: 0,
  endedAt: 1,
  connectionId: 'c1',
  connectionName: 'Local',
  action: 'claim',
  key: 'orders',
  group: 'billing',
  summary: 'claim to worker-2',
  state: 'done',
  counts: { changed: 1_200, leftAlone: 9, gone: 3, dropped: 0, unknown: 0 },
  commands: [],
  error: null,
  undo: { possible: true, note: '', undoneBy: null },
  backupFile: null,
}
const ALL = { connectionId: '', action: '', text: '' } as const

describe('a record of the journal', () => {
  it('is told in few words', () => {
    expect(recordPlace(record)).toBe('orders / billing')
    expect(recordCounts(record)).toBe('1\u202f200 entries, 9 left alone, 3 gone')
    expect(recordCounts({ ...record, action: 'create group' })).toBe('created')
  })

  it('is found by connection, action, or part of its words', () => {
    expect(matchesFilter(record, ALL)).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'WORKER-2' })).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'ord' })).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'users' })).toBe(false)
    expect(matchesFilter(record, { ...ALL, action: 'ack' })).toBe(false)
    expect(matchesFilter(record, { ...ALL, connectionId: 'c2' })).toBe(false)
  })
})
