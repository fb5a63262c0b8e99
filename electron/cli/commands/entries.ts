import { compareIds } from '../../../shared/entry-id'
import type { Entry } from '../../../shared/model/entry'
import { cliWords } from '../../../shared/words/en/cli-words'
import { noteBounds, readBounds } from '../bounds'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { ENTRY_COLUMNS } from '../print/entry-columns'
import { printRows } from '../print/rows'
import { wholeOf } from '../whole-entry'

const USUAL_COUNT = 20
const MOST = 1_000_000
const PAGE = 500

/** `sluice entries STREAM` */
export const entries: HostCommand = {
  kind: 'host',
  args: ['STREAM'],
  flags: ['count', 'oldest', 'since', 'until', 'whole'],
  async run(call) {
    const { api, flags, print, signal } = call
    const most = flags.number('count', 1, MOST) ?? USUAL_COUNT
    const order = flags.has('oldest') ? 'oldest' : 'newest'
    const bounds = readBounds(flags)
    noteBounds(print, bounds)
    const [from, last] = order === 'oldest' ? [bounds.from, bounds.to] : [bounds.to, bounds.from]
    const isBeyond = (id: string): boolean =>
      last !== undefined && (order === 'oldest' ? compareIds(id, last) > 0 : compareIds(id, last) < 0)
    const { id: connectionId } = await call.connect()
    const onStream = { connectionId, key: call.name(0) }
    const found: Entry[] = []
    let listed = 0
    let after: string | null = null
    do {
      signal.throwIfAborted()
      const page = await api.entry.page(
        {
          ...{ ...onStream, order, count: Math.min(PAGE, most - listed) },
          ...(after !== null ? { after } : from === undefined ? {} : { from }),
        },
        { signal },
      )
      after = page.entries.some(({ id }) => isBeyond(id)) ? null : page.next
      for (const entry of page.entries.filter(({ id }) => !isBeyond(id))) {
        const shown = flags.has('whole') ? await wholeOf(call, onStream, entry) : entry
        listed += 1
        if (print.isTable) found.push(shown)
        else print.json(shown)
      }
    } while (after !== null && listed < most)
    if (print.isTable) printRows(print, ENTRY_COLUMNS, found, cliWords.none.entries)
    if (after !== null) print.note(cliWords.more)
    return EXIT.fine
  },
}
