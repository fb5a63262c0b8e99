import { describe, expect, it } from 'vitest'
import { consumerCounts } from '../../../shared/judgement/consumer-counts'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import { byTrouble } from '../../../shared/judgement/consumer-order'
import { GROUP_HEALTH } from '../../../shared/judgement/group-health'
import { isKeepingUp } from '../../../shared/judgement/lagging'
import { mostWaiting, NOT_WAITING, waitingOf } from '../../../shared/judgement/waiting'
import { worse } from '../../../shared/judgement/severity'
import { streamFigures } from '../../../shared/judgement/stream-figures'
import { STREAM_HEALTH, streamState } from '../../../shared/judgement/stream-health'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import { formatLag } from '../../../shared/format/format-lag'
import type { Consumer, Lag } from '../../../shared/model/group'
import type { StreamSummary } from '../../../shared/model/stream'
import { triageRows } from '../../../shared/judgement/triage-row'
import { added, AT, group, lagging, MINUTE, resting, stalled, summary, thresholds, unknownLag } from './judged-samples'

const healthOf = (one: StreamSummary, changes: Partial<Thresholds> = {}) =>
  STREAM_HEALTH[streamState(one, statesOf(one, { ...thresholds, ...changes }))]
const statesOf = (one: StreamSummary, limits: Thresholds = thresholds) =>
  triageRows(one, limits).map(({ state }) => state)

describe('the health of a stream', () => {
  it('is that of its worst group', () => {
    expect(healthOf(summary('a', [resting, lagging]))).toBe('warn')
    expect(healthOf(summary('a', [lagging, stalled]))).toBe('bad')
    expect(healthOf(summary('a', [resting]))).toBe('good')
    expect(healthOf(summary('a', []))).toBe('quiet')
  })

  it('counts a few entries that wait for long as lagging', () => {
    const late = group('late', { lag: { value: 3, kind: 'exact' }, unread: { firstId: added(16 * MINUTE) } })
    expect(healthOf(summary('a', [late]))).toBe('warn')
    expect(healthOf(summary('a', [late]), { laggingAfterMs: 300 * MINUTE })).toBe('good')
  })

  it('is a warning where it could not be read, whatever its groups', () => {
    const error = { code: 'REDIS', message: 'NOPERM', data: {} }
    expect(streamState({ error }, ['stalled-hold'])).toBe('unreadable')
  })

  it('is not called fine where one of its groups is not known', () => {
    expect(healthOf(summary('a', [resting, unknownLag]))).toBe('unknown')
    expect(healthOf(summary('a', [unknownLag, lagging]))).toBe('warn')
  })
})

const late = (ms: number, value = 1, kind: 'exact' | 'reported' = 'exact') =>
  ({ lag: { value, kind }, unread: { firstId: added(ms) } }) as const

