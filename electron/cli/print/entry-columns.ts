import { formatSize } from '../../../shared/format/format-size'
import type { Entry } from '../../../shared/model/entry'
import { cliWords } from '../../../shared/words/en/cli-words'
import { fieldsText } from './cells'
import type { Column } from './table'

const { columns } = cliWords

/** Entries, for a person. */
export const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  { title: columns.id, cell: ({ id }) => id },
  { title: columns.size, cell: ({ size }) => formatSize(size), isNumber: true },
  { title: columns.fields, cell: ({ fields, moreFields }) => fieldsText(fields, moreFields), shrinks: true },
]
