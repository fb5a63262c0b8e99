import { describe, expect, it } from 'vitest'
import { groupKey } from '../../../shared/group-key'
import { triageRows, worstFirst } from '../../../shared/judgement/triage-row'
import { added, group, lagging, resting, stalled, summary, thresholds, unknownLag } from './judged-samples'

describe('the rows', () => {
  it('are worst first', () => {
    const rows = [summary('b', [unknownLag, lagging]), summary('a', [stalled, resting])].flatMap((one) =>
      triageRows(one, thresholds),
    )
    expect(worstFirst(rows).map((row) => row.group.name)).toEqual(['billing', 'audit', 'rebuilt', 'checkinConsumers'])
  })

  it('tell how long its oldest unread entry has waited', () => {
    const [one] = triageRows(
      summary('a', [
        group('g', {
          lag: { value: 4, kind: 'exact' },
          unread: { firstId: added(600_000) },
          oldestPendingId: added(700_000),
        }),
      ]),
      thresholds,
    )
    expect(one).toMatchObject({
      id: groupKey('a', 'g'),
      waiting: { ms: 600_000, kind: 'byId' },
      isLagging: true,
      state: 'lagging',
    })
  })

  it('do not wait where nothing is left to read, whatever the ids', () => {
    expect(triageRows(summary('a', [group('g', { lastDeliveredId: '1-0' })]), thresholds)[0]?.waiting.kind).toBe('none')
  })
})
