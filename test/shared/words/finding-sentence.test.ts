import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../shared/judgement/finding'
import { defaultThresholds } from '../../../shared/judgement/thresholds'
import { triageRows, type TriageRow } from '../../../shared/judgement/triage-row'
import type { GroupSummary } from '../../../shared/model/stream'
import { findingText } from '../../../shared/words/finding-sentence'
import { group, summary } from '../judgement/judged-samples'

function rowOf(changes: Partial<GroupSummary>): TriageRow {
  const [row] = triageRows(summary('orders', [group('billing', changes)]), defaultThresholds)
  if (!row) throw new Error('a group is a row')
  return row
}
const goneOf = (gone: number, lookedFor: number, pending: number): Finding => ({
  kind: 'gone',
  id: 'gone/1',
  row: rowOf({ pending }),
  peek: {
    ...{ looked: lookedFor, mostDeliveries: 1, mostId: '1-0', poison: 0, poisonDeliveries: 5 },
    ...{ lookedFor, gone, isWhole: true },
  },
})

// No figure without what it is worth.
describe('the sentence of a finding', () => {
  it('has a lag with its mark', () => {
    const sentence = (lag: GroupSummary['lag']): string =>
      findingText({ kind: 'lagging', id: 'lagging/1', row: rowOf({ lag }), rates: null })
    expect(sentence({ value: 1_500, kind: 'exact' })).toBe('billing is 1 500 entries behind in orders.')
    expect(sentence({ value: 1_500, kind: 'atLeast' })).toBe('billing is ≥ 1 500 entries behind in orders.')
    expect(sentence({ value: 1_500, kind: 'reported' })).toBe(
      'billing is 1 500 entries behind (as reported) in orders.',
    )
  })

  it('says at least, where only some of the pending entries were looked for', () => {
    expect(findingText(goneOf(20, 20, 38))).toMatch(/^At least 20 pending entries of orders \/ billing/)
    expect(findingText(goneOf(20, 38, 38))).toMatch(/^20 pending entries of orders \/ billing/)
  })

  it('says by what it is known how many were trimmed unread: a group’s own count may be set to anything', () => {
    const trimmed = { kind: 'trimmed', id: 'trimmed/1', row: rowOf({}), lost: 59, firstId: null } as const
    expect(findingText(trimmed)).toBe(
      '59 entries of orders were trimmed before billing read them, by the server’s counters.',
    )
  })

  it('gives an estimate no more digits than it is worth', () => {
    const seen = { margin: 850, trimsPerSecond: 8, readsPerSecond: 5, spanMs: 45_000 }
    const overtaken = (inMs: number, lostPerHour: number): string =>
      findingText({ kind: 'collision', id: 'collision/1', row: rowOf({}), collision: { ...seen, inMs, lostPerHour } })
    expect(overtaken(2_460_000, 4_711)).toBe(
      'Trimming of orders overtakes billing in about 41 min: from then on about 4\u202f700 entries an hour are lost unread.',
    )
    expect(overtaken(3_000, 0.3)).toContain('in about 3 s: from then on about 1 entry an hour is lost unread.')
  })
})
