import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareIds } from '../../../../shared/entry-id'
import { honestLag, lagFromIds, type LagFacts } from '../../../../electron/services/inspection/lag'

/** Few, so that ids are often near each other. */
const time = fc.integer({ min: 0, max: 32 }).map((ms) => Date.UTC(2026, 0, 1) + ms)

/** A stream as a set of ids, a group that stands anywhere, and a server that may report anything. */
const situation = fc
  .record({
    ids: fc.uniqueArray(fc.tuple(time, fc.integer({ min: 0, max: 3 })), {
      maxLength: 20,
      selector: String,
    }),
    delivered: fc.tuple(time, fc.integer({ min: 0, max: 3 })),
    reported: fc.option(fc.integer({ min: -5, max: 60 })),
    countUpTo: fc.option(fc.integer({ min: 0, max: 20 })),
  })
  .map(({ ids, delivered, reported, countUpTo }) => {
    const sorted = ids.map((id) => id.join('-')).sort(compareIds)
    const lastDeliveredId = delivered.join('-')
    const truth = sorted.filter((id) => compareIds(id, lastDeliveredId) > 0).length
    const facts: LagFacts = {
      length: sorted.length,
      firstId: sorted[0] ?? null,
      lastId: sorted.at(-1) ?? null,
      lastDeliveredId,
      reported,
    }
    const count = countUpTo === null ? null : { counted: Math.min(truth, countUpTo), complete: truth <= countUpTo }
    return { facts, truth, count }
  })

describe('whatever happened to a stream, and whatever the server reports', () => {
  test('a lag called exact is the truth', () => {
    fc.assert(
      fc.property(situation, ({ facts, truth, count }) => {
        const proved = lagFromIds(facts)
        if (proved) expect(proved).toEqual({ value: truth, kind: 'exact' })
        const lag = honestLag(facts, count)
        if (lag.kind === 'exact') expect(lag.value).toBe(truth)
        if (count?.complete) expect(lag.kind).toBe('exact')
      }),
      { numRuns: 5_000 },
    )
  })

  test('no other figure is impossible', () => {
    fc.assert(
      fc.property(situation, ({ facts, truth, count }) => {
        const { value, kind, atMost } = honestLag(facts, count)
        if (kind !== 'exact') expect(atMost).toBeGreaterThanOrEqual(truth)
        if (kind === 'unknown') return void expect(value).toBeNull()
        expect(Number(value)).toBeGreaterThanOrEqual(Math.max(count?.counted ?? 0, truth > 0 ? 1 : 0))
        expect(Number(value)).toBeLessThanOrEqual(facts.length)
        if (kind === 'estimate') expect([Number(value) <= 2 * truth, truth <= 2 * Number(value)]).toEqual([true, true])
        if (kind === 'atLeast') expect(Number(value)).toBeLessThanOrEqual(truth)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('beyond what was counted', () => {
  const AT = Date.UTC(2026, 0, 1)
  const after = (ms: number): string => `${AT + ms}-0`
  const facts: LagFacts = {
    ...{ length: 1_000_000, firstId: after(0), lastId: after(1_000_000), lastDeliveredId: after(500_000) },
    reported: null,
  }
  const some = { counted: 10_000, complete: false }

  test('it is what the server reports, where the times of the ids speak for it', () => {
    const told = { value: 400_000, kind: 'reported', atMost: 999_999 }
    expect(honestLag({ ...facts, reported: 400_000 }, some)).toEqual(told)
    expect(honestLag({ ...facts, reported: 400_000 }, null)).toEqual(told)
  })

  test.each([
    ['speaks against the times', 10_001],
    ['is less than was counted', 9_999],
    ['is below 0', -3],
    ['is more than the stream has', 1_000_000],
    ['is more than a number holds', 2n ** 62n],
  ])('what the server reports is not told where it %s', (_what, reported) => {
    expect(honestLag({ ...facts, reported }, some)).toEqual({ value: 10_000, kind: 'atLeast', atMost: 999_999 })
  })

  test('times alone prove nothing: a burst long ago and a trickle since', () => {
    const burst = { ...facts, length: 170_000, lastDeliveredId: after(1_000), lastId: after(30 * 86_400_000) }
    expect(honestLag(burst, some)).toEqual({ value: 10_000, kind: 'atLeast', atMost: 169_999 })
    expect(honestLag(burst, null)).toEqual({ value: null, kind: 'unknown', atMost: 169_999 })
  })

  test('an estimate is told where the stream has no more than four times what was counted', () => {
    expect(honestLag({ ...facts, length: 40_001 }, some)).toEqual({ value: 20_000, kind: 'estimate', atMost: 40_000 })
    expect(honestLag({ ...facts, length: 40_002 }, some)).toMatchObject({ value: 10_000, kind: 'atLeast' })
    expect(honestLag({ ...facts, length: 40_002, reported: 20_001 }, some)).toMatchObject({ kind: 'reported' })
  })

  test('where ids tell no time, it is at least what was counted, or unknown', () => {
    const noTime = { ...facts, firstId: '7-0', lastDeliveredId: '7-500', lastId: '7-1000' }
    expect(honestLag(noTime, some)).toMatchObject({ value: 10_000, kind: 'atLeast' })
    expect(honestLag({ ...noTime, length: 30_000 }, some)).toMatchObject({ value: 10_000, kind: 'atLeast' })
    expect(honestLag({ ...noTime, reported: 400_000 }, some)).toMatchObject({ value: 10_000, kind: 'atLeast' })
    expect(honestLag(noTime, null)).toMatchObject({ value: null, kind: 'unknown' })
  })

  test('what was counted before bounds it, and what the server reports beyond that is wrong', () => {
    const bounded = { counted: 0, complete: false, atMost: 90 }
    expect(honestLag({ ...facts, reported: 400_000 }, bounded)).toEqual({ value: 1, kind: 'atLeast', atMost: 90 })
  })
})
