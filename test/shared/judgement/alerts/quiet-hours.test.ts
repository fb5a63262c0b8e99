import { expect, it } from 'vitest'
import { isQuiet } from '../../../../shared/judgement/alerts/quiet-hours'

const ALL = [0, 1, 2, 3, 4, 5, 6]
const night = { days: ALL, fromMinute: 22 * 60, toMinute: 7 * 60 }
const at = (text: string): number => Date.parse(text)

it.each([
  ['before it begins', night, '2026-11-30T21:59:59Z', false],
  ['as it begins', night, '2026-11-30T22:00:00Z', true],
  ['after midnight', night, '2026-12-01T06:59:59Z', true],
  ['as it ends', night, '2026-12-01T07:00:00Z', false],
  ['of a day it does not begin on', { ...night, days: [1] }, '2026-12-01T22:30:00Z', false],
  ['of the night that began the day before', { ...night, days: [1] }, '2026-12-01T03:00:00Z', true],
  ['of the morning after a day it does not begin on', { ...night, days: [1] }, '2026-12-02T03:00:00Z', false],
  ['a whole Sunday', { days: [0], fromMinute: 0, toMinute: 1440 }, '2026-11-29T23:59:59Z', true],
  ['the Monday after', { days: [0], fromMinute: 0, toMinute: 1440 }, '2026-11-30T00:00:00Z', false],
  ['from noon to noon', { days: [1], fromMinute: 720, toMinute: 720 }, '2026-12-01T11:59:00Z', true],
  ['after noon to noon', { days: [1], fromMinute: 720, toMinute: 720 }, '2026-12-01T12:00:00Z', false],
  ['none', null, '2026-12-01T03:00:00Z', false],
])('%s', (_what, quiet, time, expected) => {
  expect(isQuiet(quiet, at(time), 'UTC')).toBe(expected)
})

it('goes by the clocks of the zone, also when they are changed', () => {
  expect(isQuiet(night, at('2026-07-01T20:30:00Z'), 'Europe/Berlin')).toBe(true)
  expect(isQuiet(night, at('2026-12-01T20:30:00Z'), 'Europe/Berlin')).toBe(false)
  // 02:30 of the night in which the clocks go from 02:00 to 03:00 is not there: 03:30 is an hour after 01:30.
  const early = { days: ALL, fromMinute: 120, toMinute: 210 }
  expect(isQuiet(early, at('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toBe(false)
  expect(isQuiet(early, at('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe(true)
  expect(isQuiet(early, at('2026-03-29T01:30:00Z'), 'Europe/Berlin')).toBe(false)
  expect(isQuiet(early, at('2026-07-01T00:00:00Z'), 'Asia/Kathmandu')).toBe(false)
})
