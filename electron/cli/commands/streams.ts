import { displayBytes, type Bytes } from '../../../shared/bytes'
import { formatCount } from '../../../shared/format/format-count'
import { formatLag } from '../../../shared/format/format-lag'
import { streamFigures } from '../../../shared/judgement/stream-figures'
import type { StreamSummary } from '../../../shared/model/stream'
import { cliWords } from '../../../shared/words/en/cli-words'
import { errorText } from '../../../shared/words/errors'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { matcher } from '../../../shared/glob'
import { nameCell, orNothing, UNKNOWN } from '../print/cells'
import { printRows } from '../print/rows'
import type { Cell, Column } from '../print/table'
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
  {
    title: columns.groups,
    cell: ifRead(({ groups, moreGroups }) => formatCount(groups.length + moreGroups)),
    isNumber: true,
  },
  { title: columns.pending, cell: ifRead(pendingOf), isNumber: true },
  { title: columns.lag, cell: ifRead(lagOf), isNumber: true },
  { title: columns.lastId, cell: ifRead(({ lastId, large }) => (large ? UNKNOWN : orNothing(lastId))) },
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
    return found.isWhole ? EXIT.fine : EXIT.partly
  },
}

function byName(a: Bytes, b: Bytes): number {
  return displayBytes(a) < displayBytes(b) ? -1 : 1
}

/** Of a stream that could not be read nothing is known; its summary has zeros. */
function ifRead(cell: (row: StreamSummary) => Cell): (row: StreamSummary) => Cell {
  return (row) => (row.error === null ? cell(row) : UNKNOWN)
}

function pendingOf(summary: StreamSummary): string {
  const { pending, isLeast } = streamFigures(summary)
  return `${isLeast ? '≥ ' : ''}${formatCount(pending)}`
}

function lagOf(summary: StreamSummary): Cell {
  const { lag } = streamFigures(summary)
  if (lag === null) return orNothing(null)
  return lag.value === null ? UNKNOWN : formatLag(lag)
}
