/** A time zone by its name in the IANA database: `Europe/Berlin`, `UTC`. */
export type Zone = string

/** What a clock on the wall shows. `month` from 1. */
export interface Wall {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Times are drawn that have a year of four digits in every zone, up to this one. */
export const LAST_TIME_MS = Date.UTC(9999, 11, 30)
const FIRST_TIME_MS = Date.UTC(1000, 0, 2)
const formats = new Map<Zone, Intl.DateTimeFormat>()

/** Of the machine, or of the browser. */
export function localZone(): Zone {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Whether there are clocks of it here. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** What the clocks of a zone show at a time, ms since 1970. */
export function wallAt(atMs: number, zone: Zone): Wall {
  let format = formats.get(zone)
  if (format === undefined) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
    const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('en-US', { ...parts, ...time, timeZone: zone })
    formats.set(zone, format)
  }
  const shown = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0
  return {
    ...{ year: part('year'), month: part('month'), day: part('day') },
    ...{ hour: part('hour'), minute: part('minute'), second: part('second'), ms: ((atMs % 1000) + 1000) % 1000 },
  }
}

/** By how much a zone is ahead of UTC then, ms. */
export function offsetAt(atMs: number, zone: Zone): number {
  return asUtc(wallAt(atMs, zone)) - atMs
}

/** The times at which the clocks of a zone show this, the earlier first: one as a rule, none where they were set over it, two where they were set back. */
export function timesOf(wall: Wall, zone: Zone): readonly number[] {
  const guess = asUtc(wall)
  const offsets = new Set([offsetAt(guess - DAY_MS, zone), offsetAt(guess + DAY_MS, zone)])
  return [...offsets]
    .map((offset) => guess - offset)
    .filter((atMs) => offsetAt(atMs, zone) === guess - atMs)
    .sort((a, b) => a - b)
}

/** When a day begins in a zone; where clocks are set over midnight, when they are. */
export function startOfDay(day: Pick<Wall, 'year' | 'month' | 'day'>, zone: Zone): number {
  const midnight = { ...day, hour: 0, minute: 0, second: 0, ms: 0 }
  const guess = asUtc(midnight)
  return timesOf(midnight, zone)[0] ?? guess - offsetAt(guess - DAY_MS, zone)
}

/** The day so many days later. */
export function dayAfter(
  { year, month, day }: Pick<Wall, 'year' | 'month' | 'day'>,
  days: number,
): Pick<Wall, 'year' | 'month' | 'day'> {
  const then = new Date(Date.UTC(year, month - 1, day + days))
  return { year: then.getUTCFullYear(), month: then.getUTCMonth() + 1, day: then.getUTCDate() }
}

/** Whether there is such a day and time. */
export function isWall(wall: Wall): boolean {
  const { year, month, day, hour, minute, second } = wall
  const then = new Date(asUtc(wall))
  const isDay = then.getUTCFullYear() === year && then.getUTCMonth() + 1 === month && then.getUTCDate() === day
  return isDay && hour < 24 && minute < 60 && second < 60
}

/** Whether it can be drawn as a date. What a server, a file or a program says need not be: it is shown as the number that it is. */
export function isDrawn(atMs: number): boolean {
  return atMs >= FIRST_TIME_MS && atMs <= LAST_TIME_MS
}

/** For programs, in UTC: `2021-05-15T04:55:39.960Z`; null where it can't be drawn. */
export function isoTime(atMs: number): string | null {
  return isDrawn(atMs) ? new Date(atMs).toISOString() : null
}

/** To the millisecond and with its zone, so that it can be read again: `2021-05-15 06:55:39.960 +02:00`. */
export function formatInZone(atMs: number, zone: Zone): string {
  if (!isDrawn(atMs)) return String(atMs)
  const offset = offsetAt(atMs, zone)
  const shown = new Date(atMs + offset).toISOString().replace('T', ' ').replace('Z', '')
  return `${shown} ${offsetText(atMs, zone)}`
}

/** As it is typed behind a time: `UTC`, `+02:00`. */
export function offsetText(atMs: number, zone: Zone): string {
  if (zone === 'UTC') return zone
  const offset = offsetAt(atMs, zone)
  const minutes = Math.abs(Math.round(offset / MINUTE_MS))
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** As if it were UTC. */
export function asUtc({ year, month, day, hour, minute, second, ms }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute, second, ms)
}
