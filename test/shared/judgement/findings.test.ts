import { describe, expect, it } from 'vitest'
import { findingsIn } from '../../../shared/judgement/findings'
import { groupKey } from '../../../shared/group-key'
import type { PendingPeek } from '../../../shared/judgement/pending-peek'
import { triageRows, worstFirst } from '../../../shared/judgement/triage-row'
import type { StreamSummary } from '../../../shared/model/stream'
import { added, group, lagging, MINUTE, resting, stalled, summary, thresholds, unknownLag } from './judged-samples'

const rowsOf = (summaries: readonly StreamSummary[]) =>
  worstFirst(summaries.flatMap((one) => triageRows(one, thresholds)))

function find(summaries: readonly StreamSummary[], peeks: Readonly<Record<string, PendingPeek>> = {}) {
  return findingsIn(rowsOf(summaries), summaries, { rates: () => null, peek: (id) => peeks[id] }, thresholds)
}

describe('findings', () => {
  it('name the stalled consumer that holds most, and what the others hold', () => {
    const [finding] = find([summary('orders', [resting, stalled])])
    expect(finding).toMatchObject({
      kind: 'stalled',
      consumer: 'worker-3',
      pending: 1_204,
      idleMs: 40 * MINUTE,
      others: 1,
      othersPending: 300,
    })
  })

  it('are none for consumers that are merely idle, or for a lag that is not known', () => {
    expect(find([summary('ncc:checkins', [resting, unknownLag])])).toEqual([])
  })

  it('come by what they weigh: held by the dead, failing, far behind, gone, unreadable', () => {
    const peek = {
      ...{ looked: 20, mostDeliveries: 20, mostId: '1-1', poison: 1, poisonDeliveries: 5 },
      ...{ lookedFor: 20, gone: 2, isWhole: true },
    }
    const error = { code: 'REDIS', data: { reply: 'NOPERM' } }
    const kinds = find([summary('secret', [], { error }), summary('orders', [lagging, stalled])], {
      [groupKey('orders', 'billing')]: peek,
    }).map(({ kind }) => kind)
    expect(kinds).toEqual(['stalled', 'lagging', 'poison', 'gone', 'unreadable'])
  })

  it('tell of a group that its stream has not reached, however well it looks', () => {
    expect(find([summary('orders', [group('g', { beyondEnd: '5-0' })])])).toMatchObject([
      { kind: 'beyond-end', lastGeneratedId: '5-0' },
    ])
    expect(find([summary('orders', [group('g')])])).toEqual([])
  })

  it('tell many small lags together, a few one by one', () => {
    const late = (at: number) =>
      summary(`t:${at}`, [group('rollup', { lag: { value: 9, kind: 'exact' }, unread: { firstId: added(900_000) } })])
    const few = [1, 2, 3].map(late)
    expect(find(few).map(({ kind }) => kind)).toEqual(['lagging', 'lagging', 'lagging'])
    const [finding, ...others] = find([...few, late(4)])
    expect(finding).toMatchObject({ kind: 'late', groups: 4, mostMs: 900_000 })
    expect(others).toEqual([])
  })

  it('name the first few of ten thousand that are alike, and count the rest', () => {
    const error = { code: 'REDIS', data: { reply: 'NOPERM' } }
    const many = Array.from({ length: 10_000 }, (_, at) => summary(`s${at}`, [], { error }))
    expect(find(many)).toMatchObject([{ kind: 'unreadable', streams: 10_000, keys: ['s0', 's1', 's2'] }])
    const late = { lag: { value: 1, kind: 'exact' }, unread: { firstId: added(900_000) } } as const
    const [finding] = find(many.map((_, at) => summary(`s${at}`, [group('g', late)])))
    expect(finding).toMatchObject({ kind: 'late', groups: 10_000 })
    expect(finding?.kind === 'late' && finding.rows.map(({ key }) => key)).toEqual(['s0', 's1', 's2'])
  })

  it('name the living consumer that does not touch what it holds, and since when', () => {
    const worstStuck = { name: 'worker-1', pending: 7, idleMs: 40 * MINUTE }
    const [finding, ...others] = find([
      summary('orders', [group('g', { pending: 9, stuck: 2, stuckPending: 9, worstStuck })]),
    ])
    expect(finding).toMatchObject({ kind: 'stuck', consumer: 'worker-1', pending: 7, idleMs: 40 * MINUTE, others: 1 })
    expect(others).toEqual([])
  })

  it('say nothing of a stream that was deleted since the scan', () => {
    expect(find([summary('old', [], { error: { code: 'NOT_FOUND', data: {} } })])).toEqual([])
  })

  const summaries = [summary('orders', [lagging])]
  const drainingIn = (drainMs: number, drainsSoonMs = thresholds.drainsSoonMs) => {
    const rates = () => ({ inPerSecond: 1, outPerSecond: 90, ackedPerSecond: 90, growsPerSecond: -89, drainMs })
    return findingsIn(
      rowsOf(summaries),
      summaries,
      { rates, peek: () => undefined },
      { ...thresholds, laggingEntries: 1_000, drainsSoonMs },
    )
  }

  it('leave out a lag that is being worked off', () => {
    expect(drainingIn(MINUTE)).toEqual([])
    expect(drainingIn(60 * MINUTE)).toHaveLength(1)
  })

  it.each([
    [299_999, 300_000, 0],
    [300_000, 300_000, 1],
    [1, 0, 1],
    [59_999, 60_000, 0],
    [60_001, 60_000, 1],
  ])('of a lag that is gone in %i ms, where soon is %i ms: %i', (drainMs, soonMs, count) => {
    expect(drainingIn(drainMs, soonMs)).toHaveLength(count)
  })

  it.each([
    [999, 'late'],
    [1_000, 'lagging'],
    [1_001, 'lagging'],
  ])('of many that are %i behind are %s', (behind, kind) => {
    const late = group('g', { lag: { value: behind, kind: 'exact' }, unread: { firstId: added(900_000) } })
    const found = find([1, 2, 3, 4].map((at) => summary(`t:${at}`, [late])))
    expect(new Set(found.map((one) => one.kind))).toEqual(new Set([kind]))
  })
})
