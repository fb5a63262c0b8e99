import { describe, expect, it } from 'vitest'
import { consumerCounts } from '../../../shared/judgement/consumer-counts'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import { byTrouble } from '../../../shared/judgement/consumer-order'
import { GROUP_HEALTH, groupState } from '../../../shared/judgement/group-health'
import { lagTimeMs } from '../../../shared/judgement/lagging'
import { worse } from '../../../shared/judgement/severity'
import { streamFigures } from '../../../shared/judgement/stream-figures'
import { STREAM_HEALTH, streamState } from '../../../shared/judgement/stream-health'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import type { Consumer } from '../../../shared/model/group'
import type { StreamSummary } from '../../../shared/model/stream'
import { group, lagging, MINUTE, resting, stalled, summary, thresholds, unknownLag } from './judged-samples'

const healthOf = (one: StreamSummary, changes: Partial<Thresholds> = {}) =>
  STREAM_HEALTH[streamState(one, { ...thresholds, ...changes })]

describe('the health of a stream', () => {
  it('is that of its worst group', () => {
    expect(healthOf(summary('a', [resting, lagging]))).toBe('warn')
    expect(healthOf(summary('a', [lagging, stalled]))).toBe('bad')
    expect(healthOf(summary('a', [resting]))).toBe('good')
    expect(healthOf(summary('a', []))).toBe('quiet')
  })

  it('counts a few entries that wait for long as lagging', () => {
    const late = group('late', { lag: { value: 3, kind: 'exact' }, lastDeliveredId: '100-0' })
    expect(healthOf(summary('a', [late]))).toBe('warn')
    expect(healthOf(summary('a', [late]), { laggingAfterMs: 300 * MINUTE })).toBe('good')
  })

  it('is a warning where it could not be read, whatever its groups', () => {
    const error = { code: 'REDIS', message: 'NOPERM', data: {} }
    expect(streamState(summary('a', [stalled], { error }), thresholds)).toBe('unreadable')
  })
})

describe('the health of a group', () => {
  it.each([
    ['999 entries behind', { lag: { value: 999, kind: 'exact' } }, 'fine'],
    ['1 000 entries behind', { lag: { value: 1_000, kind: 'exact' } }, 'lagging'],
    ['1 001 entries behind, more than a number holds', { lag: { value: 2n ** 63n, kind: 'exact' } }, 'lagging'],
    ['behind by 5 min to the millisecond', { lag: { value: 1, kind: 'exact' }, lastDeliveredId: '700000-0' }, 'fine'],
    ['behind by a millisecond more', { lag: { value: 1, kind: 'exact' }, lastDeliveredId: '699999-0' }, 'lagging'],
    ['behind for long, with nothing left to read', { lastDeliveredId: '1-0' }, 'fine'],
    ['of unknown lag', { lag: { value: null, kind: 'unknown' }, lastDeliveredId: '1-0' }, 'fine'],
    ['one entry with a stalled consumer', { stalledPending: 1 }, 'stalled-hold'],
    ['consumers that could not be read', { stalledPending: null, pending: 9 }, 'fine'],
    ['nobody who reads', { consumers: 0 }, 'no-consumers'],
    ['nobody who reads, and a lag', { consumers: 0, lag: { value: 1_000, kind: 'exact' } }, 'lagging'],
  ] as const)('%s', (_what, changes, state) => {
    expect(groupState(group('g', changes), '1000000-0', thresholds)).toBe(state)
  })

  it('is bad, a warning, quiet or good', () => {
    expect(GROUP_HEALTH).toEqual({ 'stalled-hold': 'bad', lagging: 'warn', 'no-consumers': 'quiet', fine: 'good' })
    expect(worse('warn', 'bad')).toBe('bad')
    expect(worse('good', 'quiet')).toBe('good')
  })

  it('goes by ids only where both hold a time', () => {
    expect(lagTimeMs('5-0', null)).toBeNull()
    expect(lagTimeMs('5-0', '9-0')).toBe(4)
    expect(lagTimeMs('9-0', '5-0')).toBe(0)
  })
})

describe('the health of a consumer', () => {
  it.each([
    [0, MINUTE - 1, 'active'],
    [9, MINUTE, 'active'],
    [9, MINUTE + 1, 'stalled'],
    [1, MINUTE + 1, 'stalled'],
    [0, MINUTE + 1, 'idle'],
  ] as const)('that holds %i and is idle for %i ms is %s', (pending, idleMs, health) => {
    expect(consumerHealth({ pending, idleMs }, MINUTE)).toBe(health)
  })

  const consumer = (name: string, pending: number, idleMs: number): Consumer => {
    return { name, pending, idleMs, inactiveMs: null, health: consumerHealth({ pending, idleMs }, MINUTE) }
  }
  const all = [
    consumer('a', 0, 9e6),
    consumer('b', 4, 9e5),
    consumer('c', 4, 9e6),
    consumer('d', 8, 1),
    consumer('e', 1, 9e6),
  ]

  it('is counted for its group, with the stalled one that holds most', () => {
    expect(consumerCounts(all)).toEqual({
      active: 1,
      stalled: 3,
      stalledPending: 9,
      worst: { name: 'c', pending: 4, idleMs: 9e6 },
    })
    expect(consumerCounts([])).toEqual({ active: 0, stalled: 0, stalledPending: 0, worst: null })
  })

  it('is unknown, not 0, where the consumers could not be read', () => {
    expect(consumerCounts(null)).toEqual({ active: null, stalled: null, stalledPending: null, worst: null })
  })

  it('orders them, trouble first', () => {
    expect(all.toSorted(byTrouble).map(({ name }) => name)).toEqual(['c', 'b', 'e', 'd', 'a'])
  })
})

describe('the figures of a stream', () => {
  it('are what all its groups hold, and the greatest lag that is known', () => {
    expect(streamFigures(summary('a', [stalled, lagging, unknownLag]))).toEqual({ pending: 1_204, lag: 12_431 })
    expect(streamFigures(summary('a', [unknownLag]))).toEqual({ pending: 0, lag: null })
  })
})
