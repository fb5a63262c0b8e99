import { units } from '../words/units'
import { formatDuration } from './format-duration'

/** How long ago, or how soon: "now", "42 min ago", "in 3 s". */
export function formatRelative(atMs: number, nowMs: number): string {
  const ago = nowMs - atMs
  if (Math.abs(ago) < 1_000) return units.now
  return ago > 0 ? units.ago(formatDuration(ago)) : units.inFuture(formatDuration(-ago))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Local time to the millisecond: "2021-05-15 06:55:39.960". */
export function formatLocal(atMs: number): string {
  const date = new Date(atMs)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Local time to the minute: "2021-05-15 06:55". */
export function formatLocalMinute(atMs: number): string {
  return formatLocal(atMs).slice(0, 16)
}

/** Universal time to the millisecond: "2021-05-15 04:55:39.960 UTC". */
export function formatUtc(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', ' UTC')
}

/** Both, for a tooltip. */
export function formatExact(atMs: number): string {
  return `${units.localTime(formatLocal(atMs))}\n${formatUtc(atMs)}`
}

/** Local wall time only: "06:55:39". */
export function formatClock(atMs: number): string {
  return formatLocal(atMs).slice(11, 19)
}