describe('the health of a group', () => {
  it.each([
    ['999 entries behind', { lag: { value: 999, kind: 'exact' }, unread: { firstId: added(1) } }, 'fine'],
    ['1 000 entries behind', { lag: { value: 1_000, kind: 'exact' }, unread: { firstId: added(1) } }, 'lagging'],
    ['1 001 entries behind, more than a number holds', { lag: { value: 2n ** 63n, kind: 'exact' } }, 'lagging'],
    ['with an entry that has waited for 5 min', late(300_000), 'fine'],
    ['with one that has waited for a millisecond more', late(300_001), 'lagging'],
    ['with one that has waited for long, and a lag that the server calls 0', late(300_001, 0, 'reported'), 'lagging'],
    ['with nothing left to read', { unread: { firstId: null }, lastDeliveredId: '1-0' }, 'fine'],
    [
      'of unknown lag, where nothing was looked for',
      { lag: { value: null, kind: 'unknown' }, unread: null },
      'not-known',
    ],
    [
      'of unknown lag, with an entry that has just come',
      { lag: { value: null, kind: 'unknown' }, unread: { firstId: added(1) } },
      'not-known',
    ],
    ...(['reported', 'estimate', 'atLeast'] as const).flatMap((kind) => [
      [`of a lag that is ${kind}`, { lag: { value: 1, kind }, unread: { firstId: added(1) } }, 'not-known'] as const,
      [
        `of a lag that is ${kind}, and 1 000 at most`,
        { lag: { value: 1, kind, atMost: 1_000 }, unread: { firstId: added(1) } },
        'not-known',
      ] as const,
      [
        `of a lag that is ${kind}, and 999 at most`,
        { lag: { value: 1, kind, atMost: 999 }, unread: { firstId: added(1) } },
        'fine',
      ] as const,
    ]),
    [
      'of a small lag, where nothing was looked for',
      { lag: { value: 3, kind: 'reported' }, unread: null },
      'not-known',
    ],
    ['with an id that holds no time', { lag: { value: 3, kind: 'exact' }, unread: { firstId: '7-0' } }, 'not-known'],
    ['one entry with a stalled consumer', { stalledPending: 1 }, 'stalled-hold'],
    ['one entry with a living consumer that does not touch it', { stuckPending: 1 }, 'stuck-hold'],
    ['an entry that was delivered five times', { pending: 1, mostDeliveries: 5 }, 'poison'],
    ['one that was delivered four times', { pending: 1, mostDeliveries: 4 }, 'fine'],
    ['nothing pending any more of what was delivered often', { pending: 0, mostDeliveries: 9 }, 'fine'],
    ['entries of which nobody looked how often they were delivered', { pending: 1, mostDeliveries: null }, 'not-known'],
    ['a position that the stream has not reached', { beyondEnd: '5-0' }, 'beyond-end'],
    ['consumers that could not be read', { stalledPending: null, pending: 9 }, 'not-known'],
    ['consumers that were not looked at, as they hold nothing', { stalledPending: null }, 'fine'],
    ['nobody who reads', { consumers: 0 }, 'no-consumers'],
    ['nobody who reads, and a lag', { consumers: 0, lag: { value: 1_000, kind: 'exact' } }, 'lagging'],
  ] as const)('%s', (_what, changes, state) => {
    expect(statesOf(summary('a', [group('g', changes)]))).toEqual([state])
  })

  it('is bad, a warning, quiet or good', () => {
    expect(GROUP_HEALTH).toEqual({
      ...{ 'stalled-hold': 'bad', 'stuck-hold': 'bad', 'beyond-end': 'bad', poison: 'warn', lagging: 'warn' },
      ...{ 'not-known': 'unknown', 'no-consumers': 'quiet', fine: 'good' },
    })
    expect(worse('warn', 'bad')).toBe('bad')
    expect(worse('unknown', 'good')).toBe('unknown')
    expect(worse('good', 'quiet')).toBe('good')
  })
})

