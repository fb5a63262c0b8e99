import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../shared/judgement/finding'
import { measureOf } from '../../../shared/judgement/finding-measure'
import { triageRows } from '../../../shared/judgement/triage-row'
import { withoutSnoozed } from '../../../shared/judgement/without-snoozed'
import { group, summary, thresholds } from './judged-samples'

const [row] = triageRows(summary('orders', [group('billing')]), thresholds)
const stalled = (pending: number, othersPending = 0, kind: 'stalled' | 'dead' = 'stalled'): Finding => ({
  ...{ kind, id: 'stalled/1', row: row!, consumer: 'ann', pending, idleMs: 1, others: 0, othersPending, claims: null },
})
const lagging = (lag: number | null): Finding => {
  const behind = { ...row!, group: group('billing', { lag: { value: lag, kind: lag === null ? 'unknown' : 'exact' } }) }
  return { kind: 'lagging', id: 'stalled/1', row: behind, rates: null }
}

describe('a finding that is snoozed', () => {
  it.each([
    ['stays so as it is', stalled(3), stalled(3), false],
    ['stays so where it grows less than tenfold', stalled(3, 2), stalled(40, 9), false],
    ['is told where it grows tenfold, by whoever’s share', stalled(3, 2), stalled(3, 47), true],
    ['is told where its consumer is gone for good', stalled(30), stalled(3, 0, 'dead'), true],
    ['stays so where who was taken for gone is back, and stalled', stalled(30, 0, 'dead'), stalled(30), false],
    ['is told where a lag that was not known is one of ten', lagging(null), lagging(10), true],
    ['stays so where a lag is not known any more', lagging(500), lagging(null), false],
  ])('%s', (_what, then, now, isTold) => {
    const { told, worse } = withoutSnoozed([now], new Map([['stalled/1', measureOf(then)]]))
    expect(told).toEqual(isTold ? [now] : [])
    expect(worse).toEqual(isTold ? ['stalled/1'] : [])
  })

  it('of which nobody knew how bad it was is not told, and another one is', () => {
    const other = { ...stalled(1), id: 'stalled/2' }
    const { told, worse } = withoutSnoozed([stalled(9_999), other], new Map([['stalled/1', null]]))
    expect([told, worse]).toEqual([[other], []])
  })
})
