import { describe, expect, test } from 'vitest'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import { findingsIn } from '../../../shared/judgement/findings'
import { GROUP_HEALTH, groupState } from '../../../shared/judgement/group-health'
import { waitingOf } from '../../../shared/judgement/waiting'
import { isLagging } from '../../../shared/judgement/lagging'
import type { PendingPeek } from '../../../shared/judgement/pending-peek'
import { ratesOf } from '../../../shared/judgement/rates'
import type { GroupSample } from '../../../shared/judgement/moves'
import { streamFigures } from '../../../shared/judgement/stream-figures'
import { STREAM_HEALTH, streamState } from '../../../shared/judgement/stream-health'
import { defaultThresholds } from '../../../shared/judgement/thresholds'
import { triageRows } from '../../../shared/judgement/triage-row'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'

const STALLED_AFTER = defaultThresholds.stalledAfterMs
/** A few entries that wait for longer than this make a group a lagging one. */
const LATE = defaultThresholds.laggingAfterMs
const AT = 1_700_000_000_000
const LAST_ID = `${AT}-0`
const added = (ms: number): string => `${AT - ms}-0`

function group(changes: Partial<GroupSummary> = {}): GroupSummary {
  return {
    name: 'billing',
    consumers: 1,
    pending: 0,
    lastDeliveredId: LAST_ID,
    beyondEnd: null,
    entriesRead: 10,
    lag: { value: 0, kind: 'exact' },
    oldestPendingId: null,
    oldestIdleMs: null,
    mostDeliveries: 1,
    unread: { firstId: null },
    active: 1,
    stalled: 0,
    stalledPending: 0,
    worst: null,
    stuck: 0,
    stuckPending: 0,
    worstStuck: null,
    ...changes,
  }
}
const behind = (value: number | bigint | null, ms = 0, rest: Partial<GroupSummary> = {}): GroupSummary =>
  group({ lag: { value, kind: value === null ? 'unknown' : 'exact' }, unread: { firstId: added(ms) }, ...rest })
const stalled = (pending: number, others = 0): GroupSummary =>
  group({
    pending: pending + others,
    stalled: others > 0 ? 2 : 1,
    stalledPending: pending + others,
    worst: { name: 'alice', pending, idleMs: STALLED_AFTER + 1 },
  })
const stream = (groups: readonly GroupSummary[], changes: Partial<StreamSummary> = {}): StreamSummary => ({
  ...{
    key: 'orders',
    length: 10,
    groups: [...groups],
    moreGroups: 0,
    lastId: LAST_ID,
    entriesAdded: null,
    memoryBytes: null,
    error: null,
  },
  ...{ atMs: AT, large: false },
  ...changes,
})
const healthOf = (one: StreamSummary) =>
  STREAM_HEALTH[
    streamState(
      one,
      triageRows(one, defaultThresholds).map(({ state }) => state),
    )
  ]
const waiting = (each: GroupSummary) => waitingOf(each.unread, AT, null)
const denied = { code: 'REDIS', data: { reply: 'NOPERM' } } as const
const peeked = (some: Partial<PendingPeek>): PendingPeek => ({
  ...{ looked: 20, mostDeliveries: 1, mostId: '1-1', poison: 0, poisonDeliveries: 5, lookedFor: 20, gone: 0 },
  isWhole: true,
  ...some,
})

const NO_RATES = {
  ...{ inPerSecond: null, outPerSecond: null, ackedPerSecond: null, growsPerSecond: null, drainMs: null },
}

interface Told {
  readonly peek?: PendingPeek
  /** Until its lag is gone; null: it does not shrink. Left out: nothing is known of its rates. */
  readonly drainMs?: number | null
}

function findings(summaries: readonly StreamSummary[], { peek, drainMs }: Told = {}) {
  const rows = summaries.flatMap((each) => triageRows(each, defaultThresholds))
  const rates = drainMs === undefined ? null : { ...NO_RATES, inPerSecond: 1, outPerSecond: 2, drainMs }
  return findingsIn(rows, summaries, { rates: () => rates, peek: () => peek }, defaultThresholds)
}
const kindsOf = (...asked: Parameters<typeof findings>): readonly string[] => findings(...asked).map(({ kind }) => kind)

describe('a consumer', () => {
  test.each([
    ['seen just within the threshold', 0, STALLED_AFTER, 'active'],
    ['seen just within the threshold, which holds entries,', 1, STALLED_AFTER, 'active'],
    ['seen one millisecond before that', 0, STALLED_AFTER + 1, 'idle'],
    ['seen one millisecond before that, which holds one entry,', 1, STALLED_AFTER + 1, 'stalled'],
  ] as const)('%s with %i pending and idle for %i ms is %s', (_what, pending, idleMs, health) => {
    expect(consumerHealth({ pending, idleMs }, { stalledAfterMs: STALLED_AFTER })).toBe(health)
  })
})

