import { describe, expect, test } from 'vitest'
import { groupKey } from '../../../shared/group-key'
import { findingsIn, type FindingSources } from '../../../shared/judgement/findings'
import type { Growth } from '../../../shared/judgement/growth'
import { triageRows } from '../../../shared/judgement/triage-row'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { added, AT, group, summary, thresholds } from './judged-samples'

const { deadAfterMs, stalledAfterMs, laggingEntries, behindSoonMs, unevenPercent, unevenEntries } = thresholds
const { spareConsumers, untrimmedEntries, deadLetters, deadLettersWithinMs, laggingAfterMs } = thresholds

function kinds(streams: readonly StreamSummary[], more: Partial<FindingSources> = {}): readonly string[] {
  const rows = streams.flatMap((one) => triageRows(one, thresholds))
  return findingsIn(rows, streams, { rates: () => null, peek: () => undefined, ...more }, thresholds).map(
    ({ kind }) => kind,
  )
}
const of = (changes: Partial<GroupSummary>, stream: Partial<StreamSummary> = {}) =>
  kinds([summary('orders', [group('g', changes)], stream)])

describe('a stalled consumer is dead', () => {
  const held = (idleMs: number) =>
    of({ pending: 2, stalled: 1, stalledPending: 2, worst: { name: 'w', pending: 2, idleMs } })
  test.each([
    [deadAfterMs - 1, 'stalled'],
    [deadAfterMs, 'stalled'],
    [deadAfterMs + 1, 'dead'],
  ])('after %i ms: %s', (idleMs, kind) => {
    expect(held(idleMs)).toEqual([kind])
  })
})

describe('a group is unattended', () => {
  const waiting = (ms: number, changes: Partial<GroupSummary> = {}) =>
    of({ consumers: 0, active: null, lag: { value: 3, kind: 'exact' }, unread: { firstId: added(ms) }, ...changes })
  test.each([
    ['not while an entry waits for just the time', waiting(stalledAfterMs), []],
    ['once one waits for a millisecond more', waiting(stalledAfterMs + 1), ['unattended']],
    ['where none of its consumers was seen', waiting(stalledAfterMs + 1, { consumers: 2, alive: 0 }), ['unattended']],
    ['not where one was', waiting(stalledAfterMs + 1, { consumers: 2, alive: 1 }), []],
    ['not where nobody counted them', waiting(stalledAfterMs + 1, { consumers: 2, alive: null }), []],
    ['not where nothing waits', of({ consumers: 0, unread: { firstId: null } }), []],
    ['not where ids tell no time', waiting(0, { unread: { firstId: '7-0' } }), []],
    ['and is not told twice, however long they wait', waiting(laggingAfterMs + 1), ['unattended']],
    [
      'not where they hold something: that is what is told',
      waiting(stalledAfterMs + 1, {
        ...{ consumers: 1, alive: 0, pending: 1, stalled: 1, stalledPending: 1 },
        worst: { name: 'w', pending: 1, idleMs: stalledAfterMs + 1 },
      }),
      ['stalled'],
    ],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected)
  })
})

describe('a lag that grows is told', () => {
  const rising = (lag: number, perSecond: number, waitMs = 0) => {
    const growth: Growth = { perSecond, lag, spanMs: 60_000 }
    const stream = summary('orders', [
      group('g', { lag: { value: lag, kind: 'exact' }, unread: { firstId: added(waitMs) } }),
    ])
    return kinds([stream], { growth: (id) => (id === groupKey('orders', 'g') ? growth : null) })
  }
  // So many entries to go, and so fast: just within the time, and just beyond.
  const left = 600
  test.each([
    [laggingEntries - left, left / (behindSoonMs / 1_000), ['growing']],
    [laggingEntries - left - 1, left / (behindSoonMs / 1_000), []],
    [laggingEntries - 1, 0.000_1, []],
    [laggingEntries, 0.000_1, ['growing']],
    [laggingEntries + 1, 1, ['growing']],
  ])('at %i behind and %d a second', (lag, perSecond, expected) => {
    expect(rising(lag, perSecond)).toEqual(expected)
  })
})

