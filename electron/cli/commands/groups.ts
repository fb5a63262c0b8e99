import { formatCount } from '../../../shared/format/format-count'
import { formatLag } from '../../../shared/format/format-lag'
import type { Group } from '../../../shared/model/group'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { nameCell, orNothing } from '../print/cells'
import { printRows } from '../print/rows'
import type { Column } from '../print/table'

const { columns } = cliWords

const COLUMNS: readonly Column<Group>[] = [
  { title: columns.group, cell: ({ name }) => nameCell(name), shrinks: true },
  { title: columns.consumers, cell: ({ consumers }) => formatCount(consumers), isNumber: true },
  { title: columns.pending, cell: ({ pending }) => formatCount(pending), isNumber: true },
  { title: columns.lag, cell: ({ lag }) => formatLag(lag), isNumber: true },
  { title: columns.lastDelivered, cell: ({ lastDeliveredId }) => lastDeliveredId },
  { title: columns.oldest, cell: ({ oldestPendingId }) => orNothing(oldestPendingId) },
]

/** `sluice groups STREAM` */
export const groups: HostCommand = {
  kind: 'host',
  args: ['STREAM'],
  flags: [],
  async run(call) {
    const { id: connectionId } = await call.connect()
    const all = await call.api.group.list({ connectionId, key: call.name(0), countLag: true }, { signal: call.signal })
    printRows(call.print, COLUMNS, all, cliWords.none.groups)
    return EXIT.fine
  },
}
