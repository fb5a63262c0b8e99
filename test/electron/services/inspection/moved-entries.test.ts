import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  longestHeld,
  movedEntries,
  movedInAll,
  movedTo,
  type MovedEntries,
} from '../../../../electron/services/inspection/moved-entries'

const NOW = 1_800_000_000_000
const HOUR = 3_600_000
const rowsOf = (...numbers: readonly number[]) => numbers.map((n) => ({ id: `${n}-0`, idleMs: HOUR }))
const manyFrom = (first: number, count: number) => rowsOf(...Array.from({ length: count }, (_, at) => first + at))
const given = (rows: readonly { readonly id: string }[], agoMs = 1_000): MovedEntries => {
  const moved = movedEntries('bob', NOW - agoMs, rows, [])
  if (moved === undefined) throw new Error('nothing was moved')
  return moved
}

test('what was moved counts from then on, however long it has waited', () => {
  expect(longestHeld(rowsOf(1, 2), [given(rowsOf(1, 2))], NOW)).toBe(1_000)
})

test('what the owner held before still counts from its last delivery', () => {
  expect(longestHeld(rowsOf(1, 2, 3), [given(rowsOf(1, 3))], NOW)).toBe(HOUR)
})

test('what was delivered since it was moved counts from its delivery', () => {
  expect(longestHeld([{ id: '1-0', idleMs: 20 }], [given(rowsOf(1))], NOW)).toBe(20)
})

test('of several moves the last one counts', () => {
  expect(longestHeld(rowsOf(1), [given(rowsOf(1), 5_000), given(rowsOf(1), 70)], NOW)).toBe(70)
})

test('a move in the future, by a clock that was set back, is just now', () => {
  expect(longestHeld(rowsOf(1), [given(rowsOf(1), -9_000)], NOW)).toBe(0)
})

test('nothing held is nothing, and nothing moved moves nothing', () => {
  expect(longestHeld([], [given(rowsOf(1))], NOW)).toBeNull()
  expect(movedEntries('bob', NOW, rowsOf(1, 2), ['1-0', '2-0'])).toBeUndefined()
})

test('an entry that the command left out was not moved', () => {
  const moved = movedEntries('bob', NOW - 1_000, rowsOf(1, 2, 3), ['2-0'])
  expect(longestHeld(rowsOf(2), moved ? [moved] : [], NOW)).toBe(HOUR)
})

test('another consumer got nothing by it', () => {
  expect(movedTo([given(rowsOf(1))], 'carol')).toEqual([])
  expect(movedTo([{ ...given(rowsOf(1)), to: { base64: '/w==' } }], { base64: '/w==' })).toHaveLength(1)
})

test('of many the first are known one by one, and what lies behind them may be any', () => {
  const even = manyFrom(0, 400).filter((_, at) => at % 2 === 0)
  const moved = [given(even)]
  expect(longestHeld(rowsOf(1), moved, NOW)).toBe(HOUR)
  expect(longestHeld(rowsOf(398), moved, NOW)).toBe(1_000)
  expect(longestHeld(rowsOf(399), moved, NOW)).toBe(HOUR)
})

test('batches of any size tell of each moved entry as one, and of nothing that lies before or behind', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(sizes, (batches) => {
      let next = 10
      const all = batches.map((size) => {
        const rows = manyFrom(next, size)
        next += size
        return given(rows)
      })
      const [first, ...others] = all
      const moved = first === undefined ? [] : [others.reduce(movedInAll, first)]
      for (const row of manyFrom(10, next - 10)) expect(longestHeld([row], moved, NOW)).toBe(1_000)
      for (const row of [...manyFrom(0, 10), ...manyFrom(next, 5)]) expect(longestHeld([row], moved, NOW)).toBe(HOUR)
    }),
    { numRuns: 200 },
  )
})
