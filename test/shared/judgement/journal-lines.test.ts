import { describe, expect, it } from 'vitest'
import { journalLines } from '../../../shared/judgement/journal-lines'
import type { JournalRecord } from '../../../shared/model/journal'
import { journalWords } from '../../../shared/words/en/journal-words'
import { message, sentence } from '../../../shared/words/messages'

type More = Omit<Partial<JournalRecord>, 'undo' | 'counts'> & {
  readonly undo?: Partial<JournalRecord['undo']>
  readonly counts?: Partial<JournalRecord['counts']>
}

function record(id: string, { undo, counts, ...more }: More = {}): JournalRecord {
  return {
    ...{ id, at: 1, endedAt: 2, connectionId: 'c1', connectionName: 'local', who: null, action: 'claim' },
    ...{ key: 'orders', group: 'billing', summary: message('undo.claim'), state: 'done', commands: ['XCLAIM'] },
    counts: { changed: 2, leftAlone: 0, gone: 0, dropped: 0, unknown: 0, ...counts },
    ...{ error: null, backupFile: null },
    undo: { possible: true, note: message('undo.claim'), undoneBy: null, ...undo },
    ...more,
  }
}
const sweep = (groups = 3, id = 's1') => ({ id, stream: 'app:*', group: '*', groups })
const part = (id: string, more: More = {}): JournalRecord => record(id, { sweep: sweep(), ...more })
const told = (records: readonly JournalRecord[]) =>
  journalLines(records).map(({ record: line, parts }) => [line.id, parts.map(({ id }) => id)])
const whole = (records: readonly JournalRecord[]): JournalRecord => {
  const [line] = journalLines(records)
  if (line === undefined) throw new Error('there is no line')
  return line.record
}

const summary = (records: readonly JournalRecord[]) => journalLines(records).map(journalWords.lineSummary).join()

describe('the lines of a journal', () => {
  it('are its records, in their order', () => {
    expect(told([record('b'), record('a')])).toEqual([
      ['b', []],
      ['a', []],
    ])
    expect(journalLines([])).toEqual([])
  })

  it('of a sweep are one, where its newest record stands, whatever stands between', () => {
    expect(told([record('z'), part('c'), record('x'), part('b'), part('a')])).toEqual([
      ['z', []],
      ['s1', ['c', 'b', 'a']],
      ['x', []],
    ])
  })

  it('of a sweep of one group are its record: that is undone by itself', () => {
    expect(told([record('a', { sweep: sweep(1) })])).toEqual([['a', []]])
  })

  it('tell two sweeps apart, and a sweep from its undo', () => {
    const undo = { sweep: { ...sweep(3, 's2'), undoes: 's1' }, action: 'undo' } as const
    expect(told([record('u', undo), part('a')])).toEqual([
      ['s2', ['u']],
      ['s1', ['a']],
    ])
  })
})

describe('a sweep in one line', () => {
  it('adds up what its records did, by the patterns it was begun for', () => {
    const line = whole([part('c', { counts: { kept: 1 } }), part('b', { counts: { changed: 5, gone: 1 } }), part('a')])
    expect(line).toMatchObject({ key: 'app:*', group: '*', commands: [], counts: { changed: 9, gone: 1, kept: 1 } })
    const other = part('c', { summary: message('undo.copies') })
    expect(summary([other, part('b'), part('a')])).toBe('3 groups: claim')
    const same = sentence(part('c').summary)
    expect(summary([part('c'), part('b'), part('a')])).toBe(`3 groups: ${same}`)
    expect(journalWords.recordCounts(line)).toContain('9 entries')
  })

  it('says so where some of its groups have no record', () => {
    expect(summary([part('a'), part('b')])).toMatch(/^2 of 3 groups: /)
    expect(summary([record('a')])).toBe(sentence(record('a').summary))
  })

  it.each([
    [['done', 'interrupted', 'running'], 'running'],
    [['done', 'failed', 'interrupted'], 'interrupted'],
    [['done', 'failed', 'cancelled'], 'failed'],
    [['done', 'cancelled', 'done'], 'cancelled'],
    [['done', 'done', 'done'], 'done'],
  ] as const)('of %j is %s', (states, state) => {
    expect(whole(states.map((each, n) => part(`${n}`, { state: each }))).state).toBe(state)
  })

  it('has no end while one of them has none', () => {
    expect(whole([part('b', { endedAt: null }), part('a')]).endedAt).toBeNull()
    expect(whole([part('b', { endedAt: 9 }), part('a')]).endedAt).toBe(9)
  })

  it.each([
    ['none is undone', [{}, {}], { possible: true, undoneBy: null }],
    ['some are', [{ undoneBy: 'u1' }, {}], { possible: true, undoneBy: null }],
    ['all are', [{ undoneBy: 'u2' }, { undoneBy: 'u1' }], { possible: true, undoneBy: 'u2' }],
    ['all is for good', [{ possible: false }, { possible: false }], { possible: false, undoneBy: null }],
    ['what can be undone is', [{ undoneBy: 'u1' }, { possible: false }], { possible: false, undoneBy: null }],
    ['one is for good', [{ possible: false }, {}], { possible: true, undoneBy: null }],
  ])('can be undone as long as one of them can: %s', (_what, undos, undo) => {
    expect(whole(undos.map((each, n) => part(`${n}`, { undo: each }))).undo).toMatchObject(undo)
  })
})