describe('a group is lagging', () => {
  test.each([
    ['not at 999 entries', behind(999), false],
    ['at 1000 entries', behind(1_000), true],
    ['at more entries than a number holds', behind(2n ** 60n), true],
    ['not with one entry that waits for just the time', behind(1, LATE), false],
    ['with one entry that waits for a millisecond more', behind(1, LATE + 1), true],
    ['not without one, whatever the ids say', behind(0, LATE + 1), false],
    ['not with a negative lag that was counted', behind(-1, LATE + 1), false],
    ['with a lag that is unknown, where an entry waits for long', behind(null, LATE + 1), true],
  ] as const)('%s', (_what, each, is) => {
    expect(isLagging(each, waiting(each), defaultThresholds)).toBe(is)
    expect(GROUP_HEALTH[groupState(each, waiting(each), defaultThresholds)]).toBe(is ? 'warn' : 'good')
  })

  test('not with a lag that is unknown, where one waits for just the time: that is not known', () => {
    const each = behind(null, LATE)
    expect(isLagging(each, waiting(each), defaultThresholds)).toBe(false)
    expect(groupState(each, waiting(each), defaultThresholds)).toBe('not-known')
  })

  test('by its waiting only where that is known', () => {
    const each = behind(1, 0, { unread: { firstId: '1-0' } })
    expect(isLagging(each, waiting(each), defaultThresholds)).toBe(false)
    expect(GROUP_HEALTH[groupState(each, waiting(each), defaultThresholds)]).toBe('unknown')
  })
})

describe('the health of a group', () => {
  test.each([
    ['one entry that a stalled consumer holds', stalled(1), 'bad'],
    ['a stalled consumer that holds none', group({ stalled: 1 }), 'good'],
    ['consumers that could not be read', group({ active: null, stalled: null, stalledPending: null }), 'good'],
    ['one consumer', group({ consumers: 1 }), 'good'],
    ['no consumer', group({ consumers: 0 }), 'quiet'],
    ['no consumer, and a lag', behind(1_000, 0, { consumers: 0 }), 'warn'],
    ['a living consumer that does not touch what it holds', group({ stuck: 1, stuckPending: 1 }), 'bad'],
    ['consumers that hold something and could not be read', group({ pending: 1, stalledPending: null }), 'unknown'],
    ['a lag, and a stalled consumer', { ...stalled(1), lag: { value: 1_000, kind: 'exact' } }, 'bad'],
  ] as const)('with %s', (_what, each, health) => {
    expect(GROUP_HEALTH[groupState(each, waiting(each), defaultThresholds)]).toBe(health)
    expect(healthOf(stream([each]))).toBe(health)
  })

  test('is the stream’s, the worst first; one that can’t be read is a warning', () => {
    const [bad, warn, good, quiet] = [stalled(1), behind(1_000), group(), group({ consumers: 0 })]
    const of = (...groups: GroupSummary[]) => healthOf(stream(groups))
    expect([of(warn, bad), of(bad, warn)]).toEqual(['bad', 'bad'])
    expect([of(good, warn), of(warn, good)]).toEqual(['warn', 'warn'])
    expect([of(quiet, good), of(good, quiet), of(quiet)]).toEqual(['good', 'good', 'quiet'])
    expect(healthOf(stream([], { error: denied }))).toBe('warn')
  })

  test('and its figures know no lag where none is known', () => {
    const [unknown, none, some] = [behind(null), behind(0), behind(7)].map((each) => ({ ...each, pending: 2 }))
    expect(streamFigures(stream([unknown!]))).toMatchObject({ pending: 2, lag: { kind: 'unknown' } })
    expect(streamFigures(stream([unknown!, none!]))).toMatchObject({ pending: 4, lag: { kind: 'unknown' } })
    expect(streamFigures(stream([some!, unknown!, none!]))).toMatchObject({
      pending: 6,
      lag: { value: 7, kind: 'atLeast' },
    })
  })
})

