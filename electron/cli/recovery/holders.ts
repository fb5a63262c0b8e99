import { formatCount } from '../../../shared/format/format-count'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { cliWords } from '../../../shared/words/en/cli-words'
import { nameCell } from '../print/cells'
import type { Column } from '../print/table'

const { columns } = cliWords

/** Who holds how many, before and after. */
export const HOLDERS: readonly Column<RecoveryPlan['consumers'][number]>[] = [
  { title: columns.consumer, cell: ({ name }) => nameCell(name), shrinks: true },
  { title: columns.before, cell: ({ before }) => formatCount(before), isNumber: true },
  { title: columns.after, cell: ({ after }) => formatCount(after), isNumber: true },
]
