import { formatCount } from '../../../shared/format/format-count'
import type { PendingEntry } from '../../../shared/model/pending'
import { cliWords } from '../../../shared/words/en/cli-words'
import { searchWords } from '../../../shared/words/en/search-words'
import { noteBounds, readBounds } from '../bounds'
import type { HostCommand } from '../command'
import { CRITERIA_FLAGS, readCriteria } from '../criteria'
import { EXIT } from '../exit-code'
import { fieldsText, nameCell, orNothing, spanCell } from '../print/cells'
import { printRows } from '../print/rows'
import type { Column } from '../print/table'

const USUAL_COUNT = 100
const MOST = 1_000_000
/** The contract takes no more at once. */
const PAGE = 1_000
const { columns } = cliWords

const COLUMNS: readonly Column<PendingEntry>[] = [
  { title: columns.id, cell: ({ id }) => id },
  { title: columns.consumer, cell: ({ consumer }) => nameCell(consumer), shrinks: true },
  { title: columns.idle, cell: ({ idleMs }) => spanCell(idleMs), isNumber: true },
  { title: columns.deliveries, cell: ({ deliveries }) => formatCount(deliveries), isNumber: true },
]
const WITH_BODIES: readonly Column<PendingEntry>[] = [
  ...COLUMNS,
  {
    title: columns.fields,
    cell: ({ body, inStream }) => {
      if (body === null) return inStream === false ? { text: cliWords.goneBody, tone: 'warn' } : orNothing(null)
      return fieldsText(body.fields, body.moreFields)
    },
    shrinks: true,
  },
]

/** `sluice pending STREAM GROUP` */
export const pending: HostCommand = {
  kind: 'host',
  args: ['STREAM', 'GROUP'],
  flags: ['consumer', ...CRITERIA_FLAGS, 'bodies', 'count'],
  async run(call) {
    const { api, flags, print, signal } = call
    const most = flags.number('count', 1, MOST) ?? USUAL_COUNT
    const criteria = readCriteria(flags, 'consumer')
    noteBounds(print, readBounds(flags))
    const bodies = flags.has('bodies')
    const { id: connectionId } = await call.connect()
    const onGroup = { connectionId, key: call.name(0), group: call.name(1) }
    const found: PendingEntry[] = []
    let listed = 0
    let walked = 0
    let untold = 0
    let after: string | null = null
    do {
      signal.throwIfAborted()
      const page = await api.pending.page(
        {
          ...{ ...onGroup, bodies, count: Math.min(PAGE, most - listed) },
          ...(after === null ? {} : { after }),
          ...(Object.keys(criteria).length === 0 ? {} : { criteria }),
        },
        { signal },
      )
      listed += page.entries.length
      walked += page.walked
      untold += page.untold ?? 0
      print.progress(cliWords.looked(walked, walked))
      if (print.isTable) found.push(...page.entries)
      else for (const entry of page.entries) print.json(entry)
      after = page.next
    } while (after !== null && listed < most)
    print.progress(null)
    if (print.isTable) printRows(print, bodies ? WITH_BODIES : COLUMNS, found, cliWords.none.pending)
    if (untold > 0) print.note(searchWords.partly(untold), 'warn')
    if (after !== null) print.note(cliWords.more)
    return EXIT.fine
  },
}
