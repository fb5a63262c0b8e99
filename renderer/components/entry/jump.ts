import { completeId, type EntryId } from '../../../shared/entry-id'

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }
const SPAN = /^(\d+)\s*(s|m|min|h|d)(?:\s+ago)?$/i
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)\s*(Z|UTC|[+-]\d{2}:\d{2})?)?$/i

/**
 * What a person types to go somewhere in a stream: an id, its first half (ms), a date and time (local unless it names its
 * zone), or how long ago (`10m`, `2 h ago`). `bound` says which end of a millisecond is meant. Null when it is none of these.
 */
export function parseJump(text: string, bound: 'low' | 'high', nowMs: number): EntryId | null {
  const typed = text.trim()
  const id = completeId(typed, bound)
  if (id !== null) return id
  const atMs = spanAgo(typed, nowMs) ?? dateMs(typed)
  return atMs === null || atMs < 0 ? null : completeId(String(atMs), bound)
}

function spanAgo(typed: string, nowMs: number): number | null {
  const [, count, unit] = SPAN.exec(typed) ?? []
  const unitMs = unit === undefined ? undefined : UNITS[unit.toLowerCase()]
  return count === undefined || unitMs === undefined ? null : Math.floor(nowMs - Number(count) * unitMs)
}

function dateMs(typed: string): number | null {
  const [, day, time = '00:00', zone] = DATE.exec(typed) ?? []
  if (day === undefined) return null
  const atMs = Date.parse(`${day}T${time}${zone === undefined ? '' : zone.toUpperCase().replace('UTC', 'Z')}`)
  return Number.isNaN(atMs) ? null : atMs
}
