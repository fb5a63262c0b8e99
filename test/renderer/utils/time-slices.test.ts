import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTimeSlices } from '../../../renderer/utils/time-slices'

let clock = 0
const done: number[] = []
/** Work of five milliseconds, that says its number. */
const work = (number: number) => (): void => {
  clock += 5
  done.push(number)
}
const slicesOf = (lastFirst: boolean, mostWaiting = 100) =>
  createTimeSlices({ sliceMs: 8, pauseMs: 16, lastFirst, mostWaiting, now: () => clock })

beforeEach(() => {
  vi.useFakeTimers()
  ;[clock, done.length] = [0, 0]
})
afterEach(() => vi.useRealTimers())

test('what there is time for is done at once, the rest slice by slice with a pause between', () => {
  const slices = slicesOf(false)
  for (let number = 0; number < 7; number += 1) slices.do(work(number))
  // The second began before the slice was over.
  expect(done).toEqual([0, 1])
  vi.advanceTimersByTime(15)
  expect(done).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(done).toEqual([0, 1, 2, 3])
  vi.advanceTimersByTime(100)
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6])
  slices.do(work(7))
  expect(done.at(-1)).toBe(7)
})

test('of what scrolls by the last goes first, and the oldest is given up', () => {
  const slices = slicesOf(true, 3)
  for (let number = 0; number < 9; number += 1) slices.do(work(number))
  vi.advanceTimersByTime(1_000)
  expect(done).toEqual([0, 1, 8, 7, 6])
})

test('work that throws holds up nothing else', () => {
  const slices = slicesOf(false)
  expect(() =>
    slices.do(() => {
      clock += 20
      throw new Error('broken')
    }),
  ).toThrow('broken')
  slices.do(work(1))
  vi.advanceTimersByTime(16)
  expect(done).toEqual([1])
})
