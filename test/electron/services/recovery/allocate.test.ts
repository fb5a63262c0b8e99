import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAllocation, allocate } from '../../../../electron/services/recovery/targets/allocate'

describe('entries shared out over consumers', () => {
  test.each([
    ['nobody gets anything', [], 5, []],
    ['one gets all', [7], 5, [5]],
    ['equals get the same', [0, 0, 0], 6, [2, 2, 2]],
    ['what is odd goes to the first ones', [0, 0, 0], 5, [2, 2, 1]],
    ['the lowest is raised first', [10, 0, 4], 3, [0, 3, 0]],
    ['and the others once it is level', [10, 0, 4], 12, [0, 8, 4]],
    ['until all are', [10, 0, 4], 16, [0, 10, 6]],
    ['and beyond', [10, 0, 4], 20, [2, 11, 7]],
    ['nothing is nothing', [3, 1], 0, [0, 0]],
  ])('%s', (_what, levels, amount, shares) => {
    expect(allocate(levels, amount)).toEqual(shares)
  })

  test('all of them, to nobody’s loss, and no two that got any differ by more than one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 50 }), fc.nat(100_000), (levels, amount) => {
        const shares = allocate(levels, amount)
        expect(shares.reduce((sum, each) => sum + each, 0)).toBe(amount)
        const after = levels.map((level, at) => level + (shares[at] ?? 0))
        const raised = after.filter((_, at) => (shares[at] ?? 0) > 0)
        const highest = Math.max(...raised)
        expect(Math.min(...raised, highest)).toBeGreaterThanOrEqual(highest - 1)
        for (const [at, level] of after.entries()) {
          expect(shares[at]).toBeGreaterThanOrEqual(0)
          if (shares[at] === 0 && raised.length > 0) expect(level).toBeGreaterThanOrEqual(highest - 1)
        }
      }),
    )
  })
})

describe('batches', () => {
  const rows = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at)

  test('go to whoever is due most, whole where that is possible', () => {
    const { allocateRows: allot } = createAllocation(
      new Map([
        ['a', 700],
        ['b', 300],
      ]),
    )
    expect(allot(rows(500)).map(({ to, rows: own }) => [to, own.length])).toEqual([['a', 500]])
    expect(allot(rows(500)).map(({ to, rows: own }) => [to, own.length])).toEqual([
      ['b', 300],
      ['a', 200],
    ])
  })

  test('lose no row and give none twice, also beyond what was due', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.nat(30), { minKeys: 1, maxKeys: 6 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        (due, sizes) => {
          const { allocateRows: allot } = createAllocation(new Map(Object.entries(due)))
          for (const size of sizes) expect(allot(rows(size)).flatMap((part) => part.rows)).toEqual(rows(size))
        },
      ),
    )
  })

  test('go nowhere when there is nobody', () => {
    expect(createAllocation(new Map()).allocateRows(rows(3))).toEqual([])
  })
})
