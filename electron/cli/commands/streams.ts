import { displayBytes, type Bytes } from '../../../shared/bytes'
import { formatCount } from '../../../shared/format/format-count'
import { formatLag } from '../../../shared/format/format-lag'
import type { StreamSummary } from '../../../shared/model/stream'
import { cliWords } from '../../../shared/words/en/cli-words'
import { errorText } from '../../../shared/words/errors'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { matcher } from '../glob'
import { nameCell, orNothing } from '../print/cells'
import { printRows } from '../print/rows'
import type { Column } from '../print/table'
import { searchStreams } from './search-streams'

/** The contract takes no more at once. */
const AT_ONCE = 200
const { columns } = cliWords

const COLUMNS: readonly Column<StreamSummary>[] = [
  { title: columns.stream, cell: ({ key }) => nameCell(key), shrinks: true },
  {
    title: columns.length,
    cell: ({ length, error }) => (error ? { text: errorText(error), tone: 'warn' } : formatCount(length)),
    isNumber: true,
  },
  { title: columns.groups, cell: ({ groups, moreGroups }) => formatCount(groups.length + moreGroups), isNumber: true },
  { title: columns.pending, cell: ({ groups }) => formatCount(pendingOf(groups)), isNumber: true },
  { title: columns.lag, cell: ({ groups }) => mostLag(groups), isNumber: true },
  { title: columns.lastId, cell: ({ lastId }) => orNothing(lastId) },
]

/** `sluice streams [PATTERN]` */
export const streams: HostCommand = {
  kind: 'host',
  args: ['PATTERN?'],
  flags: [],
  async run(call) {
    const { api, print, signal } = call
    const { id: connectionId } = await call.connect()
    const found = await searchStreams(call, connectionId, signal)
    const isWanted = matcher(call.word(0))
    const keys = found.keys.filter((key) => isWanted(displayBytes(key))).sort(byName)
    const all: StreamSummary[] = []
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      signal.throwIfAborted()
      print.progress(cliWords.readingStreams(at, keys.length))
      const some = await api.stream.summaries({ connectionId, keys: keys.slice(at, at + AT_ONCE) }, { signal })
      if (print.isTable) all.push(...some)
      else for (const summary of some) print.json(summary)
    }
    print.progress(null)
    if (print.isTable) printRows(print, COLUMNS, all, cliWords.none.streams)
    if (!found.isWhole) print.note(cliWords.searchStopped, 'warn')
    return EXIT.fine
  },
}

function byName(a: Bytes, b: Bytes): number {
  return displayBytes(a) < displayBytes(b) ? -1 : 1
}

function pendingOf(groups: StreamSummary['groups']): number {
  return groups.reduce((sum, { pending }) => sum + pending, 0)
}

/** Of the group that is the furthest behind. */
function mostLag(groups: StreamSummary['groups']): string {
  const [first, ...rest] = groups
  if (first === undefined) return '-'
  const most = rest.reduce((a, b) => (Number(b.lag.value ?? 0) > Number(a.lag.value ?? 0) ? b : a), first)
  return formatLag(most.lag)
}
