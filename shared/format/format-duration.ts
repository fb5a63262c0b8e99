import { units } from '../words/units'
import { formatCount } from './format-count'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/**
 * A span of time in one unit, or two where one would be coarse: "850 ms", "42 s", "42 min", "3 h 20 min", "2 d 4 h",
 * "41 d", "5 y 188 d". Rounds down, so that nothing is said to have lasted longer than it did.
 */
export function formatDuration(ms: number): string {
  const span = Math.max(0, Math.floor(ms))
  if (span < SECOND) return `${span} ${units.millisecond}`
  if (span < MINUTE) return one(span, SECOND, units.second)
  if (span < HOUR)
    return span < 5 * MINUTE
      ? twoUnits(span, MINUTE, units.minute, SECOND, units.second)
      : one(span, MINUTE, units.minute)
  if (span < DAY) return twoUnits(span, HOUR, units.hour, MINUTE, units.minute)
  if (span >= 2 * YEAR) return twoUnits(span, YEAR, units.year, DAY, units.day)
  return span < 10 * DAY ? twoUnits(span, DAY, units.day, HOUR, units.hour) : one(span, DAY, units.day)
}

/**
 * How long a command and its reply took: "< 0.1 ms", "0.4 ms", "12 ms". Rounded; what was measured is never said to be nothing.
 */
export function formatRoundTrip(ms: number): string {
  if (ms < 0.1) return `< 0.1 ${units.millisecond}`
  const tenths = Math.round(ms * 10) / 10
  return `${tenths < 10 ? tenths.toFixed(1) : formatCount(Math.round(ms))} ${units.millisecond}`
}

function one(span: number, unit: number, name: string): string {
  return `${Math.floor(span / unit)} ${name}`
}

function twoUnits(span: number, unit: number, name: string, lesserUnit: number, lesserName: string): string {
  const rest = Math.floor((span % unit) / lesserUnit)
  return rest === 0 ? one(span, unit, name) : `${one(span, unit, name)} ${rest} ${lesserName}`
}
