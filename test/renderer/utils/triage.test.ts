import { describe, expect, it } from 'vitest'
import { bytesKey } from '../../../shared/bytes'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { findingsIn, type PendingPeek } from '../../../renderer/utils/findings'
import { groupKey } from '../../../renderer/utils/group-key'
import { ratesOf, withSample, type GroupSample } from '../../../renderer/utils/group-history'
import { rollUp } from '../../../renderer/utils/roll-up'
import { streamHealth } from '../../../renderer/utils/stream-health'
import { buildTree, streamName } from '../../../renderer/utils/stream-tree'
import { sortRows, triageRows, worstFirst } from '../../../renderer/utils/triage-rows'

const MINUTE = 60_000
const STALLED_AFTER = MINUTE

function group(name: string, changes: Partial<GroupSummary> = {}): GroupSummary {
  return {
    name,
    consumers: 2,
    pending: 0,
    lastDeliveredId: '1000000-0',
    entriesRead: 10,
    lag: { value: 0, kind: 'exact' },
    oldestPendingId: null,
    active: 2,
    stalled: 0,
    stalledPending: 0,
    worst: null,
    ...changes,
  }
}

function summary(key: string, groups: readonly GroupSummary[], changes: Partial<StreamSummary> = {}): StreamSummary {
  return { key, length: 10, groups: [...groups], moreGroups: 0, lastId: '1000000-0', error: null, ...changes }
}

const stalled = group('billing', {
  pending: 1_204,
  stalled: 2,
  stalledPending: 1_504,
  worst: { name: 'worker-3', pending: 1_204, idleMs: 40 * MINUTE },
  oldestPendingId: '900000-0',
})
const lagging = group('audit', { lag: { value: 12_431, kind: 'exact' } })
const unknownLag = group('rebuilt', { lag: { value: null, kind: 'unknown' } })
// As scenario "check-ins" leaves it: idle for long, but nothing pending.
const resting = group('checkinConsumers', { active: 0, stalled: 0, lag: { value: 0, kind: 'exact' } })

function find(summaries: readonly StreamSummary[], peeks: Readonly<Record<string, PendingPeek>> = {}) {
  const rows = worstFirst(summaries.flatMap((one) => triageRows(one, STALLED_AFTER)))
  return findingsIn(rows, summaries, { rates: () => null, peek: (id) => peeks[id] })
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
    const peek = { looked: 20, mostDeliveries: 20, mostId: '1-1', poison: 1, lookedFor: 20, gone: 2 }
    const error = { code: 'REDIS', message: 'NOPERM', data: {} }
    const kinds = find([summary('secret', [], { error }), summary('orders', [lagging, stalled])], {
      [groupKey('orders', 'billing')]: peek,
    }).map(({ kind }) => kind)
    expect(kinds).toEqual(['stalled', 'lagging', 'poison', 'gone', 'unreadable'])
  })

  it('tell many small lags together, a few one by one', () => {
    const late = (at: number) =>
      summary(`t:${at}`, [group('rollup', { lag: { value: 9, kind: 'exact' }, lastDeliveredId: '100000-0' })])
    const few = [1, 2, 3].map(late)
    expect(find(few).map(({ kind }) => kind)).toEqual(['lagging', 'lagging', 'lagging'])
    const [finding, ...others] = find([...few, late(4)])
    expect(finding).toMatchObject({ kind: 'late', mostMs: 900_000 })
    expect(others).toEqual([])
  })

  it('say nothing of a stream that was deleted since the scan', () => {
    expect(find([summary('old', [], { error: { code: 'NOT_FOUND', message: '', data: {} } })])).toEqual([])
  })

  it('leave out a lag that is being worked off', () => {
    const summaries = [summary('orders', [lagging])]
    const rows = summaries.flatMap((one) => triageRows(one, STALLED_AFTER))
    const rates = (drainMs: number) => () => ({ inPerSecond: 1, outPerSecond: 90, drainMs })
    expect(findingsIn(rows, summaries, { rates: rates(MINUTE), peek: () => undefined })).toEqual([])
    expect(findingsIn(rows, summaries, { rates: rates(60 * MINUTE), peek: () => undefined })).toHaveLength(1)
  })
})

