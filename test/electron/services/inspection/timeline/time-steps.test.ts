import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stretchesOver } from '../../../../../electron/services/inspection/timeline/time-steps'

const MINUTE = 60_000

test('widths are usual ones, and begin at multiples of themselves', () => {
  const from = Date.UTC(2026, 0, 1, 10, 7)
  expect(stretchesOver(from, from + 100 * MINUTE, 120)).toEqual({ fromMs: from, stepMs: MINUTE, count: 101 })
  expect(stretchesOver(from, from + 121 * MINUTE, 120)).toEqual({
    ...{ fromMs: Date.UTC(2026, 0, 1, 10, 6), stepMs: 2 * MINUTE, count: 62 },
  })
  expect(stretchesOver(from, from, 120)).toEqual({ fromMs: from, stepMs: 1, count: 1 })
})

test('both ends lie within, whatever they are, and in no more than asked for', () => {
  const ms = fc.integer({ min: 0, max: Date.UTC(2100) })
  fc.assert(
    fc.property(ms, ms, fc.integer({ min: 1, max: 120 }), (a, b, most) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const { fromMs, stepMs, count } = stretchesOver(from, to, most)
      expect(count).toBeLessThanOrEqual(most)
      expect(fromMs).toBeLessThanOrEqual(from)
      expect(fromMs + count * stepMs).toBeGreaterThan(to)
    }),
  )
})
