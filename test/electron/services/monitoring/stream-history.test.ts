import { describe, expect, it } from 'vitest'
import { createKnownStreams, MOST_HISTORIES } from '../../../../electron/services/monitoring/known-streams'
import { createSampleRings } from '../../../../electron/services/monitoring/sample-rings'
import { createStreamHistory } from '../../../../electron/services/monitoring/stream-history'
import type { StreamSummary } from '../../../../shared/model/stream'
import { group, summary, thresholds } from '../../../shared/judgement/judged-samples'

const MINUTE = 60_000
const KB = 1_024
const DENIED = { code: 'REDIS', data: { reply: 'NOPERM' } }
const OF_STREAM = { consumers: 2, length: 10, added: null, run: null }
const moving = (name: string, at: number) =>
  group(name, { pending: at, lag: { value: at * 3, kind: 'exact' }, entriesRead: at * 7 })

describe('rates', () => {
  it('are kept over a bounded time', () => {
    const history = createStreamHistory()
    for (let second = 0; second < 100; second += 1) history.add(second * 1_000, summary('a', [moving('g', second)]), 9)
    expect(history.samples('g')).toHaveLength(30)
    expect(history.samples('g').at(-1)).toEqual({
      atMs: 99_000,
      pending: 99,
      lag: 297,
      lagKind: 'exact',
      entriesRead: 693,
      ...OF_STREAM,
    })
  })

  it('are told from thirty samples at most, the newest', () => {
    const history = createStreamHistory()
    for (let at = 1; at <= 31; at += 1) history.add(at, summary('a', [moving('g', at)]), 9)
    expect(history.samples('g').map(({ atMs }) => atMs)).toEqual(Array.from({ length: 30 }, (_, at) => at + 2))
  })
})

describe('what the walk has seen of a stream', () => {
  it('is what was told, exactly, unknown where it was not', () => {
    const history = createStreamHistory()
    const unknown = group('b', { lag: { value: null, kind: 'unknown' }, entriesRead: null })
    const huge = group('a', { pending: 1, lag: { value: 2 ** 40 + 1, kind: 'exact' }, entriesRead: 2 ** 50 })
    history.add(0, summary('a', [moving('a', 5)]), 9)
    history.add(1_000, summary('a', [huge, unknown]), 9)
    expect(history.samples('a')).toEqual([
      { atMs: 0, pending: 5, lag: 15, lagKind: 'exact', entriesRead: 35, ...OF_STREAM },
      { atMs: 1_000, pending: 1, lag: 2 ** 40 + 1, lagKind: 'exact', entriesRead: 2 ** 50, ...OF_STREAM },
    ])
    expect(history.samples('b')).toEqual([
      { atMs: 1_000, pending: 0, lag: null, lagKind: 'unknown', entriesRead: null, ...OF_STREAM },
    ])
    expect(history.samples('never seen')).toEqual([])
  })

  it('by the minute holds for two hours; its first look stands for a minute', () => {
    const history = createStreamHistory()
    for (let at = 0; at < 150 * MINUTE; at += MINUTE / 2) {
      history.add(at, summary('a', [moving('g', at / 1_000)], { length: at }), 9)
    }
    const minutes = history.minutes()
    expect(minutes).toHaveLength(120)
    expect(minutes[0]).toEqual([
      30 * MINUTE,
      { length: 30 * MINUTE, groups: [{ name: 'g', pending: 1_800, lag: 5_400 }] },
    ])
    expect(minutes.at(-1)?.[0]).toBe(149 * MINUTE)
  })

  it('has gaps while it could not be read, and loses a group that is not there for thirty looks', () => {
    const history = createStreamHistory()
    history.add(0, summary('a', [moving('g', 1), moving('h', 1)]), 9)
    history.add(MINUTE, summary('a', [], { error: DENIED }), 9)
    expect(history.minutes()[1]?.[1]).toEqual({
      length: null,
      groups: ['g', 'h'].map((name) => ({ name, pending: null, lag: null })),
    })
    for (let at = 2; at < 31; at += 1) history.add(at * MINUTE, summary('a', [moving('h', at)]), 9)
    expect(history.groups()).toBe(1)
    expect(history.samples('g')).toEqual([])
    expect(history.samples('h')).toHaveLength(29)
  })
})

describe('its size', () => {
  const groups = (count: number, at: number, scale = 1) =>
    Array.from({ length: count }, (_, index) => moving(`g${index}`, (at + index) * scale))

  /** 1 000 streams of five groups each, over a day. */
  function bytesOf(figures: (at: number) => StreamSummary['groups']): number {
    let bytes = 0
    for (let stream = 0; stream < 1_000; stream += 1) {
      const history = createStreamHistory()
      for (let at = 0; at < 130; at += 1) history.add(at * MINUTE, looks(at, figures), 9)
      bytes += history.bytes()
    }
    return bytes
  }
  const looks = (at: number, figures: (at: number) => StreamSummary['groups']) =>
    summary('s', figures(at), { length: at })

  it('for 5 000 groups whose figures all move: below 9 MB, and below 17 MB where they are huge', () => {
    const most = bytesOf((at) => groups(5, at))
    expect(most).toBeGreaterThan(6_000 * KB)
    expect(most).toBeLessThan(9_000 * KB)
    expect(bytesOf((at) => groups(5, at, 2 ** 30 + 1))).toBeLessThan(17_000 * KB)
  })

  it('for 5 000 groups that rest: no more than the streams take', () => {
    expect(bytesOf(() => groups(5, 0))).toBeLessThanOrEqual(1_000 * (720 + 480 + 360))
  })

  it('has a bound: groups beyond it have no history, until others are gone', () => {
    const known = createKnownStreams(() => thresholds)
    const many = (stream: number, at: number) => known.note(summary(`s${stream}`, groups(32, at)), at * MINUTE)
    const streams = MOST_HISTORIES / 32
    for (const at of [0, 1]) for (let stream = 0; stream <= streams; stream += 1) many(stream, at)
    const backlogs = (stream: number) => known.get(`ss${stream}`)?.report.groups.map(({ backlog }) => backlog.length)
    expect(known.bytes()).toBeLessThan(MOST_HISTORIES * 2.9 * KB + streams * 1.3 * KB)
    expect(backlogs(0)).toEqual(Array(32).fill(2))
    expect(backlogs(streams)).toEqual(Array(32).fill(0))
    known.forget('ss0')
    many(streams, 2)
    expect(backlogs(streams)).toEqual(Array(32).fill(1))
  })

  it('of a chart’s rings: below 58 KB per group, and nothing for figures that stay', () => {
    const sample = (at: number, name: string) => ({ length: 5, groups: [{ name, pending: at, lag: at }] })
    const [still, small, huge] = [createSampleRings(), createSampleRings(), createSampleRings()]
    for (let second = 0; second < 90_000; second += 1) {
      still.add(second * 1_000, sample(7, 'g'))
      small.add(second * 1_000, sample(second, 'g'))
      huge.add(second * 1_000, sample(second * (2 ** 30 + 1), 'g'))
    }
    const times = 7_080 * 8
    expect(still.bytes()).toBe(times)
    expect(small.bytes()).toBe(times + 7_080 * 2 * 4)
    expect(huge.bytes()).toBe(times + 7_080 * 2 * 8)
  })
})
