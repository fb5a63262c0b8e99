import type { Bytes } from '../bytes'
import { idAgeMs, MIN_ID, type EntryId } from '../entry-id'
import { groupKey } from '../group-key'
import type { GroupSummary, StreamSummary } from '../model/stream'
import { GROUP_HEALTH, groupState, type GroupState } from './group-health'
import { isLagging } from './lagging'
import type { PendingPeek } from './pending-peek'
import { SEVERITY } from './severity'
import type { Thresholds } from './thresholds'
import { mostWaiting, NOT_WAITING, waitingOf, type SeenWaiting, type Waiting } from './waiting'

/** A group of a stream, as a row of the home screen. */
export interface TriageRow {
  readonly id: string
  readonly key: Bytes
  readonly group: GroupSummary
  readonly state: GroupState
  readonly isLagging: boolean
  /** How long its oldest unread entry has waited. */
  readonly waiting: Waiting
  /** The greater, the worse. */
  readonly badness: number
}

// In powers of two, so that rows keep their places while figures tick.
function bits(value: number): number {
  return Math.min(63, Math.floor(Math.log2(value + 1)))
}

/** By health, then by what consumers in trouble hold, then by all there is to do. */
function badness({ pending, lag, stalledPending, stuckPending }: GroupSummary, state: GroupState): number {
  const backlog = pending + Math.max(0, Number(lag.value ?? 0))
  const held = (stalledPending ?? 0) + (stuckPending ?? 0)
  return (SEVERITY[GROUP_HEALTH[state]] * 64 + bits(held)) * 64 + bits(backlog)
}

/**
 * The groups of one stream, in the summary's order. `seen`: what was seen before of the entries that wait; `peek`: of the
 * pending ones; `wasWhole`: all of them were looked at once.
 */
export function triageRows(
  { key, groups, atMs, lastId, ends }: StreamSummary,
  thresholds: Thresholds,
  seen: (groupId: string) => SeenWaiting | null = () => null,
  peek: (groupId: string) => PendingPeek | null = () => null,
  wasWhole: (groupId: string) => boolean = () => false,
): readonly TriageRow[] {
  return groups.map((group) => {
    const id = groupKey(key, group.name)
    const hasNone = group.lag.kind === 'exact' && group.lag.value !== null && group.lag.value <= 0
    const told = hasNone ? NOT_WAITING : waitingOf(group.unread, atMs, seen(id))
    const waiting = !hasNone && group.unread === null ? { ...told, atMostMs: mostWaiting(group, lastId, atMs) } : told
    const mayBeBeyond = ends === null && !isPast(group.lastDeliveredId, atMs)
    const state = groupState(group, waiting, thresholds, { peek: peek(id), wasWhole: wasWhole(id), mayBeBeyond })
    return {
      ...{ id, key, group, state, waiting },
      isLagging: isLagging(group, waiting, thresholds),
      badness: badness(group, state),
    }
  })
}

/** Where a stream's ends are not known, its group is surely not beyond them if it stands at a time that is over. */
function isPast(id: EntryId, nowMs: number | null): boolean {
  return id === MIN_ID || (nowMs !== null && idAgeMs(id, nowMs) !== null)
}

/** Worst first; the rest as they came, which is by name. */
export function worstFirst<Row extends Pick<TriageRow, 'badness'>>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => b.badness - a.badness)
}
