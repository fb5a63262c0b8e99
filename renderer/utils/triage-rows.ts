import type { Bytes } from '../../shared/bytes'
import { idTimeMs } from '../../shared/entry-id'
import type { GroupSummary, StreamSummary } from '../../shared/model/stream'
import { displayName } from './display-name'
import { groupKey } from './group-key'
import { memoBy } from './memo-by'
import { naturalOrder } from './natural-order'
import { groupHealth, isLagging, lagTimeMs, SEVERITY, type HealthWords } from './stream-health'

/** A group of a stream, as a row of the home screen. */
export interface TriageRow {
  readonly id: string
  readonly key: Bytes
  readonly group: GroupSummary
  readonly streamName: string
  readonly groupName: string
  readonly health: HealthWords
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
function badness(group: GroupSummary, { health }: HealthWords): number {
  const backlog = group.pending + Number(group.lag.value ?? 0)
  return (SEVERITY[health] * 64 + bits(group.stalledPending ?? 0)) * 64 + bits(backlog)
}

/** The groups of one stream; worked out again only when the stream was read again. */
export const triageRows = memoBy((summary: StreamSummary, stalledAfterMs: number): readonly TriageRow[] => {
  const { key, groups, lastId } = summary
  const streamName = displayName(key)
  return groups.map((group) => {
    const health = groupHealth(group, lastId, stalledAfterMs)
    const hasNoLag = group.lag.value !== null && group.lag.value <= 0
    return {
      id: groupKey(key, group.name),
      key,
      group,
      streamName,
      groupName: displayName(group.name),
      health,
      isLagging: isLagging(group, lastId, stalledAfterMs),
      behindMs: hasNoLag ? 0 : lagTimeMs(group.lastDeliveredId, lastId),
      oldestAtMs: group.oldestPendingId === null ? null : idTimeMs(group.oldestPendingId),
      badness: badness(group, health),
    }
  })
})

/** Worst first; the rest as they came, which is by name. */
export function worstFirst(rows: readonly TriageRow[]): readonly TriageRow[] {
  return rows.toSorted((a, b) => b.badness - a.badness)
}

type Measure = (row: TriageRow) => number | null

const MEASURES: Readonly<Record<string, Measure>> = {
  health: (row) => SEVERITY[row.health.health],
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

/** The rows by one column; what is not known comes last either way. They come sorted by name, which settles ties. */
export function sortRows(rows: readonly TriageRow[], { column, direction }: RowSort): readonly TriageRow[] {
  const sign = direction === 'ascending' ? 1 : -1
  const measure = MEASURES[column]
  if (measure) {
    return rows.toSorted((a, b) => {
      const [left, right] = [measure(a), measure(b)]
      if (left === null || right === null) return Number(left === null) - Number(right === null)
      return sign * (left - right)
    })
  }
  const name = column === 'group' ? 'groupName' : 'streamName'
  return rows.toSorted((a, b) => sign * naturalOrder(a[name], b[name]))
}
