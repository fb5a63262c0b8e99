import { describe, expect, it } from 'vitest'
import { groupKey } from '../../../shared/group-key'
import { triageRows, worstFirst } from '../../../shared/judgement/triage-row'
import { group, lagging, resting, stalled, summary, thresholds, unknownLag } from './judged-samples'

describe('the rows', () => {
  it('are worst first', () => {
    const rows = [summary('b', [unknownLag, lagging]), summary('a', [stalled, resting])].flatMap((one) =>
      triageRows(one, thresholds),
    )
    expect(worstFirst(rows).map((row) => row.group.name)).toEqual(['billing', 'audit', 'rebuilt', 'checkinConsumers'])
  })

  it('tell how far behind a group is, and since when its oldest entry waits', () => {
    const [one] = triageRows(
      summary('a', [
        group('g', { lag: { value: 4, kind: 'exact' }, lastDeliveredId: '400000-3', oldestPendingId: '300000-0' }),
      ]),
      thresholds,
    )
    expect(one).toMatchObject({
      id: groupKey('a', 'g'),
      behindMs: 600_000,
      oldestAtMs: 300_000,
      isLagging: true,
      state: 'lagging',
    })
  })

  it('are not behind where nothing is left to read, whatever the ids', () => {
    expect(triageRows(summary('a', [group('g', { lastDeliveredId: '1-0' })]), thresholds)[0]?.behindMs).toBe(0)
  })
})
