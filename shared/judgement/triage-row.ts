import type { Bytes } from '../bytes'
import { idTimeMs } from '../entry-id'
import { groupKey } from '../group-key'
import type { GroupSummary, StreamSummary } from '../model/stream'
import { GROUP_HEALTH, groupState, type GroupState } from './group-health'
import { isLagging, lagTimeMs } from './lagging'
import { SEVERITY } from './severity'
import type { Thresholds } from './thresholds'

/** A group of a stream, as a row of the home screen. */
export interface TriageRow {
  readonly id: string
  readonly key: Bytes
  readonly group: GroupSummary
  readonly state: GroupState
  readonly isLagging: boolean
  /** How far behind the stream's end it is, by the times in the ids, ms. */
  readonly behindMs: number | null
  /** When its oldest pending entry was added, ms since 1970. */
  readonly oldestAtMs: number | null
  /** The greater, the worse. */
  readonly badness: number
}

// In powers of two, so that rows keep their places while figures tick.
function bits(value: number): number {
  return Math.min(63, Math.floor(Math.log2(value + 1)))
}

/** By health, then by what stalled consumers hold, then by all there is to do. */
function badness({ pending, lag, stalledPending }: GroupSummary, state: GroupState): number {
  const backlog = pending + Number(lag.value ?? 0)
  return (SEVERITY[GROUP_HEALTH[state]] * 64 + bits(stalledPending ?? 0)) * 64 + bits(backlog)
}

/** The groups of one stream, in the summary's order. */
export function triageRows({ key, groups, lastId }: StreamSummary, thresholds: Thresholds): readonly TriageRow[] {
  return groups.map((group) => {
    const state = groupState(group, lastId, thresholds)
    const hasNoLag = group.lag.value !== null && group.lag.value <= 0
    return {
      id: groupKey(key, group.name),
      key,
      group,
      state,
      isLagging: isLagging(group, lastId, thresholds),
      behindMs: hasNoLag ? 0 : lagTimeMs(group.lastDeliveredId, lastId),
      oldestAtMs: group.oldestPendingId === null ? null : idTimeMs(group.oldestPendingId),
      badness: badness(group, state),
    }
  })
}

/** Worst first; the rest as they came, which is by name. */
export function worstFirst<Row extends Pick<TriageRow, 'badness'>>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => b.badness - a.badness)
}
