import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { movesOf, type GroupSample, type Move } from '../../../shared/judgement/moves'
import { backlog, ratesOf } from '../../../shared/judgement/rates'

const sample = (changes: Partial<GroupSample>): GroupSample => ({
  ...{ atMs: 0, pending: 3, lag: null, lagKind: 'unknown', entriesRead: null },
  ...{ consumers: 2, added: null, length: null, run: null },
  ...changes,
})

describe('rates', () => {
  const at = (
    seconds: number,
    lag: number | null,
    entriesRead: number | null,
    lagKind: GroupSample['lagKind'] = lag === null ? 'unknown' : 'exact',
  ): GroupSample => sample({ atMs: seconds * 1_000, lag, lagKind, entriesRead })

  it('follow from the first and last sample', () => {
    expect(ratesOf([at(0, 1_000, 0), at(10, 900, 300)])).toEqual({
      ...{ inPerSecond: 20, outPerSecond: 30, ackedPerSecond: 30, growsPerSecond: -10 },
      drainMs: 90_000,
    })
    expect(ratesOf([at(0, 100, 0), at(10, 200, 0)])).toEqual({
      ...{ inPerSecond: 10, outPerSecond: 0, ackedPerSecond: 0, growsPerSecond: 10 },
      drainMs: null,
    })
  })

  it('are not told from too little, or from what the server leaves out', () => {
    expect(ratesOf([])).toBeNull()
    expect(ratesOf([at(0, 1, 1), at(1, 1, 1)])).toBeNull()
    expect(ratesOf([at(0, null, null), at(10, 1, 1)])).toBeNull()
  })

  it('are of lags that were told alike: from a reported one to a counted one nothing moved', () => {
    const samples = [at(0, 90_000, 0, 'reported'), at(5, 1_000, 10), at(10, 1_000, 20)]
    expect(ratesOf(samples)).toMatchObject({ inPerSecond: 2, outPerSecond: 2, growsPerSecond: 0, drainMs: null })
    expect(backlog(samples)).toEqual([1_003, 1_003])
    expect(ratesOf([at(0, 1_000, 0), at(5, 90_000, 5, 'reported')])).toMatchObject({
      ...{ inPerSecond: null, outPerSecond: 1, growsPerSecond: null, drainMs: null },
    })
  })

  it('of what is only known to be at least so much: what goes out, and nothing else', () => {
    const samples = [at(0, 10_000, 0, 'atLeast'), at(10, 10_000, 50, 'atLeast')]
    expect(ratesOf(samples)).toMatchObject({ inPerSecond: null, outPerSecond: 5, drainMs: null })
    const counted = samples.map((each, n) => ({ ...each, added: 10 * n }))
    expect(ratesOf(counted)).toMatchObject({ inPerSecond: 1, growsPerSecond: -4, drainMs: null })
  })

  it('by the stream’s own counter are told whatever the lag is; a trim drains nothing', () => {
    const counted = (seconds: number, lag: number, kind: GroupSample['lagKind'], added: number, read: number) =>
      sample({ atMs: seconds * 1_000, lag, lagKind: kind, added, entriesRead: read, length: 100 })
    expect(
      ratesOf([
        counted(0, 10_000, 'atLeast', 0, 0),
        counted(10, 200, 'exact', 40, 21),
        counted(20, 9, 'exact', 80, 42),
      ]),
    ).toMatchObject({ inPerSecond: 4, outPerSecond: 2.1, growsPerSecond: 1.9, drainMs: null })
  })

  it('begin anew behind what is no movement', () => {
    const run = (seconds: number, process: number, added: number): GroupSample =>
      sample({ atMs: seconds * 1_000, run: process, added, entriesRead: added, lag: 0, lagKind: 'exact' })
    const samples = [run(0, 1, 5), run(10, 1, 505), run(20, 2, 400), run(21, 2, 410)]
    expect(ratesOf(samples)).toBeNull()
    expect(ratesOf([...samples, run(25, 2, 410)])).toMatchObject({ inPerSecond: 2, outPerSecond: 2 })
  })

  it('come with what is left to do, just the pending where the lag is unknown', () => {
    expect(backlog([at(0, 4, 0), at(1, 5, 0)])).toEqual([7, 8])
    expect(backlog([at(0, 4, 0), at(1, null, 0)])).toEqual([3])
    expect(backlog([sample({ pending: null })])).toEqual([])
  })
})

