import { formatCount } from '../../../shared/format/format-count'
import { byTrouble } from '../../../shared/judgement/consumer-order'
import type { Consumer } from '../../../shared/model/group'
import { cliWords } from '../../../shared/words/en/cli-words'
import { consumerWords } from '../../../shared/words/en/consumer-words'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { healthCell, nameCell, spanCell } from '../print/cells'
import { printRows } from '../print/rows'
import type { Column } from '../print/table'

const { columns } = cliWords

const COLUMNS: readonly Column<Consumer>[] = [
  { title: columns.consumer, cell: ({ name }) => nameCell(name), shrinks: true },
  { title: columns.health, cell: ({ health }) => healthCell(consumerWords.health(health)) },
  { title: columns.pending, cell: ({ pending }) => formatCount(pending), isNumber: true },
  { title: columns.idle, cell: ({ idleMs }) => spanCell(idleMs), isNumber: true },
  { title: columns.oldest, cell: ({ oldestIdleMs, pending }) => spanCell(oldestIdleMs, pending > 0), isNumber: true },
]

/** `sluice consumers STREAM GROUP` */
export const consumers: HostCommand = {
  kind: 'host',
  args: ['STREAM', 'GROUP'],
  flags: [],
  async run(call) {
    const { id: connectionId } = await call.connect()
    const onGroup = { connectionId, key: call.name(0), group: call.name(1) }
    const all = await call.api.group.consumers(onGroup, { signal: call.signal })
    printRows(call.print, COLUMNS, [...all].sort(byTrouble), cliWords.none.consumers)
    return EXIT.fine
  },
}
