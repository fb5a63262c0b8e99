import { expect, test } from 'vitest'
import { fittedTo, sampledCount, together } from '../../../../../electron/services/inspection/timeline/sampled-counts'

const window = (fromMs: number, toMs: number, count: number, { firstMs = fromMs, isAll = true } = {}) => ({
  ...{ fromMs, toMs, count, firstMs, isAll },
})
const count = (toMs: number, ...windows: readonly ReturnType<typeof window>[]) =>
  sampledCount({ fromMs: 0, toMs, windows }).count

test('a stretch that was seen whole is exact', () => {
  expect(sampledCount({ fromMs: 0, toMs: 100, windows: [window(0, 100, 7)] })).toEqual({ count: 7, isSampled: false })
  expect(sampledCount({ fromMs: 0, toMs: 100, windows: [window(0, 60, 7), window(60, 100, 1)] })).toEqual({
    ...{ count: 8, isSampled: false },
  })
})

test('what lies between windows is as on both sides of it, and about; behind the last one as in the last two', () => {
  const windows = [window(0, 10, 20), window(50, 60, 40)]
  expect(sampledCount({ fromMs: 0, toMs: 100, windows })).toEqual({ count: 60 + 40 * 3 + 40 * 3, isSampled: true })
})

test('a busy time that begins, or ends, within it is as dense there as where it was met', () => {
  // At 500, one each ms.
  const begins = window(0, 520, 20, { firstMs: 500 })
  expect(count(1_000, begins, window(700, 720, 20))).toBe(500)
  expect(count(1_000, begins, window(700, 720, 20), window(900, 920, 20))).toBe(500)
  // It ends somewhere between: a half of what may be, if that is not far more than was seen.
  expect(count(1_000, window(0, 100, 100), window(520, 1_000, 0, { firstMs: 1_000 }))).toBe(100 + 210)
  expect(count(1_000, window(0, 20, 20), window(520, 1_000, 0, { firstMs: 1_000 }))).toBe(20 + 80)
})

test('a few bursts among quiet times are not taken for a busy time', () => {
  // Each 1,000 ms, 20 in 2 of them.
  const burst = (fromMs: number, at: number) => window(fromMs, at + 2, 20, { firstMs: at })
  expect(count(10_000, burst(0, 900), burst(5_000, 5_900))).toBeLessThan(500)
  expect(count(10_000, window(0, 901, 32, { firstMs: 900, isAll: false }), burst(5_000, 5_900))).toBeLessThan(2 * 320)
})

test('a crowd at the very beginning is no busy time', () => {
  const crowd = window(0, 1, 32, { isAll: false })
  expect(count(300_000, crowd, window(150_000, 300_000, 3))).toBeLessThan(100)
  expect(count(300_000, crowd, window(150_000, 300_000, 0, { firstMs: 300_000 }))).toBeLessThan(200)
})

test('a millisecond that may hold more is about, though no time is left', () => {
  expect(sampledCount({ fromMs: 5, toMs: 6, windows: [window(5, 6, 32, { isAll: false })] })).toEqual({
    ...{ count: 32, isSampled: true },
  })
})

test('a bucket is about as soon as a part of it is', () => {
  expect(
    together([
      { count: 1, isSampled: false },
      { count: 2, isSampled: true },
    ]),
  ).toEqual({ count: 3, isSampled: true })
  expect(together([])).toEqual({ count: 0, isSampled: false })
})

test('only what is about is made to fit how many there are', () => {
  const buckets = [
    { count: 10, isSampled: false },
    { count: 20, isSampled: true },
    { count: 60, isSampled: true },
  ]
  expect(fittedTo(50, buckets).map(({ count }) => count)).toEqual([10, 10, 30])
  // Some went meanwhile.
  expect(fittedTo(5, buckets)).toEqual(buckets)
  expect(fittedTo(50, buckets.slice(0, 1))).toEqual(buckets.slice(0, 1))
})
