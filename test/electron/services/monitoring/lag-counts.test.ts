import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { LookedGroup, StreamEnds, StreamLook } from '../../../../electron/redis/stream-look'
import { createLagCounts, type LagCounts } from '../../../../electron/services/monitoring/lag-counts'

const KEY = Buffer.from('orders')
const group = (name: string, changes: Partial<LookedGroup> = {}): LookedGroup => ({
  ...{ name: Buffer.from(name), consumers: 1, pending: 0, lastDeliveredId: '5-0', entriesRead: null, lag: null },
  ...{ unread: { firstId: '6-0', counted: 1, complete: false }, oldest: null, consumerList: null, crowd: null },
  ...changes,
})
const look = (groups: readonly LookedGroup[], changes: Partial<StreamLook> = {}): StreamLook => ({
  ...{ calls: 1, length: 5_000, memoryBytes: 500_000, large: false, next: null, refused: [], groups },
  ends: { lastGeneratedId: '9-0', firstId: '1-0', lastId: '9-0', maxDeletedId: null, entriesAdded: 9, bytes: 9 },
  ...changes,
})

test('those are counted whose lag nothing else tells, each once for where it stands', () => {
  const counts = createLagCounts()
  const known = group('known', { unread: { firstId: '6-0', counted: 4, complete: true } })
  const open = group('open')
  counts.note(KEY, look([known, open]))
  const asked = counts.next()
  expect(asked).toMatchObject({ key: KEY, name: 'open', after: '5-0', upTo: '9-0', averageBytes: 100 })
  expect([counts.next(), counts.isWaiting()]).toEqual([null, false])
  counts.counted(asked!, { counted: 77, complete: true })
  counts.note(KEY, look([known, open]))
  expect(counts.isWaiting()).toBe(false)
  expect(counts.of('orders', look([open]), open)).toEqual({ counted: 77, complete: true })
  expect(counts.of('orders', look([known]), known)).toBeNull()
})

describe('what was counted', () => {
  /** 10 added, and one more since; `gone`: as many as that were removed. */
  const grown = (changes: Partial<StreamEnds> = {}, gone = 0): StreamLook => {
    const ends = { ...look([]).ends!, lastId: '10-0', entriesAdded: 10, ...changes }
    return look([group('g')], { ends, length: 5_001 - gone })
  }
  function counted(complete = true): LagCounts {
    const counts = createLagCounts()
    counts.note(KEY, look([group('g')]))
    counts.counted(counts.next()!, { counted: 77, complete })
    return counts
  }

  test('grows by what is added while the group stands still, and is not counted again', () => {
    for (const [complete, now] of [
      [true, { counted: 78, complete: true, atMost: 78 }],
      [false, { counted: 77, complete: false }],
    ] as const) {
      const counts = counted(complete)
      expect(counts.of('orders', grown(), group('g'))).toEqual(now)
      counts.note(KEY, grown())
      expect(counts.isWaiting()).toBe(false)
    }
  })

  test('holds while a stream is trimmed before where the group stands', () => {
    const trimmed = grown({ firstId: '3-0', maxDeletedId: '0-0' }, 9)
    expect(counted().of('orders', trimmed, group('g'))).toMatchObject({ counted: 78, complete: true })
  })

  test.each([
    ['entries behind it may have been deleted', grown({ maxDeletedId: '7-0' }, 1)],
    ['the server does not tell what is deleted', grown({ maxDeletedId: null }, 1)],
  ])('is a bound, and counted again, where %s', (_what, now) => {
    const counts = counted()
    expect(counts.of('orders', now, group('g'))).toEqual({ counted: 0, complete: false, atMost: 78 })
    counts.note(KEY, now)
    expect(counts.next()).toMatchObject({ upTo: '10-0' })
  })

  test('is a bound once the group has read on', () => {
    const moved = group('g', { lastDeliveredId: '6-0' })
    expect(counted().of('orders', look([moved]), moved)).toEqual({ counted: 0, complete: false, atMost: 77 })
    expect(counted(false).of('orders', look([moved]), moved)).toBeNull()
  })

  test.each([
    ['the group was set back', grown(), group('g', { lastDeliveredId: '4-0' })],
    ['the server does not tell what was added', grown({ entriesAdded: null }), group('g')],
    ['it tells less than before', grown({ entriesAdded: 3 }), group('g')],
    ['the ends are not known', look([], { ends: null }), group('g')],
  ])('says nothing where %s', (_what, now, as) => {
    expect(counted().of('orders', now, as)).toBeNull()
  })
})

