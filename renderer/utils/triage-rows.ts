import { GROUP_HEALTH } from '../../shared/judgement/group-health'
import { SEVERITY } from '../../shared/judgement/severity'
import type { TriageRow } from '../../shared/judgement/triage-row'
import { displayName } from '../../shared/format/display-name'
import { naturalOrder } from '../../shared/natural-order'

type Measure = (row: TriageRow) => number | null

const MEASURES: Readonly<Record<string, Measure>> = {
  health: ({ state }) => SEVERITY[GROUP_HEALTH[state]],
  pending: ({ group }) => group.pending,
  oldest: ({ group }) => group.oldestIdleMs,
  lag: ({ group }) => (group.lag.value === null ? null : Number(group.lag.value)),
  waiting: ({ waiting }) => waiting.ms,
  consumers: ({ group }) => group.consumers,
}

export interface RowSort {
  readonly column: string
  readonly direction: 'ascending' | 'descending'
}

/** The rows by one column; what is not known comes last either way. They come sorted by name, which settles ties. */
export function sortRows<Row extends TriageRow>(rows: readonly Row[], { column, direction }: RowSort): readonly Row[] {
  const sign = direction === 'ascending' ? 1 : -1
  const measure = MEASURES[column]
  if (measure) {
    return rows.toSorted((a, b) => {
      const [left, right] = [measure(a), measure(b)]
      if (left === null || right === null) return Number(left === null) - Number(right === null)
      return sign * (left - right)
    })
  }
  return rows
    .map((row) => ({ row, name: displayName(column === 'group' ? row.group.name : row.key) }))
    .sort((a, b) => sign * naturalOrder(a.name, b.name))
    .map(({ row }) => row)
}
