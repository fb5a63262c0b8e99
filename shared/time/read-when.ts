import { completeId, isEntryId, type EntryId } from '../entry-id'
import {
  asUtc,
  dayAfter,
  formatInZone,
  isWall,
  offsetText,
  startOfDay,
  timesOf,
  wallAt,
  type Wall,
  type Zone,
} from './zone'

/** What is wrong with what was typed for an id or a time. */
export type WhenFault =
  | { readonly code: 'unknown' | 'no-such-time' | 'before-1970' }
  /** The clocks of the zone were set over it. */
  | { readonly code: 'skipped'; readonly zone: Zone }
  /** The clocks of the zone showed it two times: both as they can be typed. */
  | { readonly code: 'twice'; readonly zone: Zone; readonly earlier: string; readonly later: string }

/** `atMs`: the time that was meant, null where an id was typed. */
export type WhenRead = { readonly id: EntryId; readonly atMs: number | null } | { readonly fault: WhenFault }

export interface WhenContext {
  /** Which end of a time is meant: of a millisecond, or of a day. */
  readonly bound: 'low' | 'high'
  /** Of the server, whose clock ids are of. */
  readonly nowMs: number
  /** What a time is in that names none. */
  readonly zone: Zone
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1_000, sec: 1_000, m: 60_000, min: 60_000, h: 3_600_000, hour: 3_600_000, hours: 3_600_000 },
  ...{ d: 86_400_000, day: 86_400_000, days: 86_400_000, w: 604_800_000, week: 604_800_000, weeks: 604_800_000 },
}
const PART = /(\d{1,12}(?:\.\d{1,6})?)\s*(ms|sec|s|min|m|hours|hour|h|days|day|d|weeks|week|w)(?![a-z])/y
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?`
const ZONE = String.raw`(?:\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?`
const DATED = new RegExp(String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:t|\s+)${TIME})?${ZONE}$`)
const NAMED = new RegExp(String.raw`^(?:(today|yesterday)(?:\s+(?:at\s+)?${TIME})?|${TIME})${ZONE}$`)
const EPOCH = /^(\d{10}|\d{13}|\d{16})(?:\.(\d+))?$/

class Faulty extends Error {
  constructor(readonly fault: WhenFault) {
    super(fault.code)
  }
}

/**
 * What a person types for a place in a stream: an id; a time since 1970 in s, ms or µs, by its 10, 13 or 16 digits; a number of any other
 * length is the first half of an id; a date, and a time, with any fraction of a second and a zone if need be; `03:00` (the last time it
 * was), `today`, `yesterday 14:00`; how long ago (`1h30m`, `2 h ago`); `now`. A day is meant from its beginning, and as an end to its
 * end. A time that the clocks did not show, or showed twice, is refused.
 */
export function readWhen(text: string, context: WhenContext): WhenRead {
  const typed = text.trim().toLowerCase()
  if (isEntryId(typed)) return { id: typed, atMs: null }
  try {
    const atMs = epoch(typed) ?? ago(typed, context) ?? dated(typed, context) ?? named(typed, context)
    if (atMs !== null) {
      if (atMs < 0) throw new Faulty({ code: 'before-1970' })
      return { id: completeId(String(atMs), context.bound) ?? '0-0', atMs }
    }
  } catch (error) {
    if (error instanceof Faulty) return { fault: error.fault }
    throw error
  }
  const id = completeId(typed, context.bound)
  return id === null ? { fault: { code: 'unknown' } } : { id, atMs: null }
}

/** The same time for those who read it in another zone: a date or a time of day has the offset of `zone` then behind it, where it named none. */
export function withZone(text: string, context: WhenContext): string {
  const typed = text.trim().toLowerCase()
  const [dated, named] = [DATED.exec(typed), NAMED.exec(typed)]
  if ((dated ?? named) === null || (dated?.[8] ?? named?.[10]) !== undefined) return text
  const read = readWhen(typed, context)
  return 'id' in read && read.atMs !== null ? `${text.trim()} ${offsetText(read.atMs, context.zone)}` : text
}

function epoch(typed: string): number | null {
  const [, digits, part = ''] = EPOCH.exec(typed) ?? []
  if (digits === undefined) return null
  if (digits.length === 10) return Number(digits) * 1_000 + Number(part.padEnd(3, '0').slice(0, 3))
  return Number(digits.slice(0, 13))
}

/** `1h30m`, `2 h ago`, `now`. */
function ago(typed: string, { nowMs }: WhenContext): number | null {
  if (typed === 'now') return Math.floor(nowMs)
  const spans = typed.replace(/\s*\bago$/, '')
  let sum = 0
  for (let at = 0; at < spans.length;) {
    PART.lastIndex = at
    const [all = '', count, unit = ''] = PART.exec(spans) ?? []
    if (count === undefined) return null
    sum += Number(count) * (UNITS[unit] ?? 0)
    at += all.length
    while (spans[at] === ' ') at += 1
  }
  return spans === '' ? null : Math.floor(nowMs - sum)
}

function dated(typed: string, context: WhenContext): number | null {
  const found = DATED.exec(typed)
  if (found === null) return null
  const [year, month, day] = found.slice(1, 4).map(Number) as [number, number, number]
  return timeOn({ year, month, day }, found.slice(4, 8), found[8], context)
}

function named(typed: string, context: WhenContext): number | null {
  const found = NAMED.exec(typed)
  if (found === null) return null
  const name = found[1]
  const zone = found[10]
  const offset = offsetOf(zone)
  const today = offset === null ? wallAt(context.nowMs, context.zone) : wallAt(context.nowMs + offset, 'UTC')
  if (name !== undefined) {
    return timeOn(dayAfter(today, name === 'today' ? 0 : -1), found.slice(2, 6), zone, context)
  }
  const time = found.slice(6, 10)
  const atMs = timeOn(today, time, zone, context)
  return atMs <= context.nowMs ? atMs : timeOn(dayAfter(today, -1), time, zone, context)
}

/** `time`: hour, minute, second and its fraction, as far as they were typed. Throws `Faulty`. */
function timeOn(
  { year, month, day }: Pick<Wall, 'year' | 'month' | 'day'>,
  [hour, minute, second = '0', part = '']: readonly (string | undefined)[],
  zone: string | undefined,
  { bound, zone: usual }: WhenContext,
): number {
  const ms = Number(part.padEnd(3, '0').slice(0, 3))
  const isDay = hour === undefined
  const wall = { year, month, day, hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second), ms }
  if (!isWall(wall)) throw new Faulty({ code: 'no-such-time' })
  const offset = offsetOf(zone)
  if (offset !== null) {
    const atMs = asUtc(wall) - offset
    return isDay && bound === 'high' ? atMs + 86_400_000 - 1 : atMs
  }
  if (isDay) return bound === 'low' ? startOfDay(wall, usual) : startOfDay(dayAfter(wall, 1), usual) - 1
  const [earlier, later] = timesOf(wall, usual)
  if (earlier === undefined) throw new Faulty({ code: 'skipped', zone: usual })
  if (later === undefined) return earlier
  throw new Faulty({
    ...{ code: 'twice', zone: usual },
    ...{ earlier: formatInZone(earlier, usual), later: formatInZone(later, usual) },
  })
}

/** Of a zone that was typed, ms; null: none was. Throws `Faulty`. */
function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (Number(hours) > 14 || Number(minutes) > 59) throw new Faulty({ code: 'no-such-time' })
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
