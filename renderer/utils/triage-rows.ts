import { displayBytes, type Bytes } from '../../shared/bytes'
import { idTimeMs } from '../../shared/entry-id'
import type { GroupSummary, StreamSummary } from '../../shared/model/stream'
import { groupKey } from './group-key'
import { groupHealth, lagTimeMs, type Health, type HealthWords } from './stream-health'

/** A group of a stream, as a row of the home screen. */
export interface TriageRow {
  readonly id: string
  readonly key: Bytes
  readonly group: GroupSummary
  readonly streamName: string
  readonly groupName: string
  readonly health: HealthWords
  /** How far behind the stream's end it is, by the times in the ids, ms. */
  readonly behindMs: number | null
  /** When its oldest pending entry was added, ms since 1970. */
  readonly oldestAtMs: number | null
}

export function triageRows(summaries: Iterable<StreamSummary>, stalledAfterMs: number): readonly TriageRow[] {
  const rows: TriageRow[] = []
  for (const { key, groups, lastId } of summaries) {
    for (const group of groups) {
      const hasLag = group.lag.value === null ? null : group.lag.value > 0
      rows.push({
        id: groupKey(key, group.name),
        key,
        group,
        streamName: displayBytes(key),
        groupName: displayBytes(group.name),
        health: groupHealth(group, lastId, stalledAfterMs),
        behindMs: hasLag === false ? 0 : lagTimeMs(group.lastDeliveredId, lastId),
        oldestAtMs: group.oldestPendingId === null ? null : idTimeMs(group.oldestPendingId),
      })
    }
  }
  return rows
}

const SEVERITY: Readonly<Record<Health, number>> = { bad: 0, warn: 1, good: 2, quiet: 3 }

function lagOf({ group }: TriageRow): number {
  return Number(group.lag.value ?? 0)
}

// By powers of two, so that rows keep their places while figures tick.
function size(value: number): number {
  return Math.floor(Math.log2(value + 1))
}

/** Worst first: by health, then by what stalled consumers hold, then by all there is to do; then by name. */
export function byWorst(a: TriageRow, b: TriageRow): number {
  return (
    SEVERITY[a.health.health] - SEVERITY[b.health.health] ||
    size(b.group.stalledPending ?? 0) - size(a.group.stalledPending ?? 0) ||
    size(b.group.pending + lagOf(b)) - size(a.group.pending + lagOf(a)) ||
    byName(a, b)
  )
}

function byName(a: TriageRow, b: TriageRow): number {
  if (a.streamName !== b.streamName) return a.streamName < b.streamName ? -1 : 1
  return a.groupName < b.groupName ? -1 : 1
}

type Measure = (row: TriageRow) => number | null

const MEASURES: Readonly<Record<string, Measure>> = {
  health: (row) => -SEVERITY[row.health.health],
  pending: ({ group }) => group.pending,
  oldest: ({ oldestAtMs }) => (oldestAtMs === null ? null : -oldestAtMs),
  lag: ({ group }) => (group.lag.value === null ? null : Number(group.lag.value)),
  behind: ({ behindMs }) => behindMs,
  consumers: ({ group }) => group.consumers,
}

export interface RowSort {
  readonly column: string
  readonly direction: 'ascending' | 'descending'
}

/** The rows in order: as chosen, else worst first. What is not known comes last either way. */
export function sortRows(rows: readonly TriageRow[], sort: RowSort | null): readonly TriageRow[] {
  if (!sort) return rows.toSorted(byWorst)
  const sign = sort.direction === 'ascending' ? 1 : -1
  const measure = MEASURES[sort.column]
  if (measure) {
    return rows.toSorted((a, b) => {
      const [left, right] = [measure(a), measure(b)]
      if (left === null || right === null) return Number(left === null) - Number(right === null) || byName(a, b)
      return sign * (left - right) || byName(a, b)
    })
  }
  const name = sort.column === 'group' ? 'groupName' : 'streamName'
  return rows.toSorted((a, b) => sign * (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : 0) || byName(a, b))
}
