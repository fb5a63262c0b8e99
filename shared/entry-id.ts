import { z } from 'zod'

/**
 * An entry id, `<ms>-<seq>`: two unsigned 64-bit halves, so never a number, and never to be compared as text
 * (https://redis.io/docs/latest/develop/data-types/streams/#entry-ids).
 */
export type EntryId = string

const HALF = /^(0|[1-9]\d{0,19})$/
const MAX_HALF = (1n << 64n) - 1n
const GREATEST = String(MAX_HALF)

export const MIN_ID: EntryId = '0-0'
export const MAX_ID: EntryId = `${MAX_HALF}-${MAX_HALF}`

interface Parts {
  readonly ms: bigint
  readonly seq: bigint
}

function parseHalf(text: string): bigint | null {
  if (!HALF.test(text)) return null
  const half = BigInt(text)
  return half <= MAX_HALF ? half : null
}

function parts(text: string): Parts | null {
  const [ms, seq, ...rest] = text.split('-')
  if (ms === undefined || seq === undefined || rest.length > 0) return null
  const high = parseHalf(ms)
  const low = parseHalf(seq)
  return high === null || low === null ? null : { ms: high, seq: low }
}

function mustParse(id: EntryId): Parts {
  const parsed = parts(id)
  if (!parsed) throw new RangeError(`not an entry id: ${id}`)
  return parsed
}

export function isEntryId(text: string): boolean {
  return splitId(text) !== null
}

/** What is none is told by a message of this code. */
export const entryId = z.string().max(41).refine(isEntryId, 'input.entry-id')

/** Negative, zero or positive, as for `Array.sort`. Throws RangeError on what is not an id. */
export function compareIds(a: EntryId, b: EntryId): number {
  return comparedWith(b)(a)
}

/** `compareIds` of many with one and the same, which is taken apart once. */
export function comparedWith(b: EntryId): (a: EntryId) => number {
  const [rightMs, rightSeq] = halves(b)
  return (a) => {
    const [leftMs, leftSeq] = halves(a)
    return compareHalves(leftMs, rightMs) || compareHalves(leftSeq, rightSeq)
  }
}

const ID = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,19})$/

function halves(id: EntryId): readonly [ms: string, seq: string] {
  const split = splitId(id)
  if (split === null) throw new RangeError(`not an entry id: ${id}`)
  return split
}

function splitId(text: string): readonly [ms: string, seq: string] | null {
  const [, ms, seq] = ID.exec(text) ?? []
  if (ms === undefined || seq === undefined) return null
  return compareHalves(ms, GREATEST) > 0 || compareHalves(seq, GREATEST) > 0 ? null : [ms, seq]
}

/** Decimals without leading zeros: the longer one is the greater, and of two as long the first other digit tells. */
function compareHalves(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a === b ? 0 : a < b ? -1 : 1
}

/** The smallest id greater than this one, or null after the greatest there is. */
export function nextId(id: EntryId): EntryId | null {
  const { ms, seq } = mustParse(id)
  if (seq < MAX_HALF) return `${ms}-${seq + 1n}`
  return ms < MAX_HALF ? `${ms + 1n}-0` : null
}

/** The greatest id smaller than this one, or null before 0-0. */
export function previousId(id: EntryId): EntryId | null {
  const { ms, seq } = mustParse(id)
  if (seq > 0n) return `${ms}-${seq - 1n}`
  return ms > 0n ? `${ms - 1n}-${MAX_HALF}` : null
}

/** Before Redis had streams, with room: ids that clients wrote in seconds, or count from 1, lie before it. */
const FIRST_TIME_MS = Date.UTC(2010)
const DAY_MS = 86_400_000

/**
 * The time in an id, ms since 1970 UTC; null where it holds none: ids need not be times, and one before 2010 or beyond
 * tomorrow (of seconds, of microseconds, of a counter) is taken for none. `nowMs`: by the server's clock where it is known.
 */
export function idTimeMs(id: EntryId, nowMs = Date.now()): number | null {
  const { ms } = mustParse(id)
  return ms >= BigInt(FIRST_TIME_MS) && ms <= BigInt(Math.round(nowMs) + DAY_MS) ? Number(ms) : null
}

/** So far clocks of producers may be ahead of the server's, and still tell when an entry came. */
const AHEAD_MS = 60_000

/**
 * How long ago an entry was added, by the time in its id, ms; null where that holds none, or one that is yet to come: of a clock
 * that is ahead, or of one that was set back since, when all that is added has the last id's time.
 */
export function idAgeMs(id: EntryId, nowMs: number): number | null {
  const atMs = idTimeMs(id, nowMs)
  return atMs === null || atMs > nowMs + AHEAD_MS ? null : Math.max(0, nowMs - atMs)
}

/** The milliseconds between the times of two ids, as a number; approximate beyond 2^53. For estimates and axes only. */
export function idDistanceMs(from: EntryId, to: EntryId): number {
  return Number(mustParse(to).ms - mustParse(from).ms)
}

/**
 * What a person may type for an id: a whole id, or its first half, which means the first (`low`) or last (`high`) entry
 * of that millisecond, as XRANGE reads it. Null when it is neither.
 */
export function completeId(text: string, bound: 'low' | 'high'): EntryId | null {
  const typed = text.trim()
  if (isEntryId(typed)) return typed
  const ms = parseHalf(typed)
  return ms === null ? null : `${ms}-${bound === 'low' ? 0n : MAX_HALF}`
}
