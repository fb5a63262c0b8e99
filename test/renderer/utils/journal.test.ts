import { describe, expect, it } from 'vitest'
import { exportName, exportText } from '../../../renderer/utils/journal-export'
import { matchesFilter, resumedAs } from '../../../renderer/utils/journal-filter'
import { words } from '../../../shared/words/words'
import { sampleRecord as record } from '../../shared/words/sample-record'

const ALL = { connectionId: '', action: '', withinMs: 0, text: '' } as const

describe('a record of the journal', () => {
  it('is found by connection, action, or part of its words', () => {
    expect(matchesFilter(record, ALL, record.at)).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'WORKER-2' }, record.at)).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'ord' }, record.at)).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'users' }, record.at)).toBe(false)
    const part = { ...record, sweep: { id: 's1', stream: 'users:*', group: '*', groups: 2 } }
    expect(matchesFilter(part, { ...ALL, text: 'users:* / *' }, record.at)).toBe(true)
    expect(matchesFilter(record, { ...ALL, text: 'ANNA' }, record.at)).toBe(true)
    expect(matchesFilter(record, { ...ALL, action: 'ack' }, record.at)).toBe(false)
    expect(matchesFilter(record, { ...ALL, connectionId: 'c2' }, record.at)).toBe(false)
  })
  it('is found by how long ago it began', () => {
    const lastHour = { ...ALL, withinMs: 3_600_000 }
    expect(matchesFilter(record, lastHour, record.at + 3_600_000)).toBe(true)
    expect(matchesFilter(record, lastHour, record.at + 3_600_001)).toBe(false)
  })

  it.each([
    [null, 'not recorded'],
    [{ by: 'user', name: 'anna' }, 'anna'],
    [{ by: 'proxy', name: 'anna' }, 'anna (named by the proxy)'],
    [{ by: 'system', name: 'root' }, 'root (runs this Sluice)'],
    [{ by: 'password' }, 'somebody with the password'],
  ] as const)('by %j says who it was', (who, said) => {
    expect(words.journal.whoWas(who)).toBe(said)
    expect(exportText([{ ...record, who }], 'txt')).toContain(said)
  })

  it('can be resumed when it stopped before its end and was a recovery', () => {
    expect(resumedAs({ ...record, state: 'cancelled' })).toBe('recovery')
    expect(resumedAs({ ...record, state: 'interrupted', action: 'ack' })).toBe('recovery')
    expect(resumedAs({ ...record, state: 'done' })).toBe(null)
    expect(resumedAs({ ...record, state: 'running' })).toBe(null)
    expect(resumedAs({ ...record, state: 'failed' })).toBe(null)
    expect(resumedAs({ ...record, state: 'cancelled', action: 'trim' })).toBe(null)
    expect(resumedAs({ ...record, state: 'cancelled', action: 'undo' })).toBe(null)
    expect(resumedAs({ ...record, state: 'cancelled', action: 'copy' })).toBe('copy')
    expect(resumedAs({ ...record, state: 'done', action: 'copy' })).toBe(null)
    const undo = { ...record.undo, undoneBy: 'another' }
    expect(resumedAs({ ...record, state: 'cancelled', action: 'copy', undo })).toBe(null)
  })

  it('is exported a JSON object per line, or as a person reads it', () => {
    const two = [record, { ...record, id: 'r2', group: null, commands: ['XTRIM orders MAXLEN 3'] }]
    const lines = exportText(two, 'jsonl').trimEnd().split('\n')
    const inWords = { who: 'anna', summary: 'claim to worker-2', undo: '', error: null }
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(two.map((each) => ({ ...each, words: inWords })))
    expect(exportText(two, 'txt')).toContain('> XTRIM orders MAXLEN 3')
    expect(exportText(two, 'txt')).toContain('orders / billing')
    expect(exportText(two, 'txt')).toMatch(/^ {2}who +anna$/m)
    expect(exportText([], 'jsonl')).toBe('')
    expect(exportName('jsonl', Date.UTC(2026, 10, 21))).toBe('sluice-journal-2026-11-21.jsonl')
  })
})
