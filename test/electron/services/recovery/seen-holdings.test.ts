import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeenHoldings } from '../../../../electron/services/recovery/selection/seen-holdings'

const row = (id: string, consumer: string, deliveries: number) => {
  return { id, consumer: Buffer.from(consumer), deliveries }
}

test('an entry is the same with the same holder after as many deliveries, and no other', () => {
  const seen = createSeenHoldings()
  seen.add([row('1-0', 'a', 1), row('2-0', 'b', 2)])
  expect(seen.isSame(row('1-0', 'a', 1))).toBe(true)
  expect(seen.isSame(row('1-0', 'b', 1))).toBe(false)
  expect(seen.isSame(row('1-0', 'a', 2))).toBe(false)
  expect(seen.isSame(row('3-0', 'a', 1))).toBe(false)
})

test('what a plan did not get to is not held against it', () => {
  const seen = createSeenHoldings()
  seen.add([row('9-0', 'a', 1)])
  seen.stopHere()
  expect(seen.isSame(row('10-0', 'b', 1))).toBe(true)
  expect(seen.isSame(row('9-0', 'b', 1))).toBe(false)
})

test('of thousands, in any mixture, exactly those that are as they were', () => {
  const holding = fc.record({ consumer: fc.constantFrom('a', 'b', 'c'), deliveries: fc.integer({ min: 1, max: 3 }) })
  fc.assert(
    fc.property(fc.array(fc.tuple(holding, holding), { minLength: 1, maxLength: 3_000 }), (pairs) => {
      const seen = createSeenHoldings()
      seen.add(pairs.map(([then], at) => row(`${at}-0`, then.consumer, then.deliveries)))
      for (const [at, [then, now]] of pairs.entries()) {
        const isSame = then.consumer === now.consumer && then.deliveries === now.deliveries
        expect(seen.isSame(row(`${at}-0`, now.consumer, now.deliveries))).toBe(isSame)
      }
    }),
    { numRuns: 20 },
  )
})

test('what is kept of them tells the same, and of too many, or of some only, nothing is kept', () => {
  const seen = createSeenHoldings()
  seen.add([row('1-0', 'a', 1), row('2-0', 'b', 2)])
  expect(seen.kept(1)).toBeNull()
  const again = createSeenHoldings(seen.kept(2) ?? undefined)
  expect(again.isSame(row('2-0', 'b', 2))).toBe(true)
  expect(again.isSame(row('2-0', 'a', 2))).toBe(false)
  expect(createSeenHoldings(createSeenHoldings().kept(2) ?? undefined).isSame(row('1-0', 'a', 1))).toBe(false)
  seen.stopHere()
  expect(seen.kept(2)).toBeNull()
})