describe('findings', () => {
  test.each([
    ['of a stalled consumer, from one entry on', stalled(1), {}, ['stalled']],
    ['of none that holds nothing', stalled(0), {}, []],
    ['of none where consumers could not be read', group({ pending: 5, stalledPending: null }), {}, []],
    ['of one entry that fails again and again', group({ pending: 1 }), { peek: peeked({ poison: 1 }) }, ['poison']],
    ['of none that fails', group({ pending: 1 }), { peek: peeked({ mostDeliveries: 4 }) }, []],
    ['of one entry that is gone', group({ pending: 1 }), { peek: peeked({ gone: 1 }) }, ['gone']],
    ['of nothing that was seen while entries were pending', group(), { peek: peeked({ poison: 1, gone: 1 }) }, []],
    ['of 999 entries behind: none', behind(999), {}, []],
    ['of 1000 entries behind', behind(1_000), {}, ['lagging']],
    ['of a lag that is gone in just under five minutes: none', behind(1_000), { drainMs: 299_999 }, []],
    ['of a lag that is gone in five minutes', behind(1_000), { drainMs: 300_000 }, ['lagging']],
    ['of a lag that does not shrink', behind(1_000), { drainMs: null }, ['lagging']],
    ['of one entry that waits, and is gone soon: none', behind(1, LATE + 1), { drainMs: 299_999 }, []],
  ] as const)('%s', (_what, each, told, kinds) => {
    expect(kindsOf([stream([each])], told)).toEqual(kinds)
  })

  test.each([
    [3, 1, Array<string>(3).fill('lagging')],
    [4, 1, ['late']],
    [4, 999, ['late']],
    [4, 1_000, Array<string>(4).fill('lagging')],
  ])('of %i groups that are %i behind for long', (count, lag, kinds) => {
    const groups = Array.from({ length: count }, (_, at) => behind(lag, LATE + 1 + at, { name: `g${at}` }))
    const found = findings([stream(groups)])
    expect(found.map(({ kind }) => kind)).toEqual(kinds)
    if (found[0]?.kind === 'late') expect(found[0].mostMs).toBe(LATE + count)
  })

  test('tell of the worst consumer, and what the others hold', () => {
    expect(findings([stream([stalled(5)])])[0]).toMatchObject({ pending: 5, others: 0, othersPending: 0 })
    expect(findings([stream([stalled(5, 3)])])[0]).toMatchObject({ pending: 5, others: 1, othersPending: 3 })
  })

  const secret = stream([], { key: 'secret', error: denied })
  const lates = stream(Array.from({ length: 4 }, (_, at) => behind(1, LATE + 1, { name: `g${at}` })))
  const failing = (peek: Partial<PendingPeek>) => ({ peek: peeked(peek) })
  test.each([
    ['one entry of a stalled consumer before one that is gone', stalled(1), { gone: 1 }, ['stalled', 'gone']],
    ['three gone before one of a stalled consumer', stalled(1), { gone: 3 }, ['gone', 'stalled']],
    [
      'two failures before one gone',
      group({ pending: 1 }),
      { poison: 1, gone: 1, mostDeliveries: 2 },
      ['poison', 'gone'],
    ],
    [
      'three held before 1000 behind',
      { ...stalled(4), lag: { value: 1_000, kind: 'exact' } },
      {},
      ['stalled', 'lagging'],
    ],
    [
      '1000 behind before three held',
      { ...stalled(3), lag: { value: 1_000, kind: 'exact' } },
      {},
      ['lagging', 'stalled'],
    ],
    ['what others hold counts', { ...stalled(3, 1), lag: { value: 1_000, kind: 'exact' } }, {}, ['stalled', 'lagging']],
  ] as const)('come with %s', (_what, each, peek, kinds) => {
    expect(kindsOf([stream([each])], failing(peek))).toEqual(kinds)
  })

  test('come with what can’t be read before many small lags, and after one that is gone', () => {
    expect(kindsOf([lates, secret])).toEqual(['unreadable', 'late'])
    expect(kindsOf([secret, stream([group({ pending: 1 })])], failing({ gone: 1 }))).toEqual(['gone', 'unreadable'])
  })

  test('tell once of streams that can’t be read for the same reason', () => {
    const another = { ...denied, data: { reply: 'LOADING' } }
    const found = findings([secret, { ...secret, key: 'b' }, { ...secret, key: 'c', error: another }])
    expect(found.map((each) => each.kind === 'unreadable' && each.keys)).toEqual([['secret', 'b'], ['c']])
  })
})

describe('rates', () => {
  const sample = (atMs: number, lag: number | null, entriesRead: number | null = 0): GroupSample => ({
    ...{ atMs, pending: 0, lag, lagKind: lag === null ? 'unknown' : 'exact', entriesRead },
    ...{ consumers: 1, added: null, length: null, run: null },
  })
  test.each([
    ['over less than two seconds: none', [sample(0, 9), sample(1_999, 7)], null],
    [
      'over two seconds',
      [sample(0, 9), sample(2_000, 7, 4)],
      { inPerSecond: 1, outPerSecond: 2, growsPerSecond: -1, drainMs: 7_000 },
    ],
    [
      'of a lag that stays',
      [sample(0, 7), sample(2_000, 7, 4)],
      { inPerSecond: 2, outPerSecond: 2, growsPerSecond: 0 },
    ],
    [
      'of a lag that is gone',
      [sample(0, 4), sample(2_000, 0, 4)],
      { inPerSecond: 0, outPerSecond: 2, growsPerSecond: -2 },
    ],
    ['of a group that was set back: none', [sample(0, 1, 9), sample(2_000, 10)], null],
    ['of a lag that is not known: what is read', [sample(0, 9), sample(2_000, null, 4)], { outPerSecond: 2 }],
    ['of a lag that was not known: what is read', [sample(0, null), sample(2_000, 9, 4)], { outPerSecond: 2 }],
    ['of reads that are not known: none', [sample(0, 9, null), sample(2_000, 7)], null],
    ['of reads that are not known any more: none', [sample(0, 9), sample(2_000, 7, null)], null],
    ['of one sample: none', [sample(0, 9)], null],
  ] as const)('%s', (_what, samples, rates) => {
    const acked = { ackedPerSecond: rates && 'outPerSecond' in rates ? rates.outPerSecond : null }
    expect(ratesOf(samples)).toEqual(rates && { ...NO_RATES, ...acked, ...rates })
  })
})
