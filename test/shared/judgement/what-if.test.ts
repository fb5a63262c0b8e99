import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import type { Collision } from '../../../shared/judgement/collision'
import { whatIf } from '../../../shared/judgement/what-if'

const seen = (trims: number, reads: number, margin: number): Collision => ({
  ...{ margin, trimsPerSecond: trims, readsPerSecond: reads, spanMs: 60_000 },
  ...{ inMs: (margin / (trims - reads)) * 1_000, lostPerHour: (trims - reads) * 3_600 },
})

test.each([
  ['as now', 1, 0, 200_000, 108_000],
  ['a fifth more is read', 1.2, 0, 300_000, 72_000],
  ['as much is read as comes', 1.6, 0, null, 0],
  ['more is read than comes', 3, 0, null, 0],
  ['as much again is kept', 1, 6_000, 400_000, 108_000],
  ['both', 1.2, 6_000, 600_000, 72_000],
])('where %s', (_what, readsTimes, keepsMore, inMs, lostPerHour) => {
  const told = whatIf(seen(80, 50, 6_000), { readsTimes, keepsMore })
  expect(told.inMs === null ? null : Math.round(told.inMs)).toBe(inMs)
  expect(Math.round(told.lostPerHour)).toBe(lostPerHour)
})

test('a group that reads nothing reads nothing more by being more', () => {
  expect(whatIf(seen(80, 0, 6_000), { readsTimes: 10, keepsMore: 0 }).inMs).toBeCloseTo(75_000)
})

it('is when it comes, entry by entry', () => {
  const change = { readsTimes: fc.integer({ min: 1, max: 4 }), keepsMore: fc.integer({ min: 0, max: 5_000 }) }
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 90 }),
      fc.integer({ min: 100, max: 5_000 }),
      fc.record(change),
      (reads, margin, own) => {
        const { inMs } = whatIf(seen(100, reads, margin), own)
        // What is read before it is trimmed, second by second.
        let [read, removed, seconds] = [margin, 0, 0]
        for (; read > removed && seconds < 100_000; seconds += 1) {
          read += reads * own.readsTimes
          removed = Math.max(0, 100 * (seconds + 1) - own.keepsMore)
        }
        if (inMs === null) expect(seconds).toBe(100_000)
        else expect(Math.abs(inMs / 1_000 - seconds)).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 200 },
  )
})
