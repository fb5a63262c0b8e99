import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  formatClock,
  formatDayMinute,
  formatExact,
  formatExactClock,
  formatMinute,
  formatSecond,
  formatTime,
  formatUtc,
} from '../../../shared/format/format-time'
import { readWhen } from '../../../shared/time/read-when'
import { shownZone, timesAreShownBy, type ShownTimes } from '../../../shared/time/shown-zone'
import { formatInZone, isoTime, LAST_TIME_MS } from '../../../shared/time/zone'

const before = process.env['TZ']
beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin'
})
afterAll(() => {
  if (before === undefined) delete process.env['TZ']
  else process.env['TZ'] = before
})
afterEach(() => timesAreShownBy(() => 'local'))
const show = (times: ShownTimes): void => timesAreShownBy(() => times)

const AT = Date.UTC(2021, 4, 15, 4, 55, 39, 960)
/** Clocks were set back at 01:00 UTC. */
const FIRST_HALF_PAST_TWO = Date.UTC(2021, 9, 31, 0, 30)
const SECOND_HALF_PAST_TWO = Date.UTC(2021, 9, 31, 1, 30)

describe('times as they are shown', () => {
  test('are local, or UTC with a Z', () => {
    const all = () =>
      [formatTime, formatSecond, formatMinute, formatDayMinute, formatClock, formatExactClock].map((f) => f(AT))
    const time = '2021-05-15 06:55:39.960'
    expect(all()).toEqual([time, time.slice(0, 19), time.slice(0, 16), '05-15 06:55', '06:55:39', '06:55:39.960'])
    show('utc')
    const utc = '2021-05-15 04:55:39.960'
    const told = [utc, utc.slice(0, 19), utc.slice(0, 16), '05-15 04:55', '04:55:39', '04:55:39.960']
    expect(all()).toEqual(told.map((text) => `${text}Z`))
    expect(shownZone()).toBe('UTC')
  })

  test('say which of two they mean, where the clocks showed them twice, and only there', () => {
    expect([FIRST_HALF_PAST_TWO, SECOND_HALF_PAST_TWO].map(formatMinute)).toEqual([
      '2021-10-31 02:30 +02:00',
      '2021-10-31 02:30 +01:00',
    ])
    expect(formatClock(SECOND_HALF_PAST_TWO)).toBe('02:30:00 +01:00')
    expect(formatMinute(Date.UTC(2021, 9, 31, 2, 0))).toBe('2021-10-31 03:00')
    expect(formatMinute(Date.UTC(2021, 9, 30, 23, 59))).toBe('2021-10-31 01:59')
    // In spring an hour is left out, and none is twice.
    expect(formatMinute(Date.UTC(2021, 2, 28, 1, 0))).toBe('2021-03-28 03:00')
    show('utc')
    expect(formatMinute(SECOND_HALF_PAST_TWO)).toBe('2021-10-31 01:30Z')
  })

  test('are both in a tooltip, however they are shown', () => {
    const both = '2021-05-15 06:55:39.960 +02:00 local\n2021-05-15 04:55:39.960 UTC'
    expect(formatExact(AT)).toBe(both)
    show('utc')
    expect(formatExact(AT)).toBe(both)
  })

  test('mean the same when they are typed', () => {
    const year = { min: Date.UTC(2020, 0, 1), max: Date.UTC(2026, 0, 1) }
    const hours = fc.constantFrom(FIRST_HALF_PAST_TWO, SECOND_HALF_PAST_TWO, Date.UTC(2021, 2, 28, 1, 0))
    fc.assert(
      fc.property(fc.oneof(fc.integer(year), hours), fc.constantFrom('local', 'utc'), (atMs, times: ShownTimes) => {
        show(times)
        const read = readWhen(formatTime(atMs), { bound: 'low', nowMs: AT, zone: shownZone() })
        expect(read).toMatchObject({ atMs })
      }),
    )
  })

  test('that are typed and were there twice are refused with both, and not in UTC', () => {
    const typed = () => readWhen('2021-10-31 02:30', { bound: 'low', nowMs: AT, zone: shownZone() })
    expect(typed()).toMatchObject({ fault: { code: 'twice' } })
    show('utc')
    expect(typed()).toMatchObject({ atMs: Date.UTC(2021, 9, 31, 2, 30) })
  })

  test('are none where no calendar has them: the number is shown, and nothing is thrown', () => {
    const all = [formatTime, formatSecond, formatMinute, formatDayMinute, formatClock, formatExactClock, formatUtc]
    const odd = [NaN, Infinity, 8.64e15, -8.64e15, 2 ** 64, -1e18, Date.UTC(10_000, 0), -62_135_596_800_000]
    for (const times of ['local', 'utc'] as const) {
      show(times)
      for (const atMs of odd) {
        expect([...all.map((f) => f(atMs)), formatInZone(atMs, 'Asia/Tokyo')]).toEqual(
          Array.from({ length: 8 }, () => String(atMs)),
        )
        expect(formatExact(atMs)).toContain(String(atMs))
        expect(isoTime(atMs)).toBeNull()
      }
    }
    fc.assert(
      fc.property(fc.double(), (atMs) => {
        expect(formatExact(atMs) + formatTime(atMs)).not.toMatch(/Invalid|NaN-/)
      }),
    )
    expect(formatTime(LAST_TIME_MS)).toBe('9999-12-30 00:00:00.000Z')
  })
})