describe('entries that were trimmed before they were read', () => {
  const ends = { firstId: '100-0', maxDeletedId: '0-0' }
  const behind = { lastDeliveredId: '50-0', entriesRead: 50, unread: { firstId: added(0) } }
  test.each([
    ['where it stands before the first entry', {}, {}, ['trimmed']],
    ['not where it stands at the first one', { lastDeliveredId: '100-0' }, {}, []],
    ['not where all that it had not read is there', { entriesRead: 99 }, {}, []],
    ['of one entry', { entriesRead: 98 }, {}, ['trimmed']],
    ['not where its reads are not counted', { entriesRead: null }, {}, []],
    ['not where the stream does not count', {}, {}, [], null],
    ['not where some were deleted by id', {}, { maxDeletedId: '60-0' }, []],
    ['where those that were deleted are behind it', {}, { maxDeletedId: '50-0' }, ['trimmed']],
    ['where nothing is left', { unread: { firstId: null } }, { firstId: null }, ['trimmed']],
  ] as const)('%s', (_what, changes, changed, expected, entriesAdded: number | null = 200) => {
    const length = 'firstId' in changed ? 0 : 101
    expect(of({ ...behind, ...changes }, { length, entriesAdded, ends: { ...ends, ...changed } })).toEqual(expected)
  })

  test('are not told where nobody looked', () => {
    expect(of(behind, { length: 1, entriesAdded: 200 })).toEqual([])
    expect(of(behind, { length: 1, entriesAdded: 200, ends: null })).toEqual([])
  })
})

describe('one consumer holds most', () => {
  const most = (pending: number, all: number, oldestIdleMs: number | null = stalledAfterMs + 1, active = 2) =>
    of({ pending: 1, active, most: { name: 'w', pending, ofPending: all, oldestIdleMs } })
  test.each([
    ['at just the share', most(unevenPercent * 10, 1_000), ['uneven']],
    ['not a little below', most(unevenPercent * 10 - 1, 1_000), []],
    ['from so many entries on', most(unevenEntries, unevenEntries), ['uneven']],
    ['not with one less', most(unevenEntries - 1, unevenEntries - 1), []],
    ['not while it is at them for just the time', most(900, 1_000, stalledAfterMs), []],
    ['not where that is not known', most(900, 1_000, null), []],
    ['not where it is the only one', most(900, 1_000, stalledAfterMs + 1, 1), []],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected)
  })

  test('the share is of what was held in the same look, however much is pending by now', () => {
    const most = { name: 'w', pending: 900, ofPending: 1_000, oldestIdleMs: stalledAfterMs + 1 }
    const one = summary('orders', [group('g', { pending: 360, active: 2, most })])
    const sources = { rates: () => null, peek: () => undefined }
    expect(findingsIn(triageRows(one, thresholds), [one], sources, thresholds)).toMatchObject([
      { kind: 'uneven', percent: 90, pending: 900 },
    ])
  })
})

describe('consumer names pile up', () => {
  test.each([
    [spareConsumers - 1, []],
    [spareConsumers, ['names']],
    [spareConsumers + 1, ['names']],
    [null, []],
  ])('with %j that hold nothing', (spare, expected) => {
    expect(of({ spare })).toEqual(expected)
  })
})

describe('a stream is never trimmed', () => {
  const grown = (length: number, changes: Partial<StreamSummary> = {}, entriesAdded = length) =>
    of(
      {},
      {
        length,
        entriesAdded,
        ...changes,
      },
    )
  test.each([
    ['not with one entry less', grown(untrimmedEntries - 1), []],
    ['from so many on', grown(untrimmedEntries), ['untrimmed']],
    ['not where one was removed', grown(untrimmedEntries, {}, untrimmedEntries + 1), []],
    ['not where nobody adds to it', grown(untrimmedEntries, { lastId: added(3_600_001) }), []],
    ['where something came an hour ago', grown(untrimmedEntries, { lastId: added(3_600_000) }), ['untrimmed']],
    ['not where that is not known', grown(untrimmedEntries, { entriesAdded: null }), []],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected)
  })
})

describe('dead letters come in', () => {
  const letters = (length: number, ms: number, key = 'orders:dead') =>
    kinds([summary(key, [], { length, lastId: added(ms) })])
  test.each([
    ['not with one less', letters(deadLetters - 1, 0), []],
    ['from so many on', letters(deadLetters, 0), ['dead-letters']],
    ['just within the time', letters(deadLetters, deadLettersWithinMs), ['dead-letters']],
    ['not a millisecond later', letters(deadLetters, deadLettersWithinMs + 1), []],
    ['under other names', letters(deadLetters, 0, 'orders-dlq'), ['dead-letters']],
    ['not in a stream whose name only ends like it', letters(deadLetters, 0, 'undead'), []],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected)
  })
})

describe('what vanished', () => {
  const missed = (count: number, withStream = true) =>
    Array.from({ length: count }, (_, at) => ({
      ...{ key: `s${at}`, group: 'g', withStream, consumers: 1, pending: 0, lastDeliveredId: '5-0', sinceMs: AT },
    }))
  test.each([
    [0, []],
    [1, [1]],
    [3, [1, 1, 1]],
    [4, [4]],
    [10_000, [10_000]],
  ])('of %i groups', (count, expected) => {
    const found = findingsIn([], [], { rates: () => null, peek: () => undefined, vanished: missed(count) }, thresholds)
    expect(found.map((one) => one.kind === 'vanished' && one.groups)).toEqual(expected)
    if (count > 3) expect(found[0]).toMatchObject({ streams: count, named: missed(3) })
  })
})
