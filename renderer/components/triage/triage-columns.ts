import type { TableColumn } from '../base/table-column'

/** A column and the width of the table, px, from which it has a place. */
interface Column extends TableColumn {
  readonly from?: number
}

const COLUMNS: readonly Column[] = [
  { id: 'health', label: 'Health', width: '34px', hideLabel: true },
  { id: 'stream', label: 'Stream', width: 'minmax(150px, 1.3fr)', sortable: true },
  { id: 'group', label: 'Group', width: 'minmax(110px, 1fr)', sortable: true },
  { id: 'pending', label: 'Pending', width: '80px', align: 'end', sortable: true, hint: 'Delivered and not acked' },
  {
    id: 'oldest',
    label: 'Oldest',
    width: '88px',
    align: 'end',
    sortable: true,
    hint: 'Age of the oldest pending entry, by its id',
  },
  {
    id: 'lag',
    label: 'Lag',
    width: '84px',
    align: 'end',
    sortable: true,
    hint: 'Entries not delivered to the group yet',
  },
  {
    id: 'behind',
    label: 'Behind',
    width: '88px',
    align: 'end',
    sortable: true,
    from: 820,
    hint: 'From the last entry delivered to the last in the stream, by the times in their ids',
  },
  {
    id: 'consumers',
    label: 'Consumers',
    width: '104px',
    align: 'end',
    sortable: true,
    hint: 'Of all consumers: active (●) and stalled (■). Told apart only where something is pending',
  },
  {
    id: 'deliveries',
    label: 'Tries',
    width: '52px',
    align: 'end',
    from: 900,
    hint: 'Most deliveries among the oldest pending entries, where they were looked at',
  },
  { id: 'in', label: 'In/s', width: '58px', align: 'end', from: 1020, hint: 'Entries added per second, last minutes' },
  {
    id: 'out',
    label: 'Out/s',
    width: '58px',
    align: 'end',
    from: 1020,
    hint: 'Entries delivered per second, last minutes',
  },
  {
    id: 'drain',
    label: 'Drains in',
    width: '84px',
    align: 'end',
    from: 1020,
    hint: 'Until the lag is gone at this pace',
  },
  {
    id: 'trend',
    label: 'Trend',
    width: '78px',
    align: 'end',
    from: 960,
    hint: 'Backlog (pending and lag) at the last 30 looks',
  },
]

/** The columns that have a place in a table of this width. */
export function triageColumns(width: number): readonly TableColumn[] {
  return COLUMNS.filter(({ from = 0 }) => width >= from)
}
