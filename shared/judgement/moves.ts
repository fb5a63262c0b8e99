import type { Lag } from '../model/group'

/** A group, and its stream, at one moment. Null: not known then. */
export interface GroupSample {
  readonly atMs: number
  readonly pending: number | null
  readonly lag: number | null
  readonly lagKind: Lag['kind']
  /** XINFO GROUPS: a counter, set anew by XGROUP SETID, and not told after one that gave none. */
  readonly entriesRead: number | null
  readonly consumers: number | null
  /** XINFO STREAM: a counter of all entries ever added. */
  readonly added: number | null
  readonly length: number | null
  /** Which process of the server it was: any number that another one does not have. */
  readonly run: number | null
}

/** Why figures of two moments don't follow from each other. */
export type MoveBreak = 'restarted' | 'stream-anew' | 'group-moved'

/** What went on between two moments, in entries. Null: the figures don't tell; never made up. */
export interface Move {
  readonly fromMs: number
  readonly toMs: number
  /** Added to the stream. */
  readonly in: number | null
  /** Read by the group for the first time. */
  readonly delivered: number | null
  /** Delivered, and pending no more: acked, as a rule; also what XCLAIM dropped for being gone, and what was read with NOACK. */
  readonly acked: number | null
  /** Gone from the stream: trimmed or deleted. */
  readonly removed: number | null
  readonly breaks: MoveBreak | null
}

/**
 * By counters (https://redis.io/docs/latest/commands/xinfo-stream/, xinfo-groups), which trims leave alone. A counter that goes back,
 * a group that read more than there was, or read without any consumer, and another process of the server are no movement:
 * the move has `breaks`, and what it would have told is null. A group that is set forward, with a count of no more than there was
 * to read, can't be told from one that read it.
 */
export function movesOf(samples: readonly GroupSample[]): readonly Move[] {
  return samples.slice(1).map((to, at) => moveOf(samples[at] ?? to, to))
}

const NOTHING = { in: null, delivered: null, acked: null, removed: null }

function moveOf(from: GroupSample, to: GroupSample): Move {
  const span = { fromMs: from.atMs, toMs: to.atMs }
  if (to.atMs <= from.atMs) return { ...span, ...NOTHING, breaks: null }
  if (from.run !== null && to.run !== null && from.run !== to.run) return { ...span, ...NOTHING, breaks: 'restarted' }
  const counted = less(to.added, from.added)
  if (counted !== null && counted < 0) return { ...span, ...NOTHING, breaks: 'stream-anew' }
  const added = counted ?? addedByLag(from, to)
  const grown = less(to.length, from.length)
  // Of what was not added by its counter, nothing can be said to be missing.
  const removed = counted === null || grown === null ? null : atLeastNone(counted - grown)
  const ofStream = { ...span, in: added, removed }
  const read = less(to.entriesRead, from.entriesRead)
  if (read !== null && isNoReading(read, added, from, to)) {
    return { ...ofStream, delivered: null, acked: null, breaks: 'group-moved' }
  }
  return { ...ofStream, delivered: read, acked: ackedOf(read, from, to), breaks: null }
}

/** A group set back or made anew; set forward beyond what was there to read; or moved with nobody to read. */
function isNoReading(read: number, added: number | null, from: GroupSample, to: GroupSample): boolean {
  if (read < 0) return true
  if (read > 0 && from.consumers === 0 && to.consumers === 0) return true
  return from.lagKind === 'exact' && from.lag !== null && added !== null && read > from.lag + added
}

/** Unread entries that grew in number, and those that were read: where the stream's counter is not known. */
function addedByLag(from: GroupSample, to: GroupSample): number | null {
  const isAlike = from.lagKind === to.lagKind && (to.lagKind === 'exact' || to.lagKind === 'reported')
  const lag = less(to.lag, from.lag)
  const read = less(to.entriesRead, from.entriesRead)
  return isAlike && lag !== null && read !== null && read >= 0 ? atLeastNone(lag + read) : null
}

/** More pending than was delivered was made so; with a consumer that is no more, what it held went, acked or not. */
function ackedOf(read: number | null, from: GroupSample, to: GroupSample): number | null {
  const held = less(to.pending, from.pending)
  if (read === null || held === null) return null
  if (held < 0 && (less(to.consumers, from.consumers) ?? 0) < 0) return null
  return atLeastNone(read - held)
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b
}

function atLeastNone(value: number): number | null {
  return value < 0 ? null : value
}
