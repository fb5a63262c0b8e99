import { expect, test } from 'vitest'
import { fittedTo, sampledCount, together } from '../../../../../electron/services/inspection/timeline/sampled-counts'

const window = (fromMs: number, toMs: number, count: number, isAll = true) => ({ fromMs, toMs, count, isAll })

test('a stretch that was seen whole is exact', () => {
  expect(sampledCount({ fromMs: 0, toMs: 100, windows: [window(0, 100, 7)] })).toEqual({ count: 7, isSampled: false })
  expect(sampledCount({ fromMs: 0, toMs: 100, windows: [window(0, 60, 7), window(60, 100, 1)] })).toEqual({
    ...{ count: 8, isSampled: false },
  })
})

test('what lies between windows is as in them, and about', () => {
  const windows = [window(0, 10, 20), window(50, 60, 40)]
  expect(sampledCount({ fromMs: 0, toMs: 100, windows })).toEqual({ count: 300, isSampled: true })
})

test('a millisecond that may hold more is about, though no time is left', () => {
  expect(sampledCount({ fromMs: 5, toMs: 6, windows: [window(5, 6, 32, false)] })).toEqual({
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
