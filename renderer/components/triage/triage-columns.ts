import { words } from '../../../shared/words/words'
import type { TableColumn } from '../base/table-column'

/** A column and the width of the table, px, from which it has a place. */
interface Column extends TableColumn {
  readonly from?: number
}

const COLUMNS: readonly Column[] = [
  { id: 'health', label: words.triage.health, width: '34px', hideLabel: true },
  { id: 'stream', label: words.triage.stream, width: 'minmax(150px, 1.3fr)', sortable: true },
  { id: 'group', label: words.triage.group, width: 'minmax(110px, 1fr)', sortable: true },
  {
    id: 'pending',
    label: words.triage.pending,
    width: '80px',
    align: 'end',
    sortable: true,
    hint: words.triage.pendingHint,
  },
  {
    id: 'oldest',
    label: words.triage.oldest,
    width: '88px',
    align: 'end',
    sortable: true,
    hint: words.triage.oldestHint,
  },
  {
    id: 'lag',
    label: words.triage.lag,
    width: '84px',
    align: 'end',
    sortable: true,
    hint: words.triage.lagHint,
  },
  {
    id: 'waiting',
    label: words.triage.waiting,
    width: '88px',
    align: 'end',
    sortable: true,
    from: 820,
    hint: words.triage.waitingHint,
  },
  {
    id: 'consumers',
    label: words.triage.consumers,
    width: '104px',
    align: 'end',
    sortable: true,
    hint: words.triage.consumersHint,
  },
  {
    id: 'deliveries',
    label: words.triage.tries,
    width: '52px',
    align: 'end',
    from: 900,
    hint: words.triage.triesHint,
  },
  { id: 'in', label: words.triage.inRate, width: '58px', align: 'end', from: 1020, hint: words.triage.inRateHint },
  {
    id: 'out',
    label: words.triage.outRate,
    width: '58px',
    align: 'end',
    from: 1020,
    hint: words.triage.outRateHint,
  },
  {
    id: 'drain',
    label: words.triage.drainsIn,
    width: '92px',
    align: 'end',
    from: 1020,
    hint: words.triage.drainsHint,
  },
  {
    id: 'trend',
    label: words.triage.trend,
    width: '78px',
    align: 'end',
    from: 960,
    hint: words.triage.trendHint,
  },
]

/** The columns that have a place in a table of this width. */
export function triageColumns(width: number): readonly TableColumn[] {
  return COLUMNS.filter(({ from = 0 }) => width >= from)
}