test('nothing is counted where entries are large, or the ends are not known', () => {
  const counts = createLagCounts()
  counts.note(KEY, look([group('g')], { large: true, ends: null }))
  counts.note(KEY, look([group('g')], { ends: null }))
  expect(counts.next()).toBeNull()
})

test('what is forgotten is waited for no more', () => {
  const counts = createLagCounts()
  counts.note(KEY, look([group('a'), group('b')]))
  expect(counts.next()?.name).toBe('a')
  counts.note(KEY, look([group('b', { unread: { firstId: null, counted: 0, complete: true } })]))
  expect(counts.next()).toBeNull()
})

describe('whatever befalls a stream between two looks', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('delete' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('delete last' as const) }),
    fc.record({ kind: fc.constant('trim' as const), keep: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('set back' as const), by: fc.integer({ min: 1, max: 6 }) }),
  )
  /** XSETID: no counter tells of what it set. */
  const setting = fc.record({ kind: fc.constant('set counters' as const), beyond: fc.integer({ min: 0, max: 9 }) })
  type Step = typeof step | typeof setting extends fc.Arbitrary<infer T> ? T : never

  /** A stream by Redis's own rules. */
  function createModel(tellsCounters: boolean) {
    let [next, added, maxDeleted] = [1, 0, 0]
    let ids: number[] = []
    let stands = 0
    const idOf = (n: number): EntryId => `${n}-0`
    const remove = (n: number | undefined): void => {
      if (n === undefined) return
      ids = ids.filter((each) => each !== n)
      maxDeleted = Math.max(maxDeleted, n)
    }
    return {
      play(one: Step): void {
        if (one.kind === 'add') for (let n = 0; n < one.count; n += 1) added = ids.push(next++) > 0 ? added + 1 : added
        if (one.kind === 'delete') remove(ids[Math.min(ids.length - 1, Math.floor(one.at * ids.length))])
        if (one.kind === 'delete last') remove(ids.at(-1))
        if (one.kind === 'trim') ids = one.keep === 0 ? [] : ids.slice(-one.keep)
        if (one.kind === 'read')
          stands = ids.filter((n) => n > stands)[one.count - 1] ?? Math.max(stands, ids.at(-1) ?? 0)
        if (one.kind === 'set counters') added = ids.length + one.beyond
        if (one.kind === 'set back') stands = Math.max(0, stands - one.by)
      },
      unread: (): number => ids.filter((n) => n > stands).length,
      look(): StreamLook {
        const [first, last] = [ids[0], ids.at(-1)]
        const told = tellsCounters ? { maxDeletedId: idOf(maxDeleted), entriesAdded: added } : NO_COUNTERS
        return look([group('g', { lastDeliveredId: idOf(stands), unread: null })], {
          length: ids.length,
          ends: {
            lastGeneratedId: idOf(next - 1),
            firstId: first === undefined ? null : idOf(first),
            lastId: last === undefined ? null : idOf(last),
            bytes: 9,
            ...told,
          },
        })
      },
    }
  }
  const NO_COUNTERS = { maxDeletedId: null, entriesAdded: null }

  // Between two looks counters are set beside what is added and read; with a trim at the same time nothing could tell the two apart.
  const between = fc.oneof(
    fc.array(step, { maxLength: 4 }),
    fc.array(
      fc.oneof(
        setting,
        step.filter(({ kind }) => kind === 'add' || kind === 'read'),
      ),
      { maxLength: 4 },
    ),
  )

  test.each([true, false])('no count is wrong: exact, or within its bounds (counters told: %s)', (tellsCounters) => {
    const histories = fc.array(between, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 8 }), (history, most) => {
        const [model, counts] = [createModel(tellsCounters), createLagCounts()]
        model.play({ kind: 'add', count: 5 })
        model.play({ kind: 'read', count: 2 })
        for (const steps of history) {
          const seen = model.look()
          counts.note(KEY, seen)
          const asked = counts.next()
          // Counted at once, and then things go on.
          const unread = model.unread()
          if (asked) counts.counted(asked, { counted: Math.min(unread, most), complete: unread <= most })
          for (const one of steps) model.play(one)
          const now = model.look()
          const [as] = now.groups
          const told = as ? counts.of('orders', now, as) : null
          const last = now.ends?.lastId ?? null
          if (told === null || now.ends === null || last === null) continue
          // Where the ids prove it, the count is not asked.
          if (compareIds(as?.lastDeliveredId ?? '0-0', now.ends.firstId ?? '0-0') < 0) continue
          const truth = model.unread()
          if (told.complete) expect(told.counted).toBe(truth)
          else expect(told.counted).toBeLessThanOrEqual(truth)
          expect(told.atMost ?? Infinity).toBeGreaterThanOrEqual(truth)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