describe('the health of a stream', () => {
  it('is that of its worst group', () => {
    expect(streamHealth(summary('a', [resting, lagging]), STALLED_AFTER).health).toBe('warn')
    expect(streamHealth(summary('a', [lagging, stalled]), STALLED_AFTER).health).toBe('bad')
    expect(streamHealth(summary('a', [resting]), STALLED_AFTER).health).toBe('good')
    expect(streamHealth(summary('a', []), STALLED_AFTER).health).toBe('quiet')
  })

  it('counts a few entries that wait for long as lagging', () => {
    const late = group('late', { lag: { value: 3, kind: 'exact' }, lastDeliveredId: '100-0' })
    expect(streamHealth(summary('a', [late]), STALLED_AFTER).health).toBe('warn')
    expect(streamHealth(summary('a', [late]), 60 * MINUTE).health).toBe('good')
  })

  it('is summed up for folders', () => {
    const summaries = [summary('a:1', [stalled]), summary('a:2', [lagging]), summary('a:3', [])]
    const tree = buildTree(
      summaries.map(({ key }) => streamName(key)),
      ':',
    )
    const records = new Map(summaries.map((one) => [bytesKey(one.key), { summary: one }]))
    expect(rollUp(tree, records, STALLED_AFTER).get('a:')).toEqual({ pending: 1_204, health: 'bad', troubled: 2 })
  })
})

describe('the rows', () => {
  const rows = [summary('b', [unknownLag, lagging]), summary('a', [stalled, resting])].flatMap((one) =>
    triageRows(one, STALLED_AFTER),
  )

  it('are worst first', () => {
    expect(worstFirst(rows).map(({ groupName }) => groupName)).toEqual([
      'billing',
      'audit',
      'rebuilt',
      'checkinConsumers',
    ])
  })

  it('sort by any column, with what is not known last', () => {
    const byLag = (direction: 'ascending' | 'descending') =>
      sortRows(rows, { column: 'lag', direction }).map(({ groupName }) => groupName)
    expect(byLag('descending')).toEqual(['audit', 'billing', 'checkinConsumers', 'rebuilt'])
    expect(byLag('ascending').at(-1)).toBe('rebuilt')
    expect(sortRows(rows, { column: 'group', direction: 'ascending' })[0]?.groupName).toBe('audit')
  })

  it('are the same objects until their stream is read again', () => {
    const one = summary('a', [stalled])
    expect(triageRows(one, STALLED_AFTER)).toBe(triageRows(one, STALLED_AFTER))
    expect(triageRows(one, STALLED_AFTER)).not.toBe(triageRows(one, STALLED_AFTER * 2))
  })
})

describe('rates', () => {
  const at = (seconds: number, lag: number | null, entriesRead: number | null): GroupSample => ({
    atMs: seconds * 1_000,
    pending: 0,
    lag,
    entriesRead,
  })

  it('follow from the first and last sample', () => {
    expect(ratesOf([at(0, 1_000, 0), at(10, 900, 300)])).toEqual({
      inPerSecond: 20,
      outPerSecond: 30,
      drainMs: 90_000,
    })
    expect(ratesOf([at(0, 100, 0), at(10, 200, 0)])).toEqual({ inPerSecond: 10, outPerSecond: 0, drainMs: null })
  })

  it('are not told from too little, or from what the server leaves out', () => {
    expect(ratesOf([])).toBeNull()
    expect(ratesOf([at(0, 1, 1), at(1, 1, 1)])).toBeNull()
    expect(ratesOf([at(0, null, 1), at(10, 1, 1)])).toBeNull()
  })

  it('are kept over a bounded time', () => {
    let samples: readonly GroupSample[] = []
    for (let second = 0; second < 100; second += 1) samples = withSample(samples, at(second, 0, 0))
    expect(samples).toHaveLength(30)
    expect(samples.at(-1)?.atMs).toBe(99_000)
  })
})
