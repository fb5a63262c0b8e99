import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareIds } from '../../../../shared/entry-id'
import { honestLag, lagFromIds, type LagFacts } from '../../../../electron/services/inspection/lag'

/** A stream as a set of ids, a group that stands anywhere, and a server that may report anything. */
const situation = fc
  .record({
    ids: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 })), {
      maxLength: 20,
      selector: String,
    }),
    delivered: fc.tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 3 })),
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
        const { value, kind } = honestLag(facts, count)
        if (kind === 'unknown') return void expect(value).toBeNull()
        expect(Number(value)).toBeGreaterThanOrEqual(Math.max(count?.counted ?? 0, truth > 0 ? 1 : 0))
        expect(Number(value)).toBeLessThanOrEqual(facts.length)
        if (kind === 'atLeast') expect(Number(value)).toBeLessThanOrEqual(truth)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('beyond what was counted', () => {
  const facts: LagFacts = {
    length: 1_000_000,
    firstId: '1000-0',
    lastId: '2000-0',
    lastDeliveredId: '1500-0',
    reported: null,
  }
  const some = { counted: 10_000, complete: false }

  test('it is what the server reports, where that is possible', () => {
    expect(honestLag({ ...facts, reported: 400_000 }, some)).toEqual({ value: 400_000, kind: 'reported' })
    expect(honestLag({ ...facts, reported: 400_000 }, null)).toEqual({ value: 400_000, kind: 'reported' })
  })

  test('never more than the stream has', () => {
    expect(honestLag({ ...facts, reported: 2n ** 62n }, some)).toEqual({ value: 1_000_000, kind: 'reported' })
  })

  test('less than was counted is wrong, and so is what is negative', () => {
    expect(honestLag({ ...facts, reported: 9_999 }, some)).toEqual({ value: 500_000, kind: 'estimate' })
    expect(honestLag({ ...facts, reported: -3 }, null)).toEqual({ value: 500_000, kind: 'estimate' })
  })

  test('where ids tell no time, it is at least what was counted, or unknown', () => {
    const noTime = { ...facts, firstId: '7-0', lastDeliveredId: '7-500', lastId: '7-1000' }
    expect(honestLag(noTime, some)).toEqual({ value: 10_000, kind: 'atLeast' })
    expect(honestLag(noTime, null)).toEqual({ value: null, kind: 'unknown' })
  })
})
