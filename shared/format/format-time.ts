import { shownTimes } from '../time/shown-zone'
import { formatInZone, isDrawn, localZone, timesOf, wallAt } from '../time/zone'
import { units } from '../words/units'
import { formatDuration } from './format-duration'

const DAY_MS = 86_400_000

/** How long ago, or how soon: "now", "42 min ago", "in 3 s". */
export function formatRelative(atMs: number, nowMs: number): string {
  const ago = nowMs - atMs
  if (Math.abs(ago) < 1_000) return units.now
  return ago > 0 ? units.ago(formatDuration(ago)) : units.inFuture(formatDuration(-ago))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function localText(atMs: number): string {
  const date = new Date(atMs)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** What follows a time as it is shown: `Z` in UTC; of a local one its offset where the clocks showed it twice, else nothing. */
function zoneText(atMs: number): string {
  if (shownTimes() === 'utc') return 'Z'
  // Only about a day on which the clocks are set.
  const offset = (ms: number): number => new Date(ms).getTimezoneOffset()
  if (offset(atMs - DAY_MS) === offset(atMs + DAY_MS)) return ''
  const zone = localZone()
  return timesOf(wallAt(atMs, zone), zone).length > 1 ? formatInZone(atMs, zone).slice(23) : ''
}

function shownText(atMs: number, from: number, to: number): string {
  if (!isDrawn(atMs)) return String(atMs)
  const text = shownTimes() === 'utc' ? new Date(atMs).toISOString().replace('T', ' ') : localText(atMs)
  return text.slice(from, to) + zoneText(atMs)
}

/** To the millisecond, as times are shown: "2021-05-15 06:55:39.960", in UTC with a Z; what was twice has its offset: " +02:00". */
export function formatTime(atMs: number): string {
  return shownText(atMs, 0, 23)
}

/** Likewise to the second. */
export function formatSecond(atMs: number): string {
  return shownText(atMs, 0, 19)
}

/** Likewise to the minute. */
export function formatMinute(atMs: number): string {
  return shownText(atMs, 0, 16)
}

/** Likewise to the minute, without its year. */
export function formatDayMinute(atMs: number): string {
  return shownText(atMs, 5, 16)
}

/** The time of day to the second: "06:55:39". */
export function formatClock(atMs: number): string {
  return shownText(atMs, 11, 19)
}

/** The same to the millisecond. */
export function formatExactClock(atMs: number): string {
  return shownText(atMs, 11, 23)
}

/** Universal time to the millisecond: "2021-05-15 04:55:39.960 UTC". */
export function formatUtc(atMs: number): string {
  return formatInZone(atMs, 'UTC')
}

/** Both, for a tooltip, however times are shown. */
export function formatExact(atMs: number): string {
  return `${units.localTime(formatInZone(atMs, localZone()))}\n${formatUtc(atMs)}`
}