describe('between two looks', () => {
  const before = sample({
    ...{ pending: 10, entriesRead: 100, added: 150, length: 50, run: 7, consumers: 2, lag: 50, lagKind: 'exact' },
  })
  const all = { in: null, delivered: null, acked: null, removed: null, breaks: null }
  test.each<[string, Partial<GroupSample>, Partial<Move>]>([
    ['nothing moves', {}, { in: 0, delivered: 0, acked: 0, removed: 0 }],
    [
      'it is added to, read and acked',
      { added: 170, length: 70, entriesRead: 130, pending: 15, lag: 40 },
      { in: 20, delivered: 30, acked: 25, removed: 0 },
    ],
    [
      'it is trimmed: nothing is delivered by that',
      { length: 3, lag: 3 },
      { in: 0, delivered: 0, acked: 0, removed: 47 },
    ],
    [
      'it is added to and trimmed',
      { added: 250, length: 20, lag: 20 },
      { in: 100, delivered: 0, acked: 0, removed: 130 },
    ],
    ['the server is restarted', { run: 8, added: 170, entriesRead: 130 }, { ...all, breaks: 'restarted' }],
    [
      'its process was not told before: nothing is known to be other',
      { run: null, added: 151 },
      { in: 1, delivered: 0, acked: 0 },
    ],
    [
      'the stream is made anew, or its counter set back',
      { added: 4, length: 4, entriesRead: 0 },
      { ...all, breaks: 'stream-anew' },
    ],
    [
      'the group is set back',
      { entriesRead: 20, lag: 130 },
      { in: 0, delivered: null, acked: null, breaks: 'group-moved' },
    ],
    [
      'the group is set to an id without a count',
      { entriesRead: null, lag: null, lagKind: 'unknown' },
      { in: 0, delivered: null, acked: null, breaks: null },
    ],
    [
      'the group is set to the end: more than there was to read',
      { entriesRead: 900, lag: 0 },
      { delivered: null, acked: null, breaks: 'group-moved' },
    ],
    ['it is moved with nobody to read', { entriesRead: 110, consumers: 0, lag: 40 }, { delivered: 10 }],
    ['entries are made pending', { pending: 40 }, { delivered: 0, acked: null }],
    ['a consumer is removed with what it held', { pending: 2, consumers: 1 }, { delivered: 0, acked: null }],
    [
      'a consumer that held nothing is removed, while others read',
      { pending: 12, consumers: 1, entriesRead: 104, lag: 46 },
      { delivered: 4, acked: 2 },
    ],
    [
      'the stream’s counter is not told: by the lag',
      { added: null, lag: 60, entriesRead: 105 },
      { in: 15, delivered: 5, removed: null },
    ],
    [
      'nor is the lag told alike',
      { added: null, lag: 60, lagKind: 'reported', entriesRead: 105 },
      { in: null, delivered: 5, removed: null },
    ],
    ['a trim hides what was added: not known', { added: null, lag: 3 }, { in: null, delivered: 0, removed: null }],
    ['the clock goes back', { atMs: -1, added: 170 }, all],
    [
      'it was not there',
      { pending: null, entriesRead: null, added: null, length: null, lag: null, lagKind: 'unknown' },
      all,
    ],
  ])('%s', (_what, changes, move) => {
    const [made] = movesOf([before, { ...before, atMs: 10_000, ...changes }])
    expect(made).toMatchObject(move)
  })

  test('a group without any consumer, before and after, was moved', () => {
    const none = { ...before, consumers: 0 }
    const [made] = movesOf([none, { ...none, atMs: 1_000, entriesRead: 110, lag: 40 }])
    expect(made).toMatchObject({ delivered: null, acked: null, breaks: 'group-moved' })
  })

  test('whatever is told: no figure is negative, and what a workload did is found exactly', () => {
    const figure = fc.option(fc.integer({ min: 0, max: 1_000 }))
    const any = fc.record({
      atMs: fc.integer({ min: 0, max: 100_000 }),
      ...{ pending: figure, lag: figure, entriesRead: figure, consumers: figure, added: figure, length: figure },
      run: fc.option(fc.constantFrom(1, 2)),
      lagKind: fc.constantFrom('exact', 'reported', 'atLeast', 'estimate', 'unknown'),
    }) satisfies fc.Arbitrary<GroupSample>
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (samples) => {
        for (const move of movesOf(samples)) {
          for (const told of [move.in, move.delivered, move.acked, move.removed]) {
            expect(told ?? 0).toBeGreaterThanOrEqual(0)
          }
          if (move.breaks !== null) expect(move.delivered).toBeNull()
        }
        const rates = ratesOf(samples)
        for (const told of [rates?.inPerSecond, rates?.outPerSecond, rates?.ackedPerSecond, rates?.drainMs]) {
          expect(told ?? 0).toBeGreaterThanOrEqual(0)
        }
      }),
    )
    const work = fc.record({ add: fc.nat(50), read: fc.nat(50), ack: fc.nat(50), trim: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(work, { maxLength: 20 }), (steps) => {
        let state = { added: 0, removed: 0, read: 0, acked: 0 }
        const states = [state]
        for (const step of steps) {
          const added = state.added + step.add
          const removed = Math.min(added, state.removed + step.trim)
          // What was trimmed unread is never read.
          const unread = Math.max(0, added - Math.max(state.removed, state.read))
          const read = state.read + Math.min(unread, step.read)
          state = { added, removed, read, acked: Math.min(read, state.acked + step.ack) }
          states.push(state)
        }
        const moves = movesOf(
          states.map(({ added, removed, read, acked }, at) =>
            sample({ atMs: at * 1_000, added, length: added - removed, entriesRead: read, pending: read - acked }),
          ),
        )
        const sum = (of: (move: Move) => number | null): number =>
          moves.reduce((all, move) => all + (of(move) ?? Number.NaN), 0)
        expect([sum((m) => m.in), sum((m) => m.delivered), sum((m) => m.acked), sum((m) => m.removed)]).toEqual([
          ...[state.added, state.read, state.acked, state.removed],
        ])
      }),
    )
  })
})