describe('how long an entry has waited', () => {
  it.each([
    ['by the time in its id', added(5_000), { ms: 5_000, kind: 'byId', atMostMs: 5_000 }],
    ['never for less than no time', added(-500), { ms: 0, kind: 'byId', atMostMs: 0 }],
    ['is not told by an id of seconds', '1700000000-0', { ms: null, kind: 'unknown', atMostMs: null }],
    ['is not told by an id of microseconds', '1700000000000000-0', { ms: null, kind: 'unknown', atMostMs: null }],
    [
      'is not told by one of a clock that is hours ahead, or was set back',
      added(-36_000_000),
      { ms: null, kind: 'unknown', atMostMs: null },
    ],
    ['is not told by a counter', '1-0', { ms: null, kind: 'unknown', atMostMs: null }],
  ] as const)('%s', (_what, firstId, waiting) => {
    expect(waitingOf({ firstId }, AT, null)).toEqual(waiting)
  })

  it('is never less than since it was seen', () => {
    const seen = { atLeastMs: 7_000, atMostMs: null }
    expect(waitingOf({ firstId: added(5_000) }, AT, seen)).toEqual({ ms: 7_000, kind: 'byId', atMostMs: 7_000 })
    expect(waitingOf({ firstId: added(-36_000_000) }, AT, seen)).toEqual({ ms: 7_000, kind: 'atLeast', atMostMs: null })
  })

  it('of entries that were not looked for is not bounded by an id that is yet to come', () => {
    expect(mostWaiting({ lastDeliveredId: added(5_000) }, added(0), AT)).toBe(5_000)
    expect(mostWaiting({ lastDeliveredId: added(-36_000_000) }, added(-36_000_000), AT)).toBeNull()
  })

  it('is at least since it was seen, where its id holds no time', () => {
    const seen = { atLeastMs: 7_000, atMostMs: null }
    expect(waitingOf({ firstId: '1-0' }, AT, seen)).toEqual({ ms: 7_000, kind: 'atLeast', atMostMs: null })
    expect(waitingOf({ firstId: '1-0' }, AT, { atLeastMs: 0, atMostMs: 9 })).toMatchObject({ atMostMs: 9 })
    expect(
      isKeepingUp(
        group('g', { lag: { value: 1, kind: 'exact' } }),
        { ms: 0, kind: 'atLeast', atMostMs: 9 },
        thresholds,
      ),
    ).toBe(true)
  })

  it('is none where nothing is unread, and not known where it was not looked for', () => {
    expect(waitingOf({ firstId: null }, AT, null)).toEqual(NOT_WAITING)
    expect(waitingOf(null, AT, { atLeastMs: 9, atMostMs: 9 })).toEqual({ ms: null, kind: 'unknown', atMostMs: null })
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
    expect(consumerHealth({ pending, idleMs }, { stalledAfterMs: MINUTE })).toBe(health)
  })

  it.each([
    ['that asks, gets nothing, and touched what it holds a minute ago', MINUTE + 1, MINUTE, 'active'],
    ['that asks, gets nothing, and touched what it holds before that', MINUTE + 1, MINUTE + 1, 'stuck'],
    ['that gets others, and touched what it holds ten minutes ago', 0, 10 * MINUTE, 'active'],
    ['that gets others, and touched what it holds before that', 0, 10 * MINUTE + 1, 'stuck'],
    ['that got one a minute ago, and touched what it holds before that', MINUTE, MINUTE + 1, 'active'],
    ['of a server that does not tell when it got one', null, MINUTE + 1, 'stuck'],
    ['of which the entries were not looked at', MINUTE + 1, null, 'active'],
  ] as const)('%s', (_what, inactiveMs, oldestIdleMs, health) => {
    const limits = { stalledAfterMs: MINUTE, neglectedAfterMs: 10 * MINUTE }
    expect(consumerHealth({ pending: 3, idleMs: 0, inactiveMs, oldestIdleMs }, limits)).toBe(health)
    expect(consumerHealth({ pending: 0, idleMs: 0, inactiveMs, oldestIdleMs }, limits)).toBe('active')
  })

  const NOT_STUCK = { stuck: 0, stuckPending: 0, worstStuck: null }
  const consumer = (name: string, pending: number, idleMs: number): Consumer => {
    const health = consumerHealth({ pending, idleMs }, { stalledAfterMs: MINUTE })
    return { name, pending, idleMs, inactiveMs: null, oldestIdleMs: null, health }
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
      most: { name: 'd', pending: 8, ofPending: 17, oldestIdleMs: null },
      stalled: 3,
      stalledPending: 9,
      worst: { name: 'c', pending: 4, idleMs: 9e6 },
      ...NOT_STUCK,
    })
    expect(consumerCounts([])).toEqual({
      ...{ active: 0, most: null, stalled: 0, stalledPending: 0, worst: null },
      ...NOT_STUCK,
    })
    const stuck = { ...consumer('f', 7, 1), oldestIdleMs: 8e6, health: 'stuck' } as const
    expect(consumerCounts([...all, stuck])).toMatchObject({
      active: 1,
      stuck: 1,
      stuckPending: 7,
      worstStuck: { name: 'f', pending: 7, idleMs: 8e6 },
    })
  })

  it('is unknown, not 0, where the consumers could not be read', () => {
    expect(consumerCounts(null)).toEqual({
      ...{ active: null, most: null, stalled: null, stalledPending: null, worst: null },
      ...{ stuck: null, stuckPending: null, worstStuck: null },
    })
  })

  it('orders them, trouble first', () => {
    expect(all.toSorted(byTrouble).map(({ name }) => name)).toEqual(['c', 'b', 'e', 'd', 'a'])
  })
})

describe('the figures of a stream', () => {
  const lag = (value: number | null, kind: Lag['kind'] = 'exact', atMost?: number) => ({
    ...{ pending: 2, lag: { value, kind, ...(atMost === undefined ? {} : { atMost }) } },
  })
  const unknown = lag(null, 'unknown')

  it.each([
    [[], 0, null],
    [[lag(1), lag(3)], 0, '3'],
    [[lag(0), lag(0)], 0, '0'],
    [[unknown], 0, 'unknown'],
    [[lag(0), unknown], 0, 'unknown'],
    [[lag(3), unknown], 0, '≥ 3'],
    [[lag(0)], 2, 'unknown'],
    [[], 2, 'unknown'],
    [[lag(10), lag(8, 'atLeast')], 0, '≥ 10'],
    [[lag(10), lag(8, 'atLeast', 10)], 0, '10'],
    [[lag(10), lag(9, 'estimate', 18)], 0, '≥ 10'],
    [[lag(10), lag(12, 'estimate', 18)], 0, '~ 12'],
    [[lag(10), lag(12, 'reported')], 1, '12 reported'],
  ])('of %j, and %d groups more: the greatest lag, with its mark, is %s', (groups, moreGroups, expected) => {
    const figures = streamFigures({ groups, moreGroups })
    expect(figures.lag && formatLag(figures.lag)).toBe(expected)
    expect(figures).toMatchObject({ pending: 2 * groups.length, isLeast: moreGroups > 0 })
  })
})
