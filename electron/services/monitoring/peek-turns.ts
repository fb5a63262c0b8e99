import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { PendingPeek } from '../../../shared/judgement/pending-peek'
import type { NeglectedEntry, PeekedPage } from '../../redis/stream-look'

/** What is kept of them in one group. */
const MOST_NEGLECTED = 60

/** So many more than were looked at may wait for their turn. */
const FEW_MORE = 200

const HEAD_LATER = 8

interface Pages {
  readonly peek: PendingPeek
  readonly neglected: readonly NeglectedEntry[]
}

interface Turns {
  /** The oldest ones, as they were looked at last. */
  readonly head: PeekedPage
  readonly headAtMs: number
  /** What lies behind, of the last time that it was gone through to its end; null: it never was. */
  readonly rest: Pages | null
  /** What was looked at of it by now, this time. */
  readonly pass: Pages | null
  /** The last entry of that. */
  readonly upTo: EntryId
}

/**
 * How far the pending list of each group was looked at. It may be long: the oldest entries are looked at each time, and the
 * others in turns, a page after the other, over and over again.
 */
export interface PeekTurns {
  /** After which entry to go on; null: with the oldest ones, which are looked at again once `againAfterMs` have gone by. */
  next(groupId: string, nowMs: number, againAfterMs: number): EntryId | null
  /** Takes in what was looked at; gives what is known by it. */
  note(groupId: string, page: PeekedPage | null, after: EntryId | null, nowMs: number): PendingPeek | null
  /** Whether so many pending ones are more than were ever looked at: then it is not to be kept waiting. */
  isOpen(groupId: string, pending: number): boolean
  neglected(groupId: string): readonly NeglectedEntry[]
  /** The entry behind the oldest ones that was delivered most often, to be looked at again; null: none was so too often. */
  poisonBehind(groupId: string): EntryId | null
  /** It is pending no more: what lies behind the oldest ones is gone through anew. */
  forgetBehind(groupId: string): void
  forget(groupId: string): void
}

export function createPeekTurns(): PeekTurns {
  const groups = new Map<string, Turns>()
  return {
    next(groupId, nowMs, againAfterMs) {
      const turns = groups.get(groupId)
      if (turns === undefined || turns.head.isEnd) return null
      // Until all of it was looked at once, that comes first.
      const dueAfterMs = turns.rest === null ? HEAD_LATER * againAfterMs : againAfterMs
      return nowMs - turns.headAtMs > dueAfterMs ? null : turns.upTo
    },
    note(groupId, page, after, nowMs) {
      const before = groups.get(groupId)
      if (after === null) {
        if (page === null) groups.delete(groupId)
        else groups.set(groupId, withHead(before, page, nowMs))
      } else if (before) groups.set(groupId, withMore(before, page))
      const turns = groups.get(groupId)
      return turns === undefined ? null : toldOf(turns)
    },
    isOpen(groupId, pending) {
      const turns = groups.get(groupId)
      if (turns === undefined) return false
      if (!turns.head.isEnd && turns.rest === null) return true
      return pending > 1.5 * (turns.head.peek.looked + (turns.rest?.peek.looked ?? 0)) + FEW_MORE
    },
    neglected(groupId) {
      const { head, rest, pass } = groups.get(groupId) ?? {}
      return [...(head?.neglected ?? []), ...(pass?.neglected ?? []), ...(rest?.neglected ?? [])].slice(
        0,
        MOST_NEGLECTED,
      )
    },
    poisonBehind(groupId) {
      const peek = groups.get(groupId)?.rest?.peek
      return peek && peek.poison > 0 ? peek.mostId : null
    },
    forgetBehind(groupId) {
      const turns = groups.get(groupId)
      if (turns) groups.set(groupId, { ...turns, rest: null, pass: null, upTo: turns.head.lastId })
    },
    forget: (groupId) => void groups.delete(groupId),
  }
}

function withHead(before: Turns | undefined, head: PeekedPage, headAtMs: number): Turns {
  if (before === undefined || head.isEnd) return { head, headAtMs, rest: null, pass: null, upTo: head.lastId }
  const upTo = compareIds(before.upTo, head.lastId) > 0 ? before.upTo : head.lastId
  return { ...before, head, headAtMs, upTo }
}

function withMore(before: Turns, page: PeekedPage | null): Turns {
  const pass = page === null ? before.pass : together(before.pass, page)
  if (page !== null && !page.isEnd) return { ...before, pass, upTo: page.lastId }
  const none = { peek: { ...before.head.peek, looked: 0, poison: 0, mostDeliveries: 0 }, neglected: [] }
  return { ...before, rest: pass ?? none, pass: null, upTo: before.head.lastId }
}

function together(one: Pages | null, { peek, neglected }: Pages): Pages {
  if (one === null) return { peek, neglected }
  return { peek: sum(one.peek, peek), neglected: [...one.neglected, ...neglected].slice(0, MOST_NEGLECTED) }
}

function sum(one: PendingPeek, other: PendingPeek): PendingPeek {
  const most = other.mostDeliveries > one.mostDeliveries ? other : one
  return {
    ...one,
    mostDeliveries: most.mostDeliveries,
    mostId: most.mostId,
    looked: one.looked + other.looked,
    poison: one.poison + other.poison,
  }
}

/** Of what lies behind: what was found the last time, or by now this time, if that is more. */
function toldOf({ head, rest, pass }: Turns): PendingPeek {
  const isMore = pass !== null && (rest === null || pass.peek.poison > rest.peek.poison)
  const behind = isMore ? pass : rest
  const told = behind === null ? head.peek : sum(head.peek, behind.peek)
  const looked = head.peek.looked + Math.max(rest?.peek.looked ?? 0, pass?.peek.looked ?? 0)
  return { ...told, looked, isWhole: head.isEnd || rest !== null }
}
