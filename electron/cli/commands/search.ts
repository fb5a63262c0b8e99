import type { EntryId } from '../../../shared/entry-id'
import { displayName } from '../../../shared/format/display-name'
import { matcher } from '../../../shared/glob'
import type { SavedSearch } from '../../../shared/model/saved-search'
import { MOST_FOUND, type EntryQuery } from '../../../shared/model/entry-query'
import type { Entry } from '../../../shared/model/entry'
import { cliWords } from '../../../shared/words/en/cli-words'
import { searchWords } from '../../../shared/words/en/search-words'
import { UsageError } from '../../host/usage-error'
import { boundsSaved, noteBounds, readBounds, requireOrder, type Bounds } from '../bounds'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { ENTRY_COLUMNS } from '../print/entry-columns'
import { printRows } from '../print/rows'
import { readQueryOf } from '../read-find'
import { wholeOf } from '../whole-entry'

/** For a person; a program is given all. */
const USUAL_COUNT = 100
const MOST = Number.MAX_SAFE_INTEGER
/** The most rows of one table: they are held until it is printed. */
const MOST_IN_TABLE = 1_000_000

/** What is looked for, and from which end. */
interface Wanted {
  readonly query: EntryQuery
  readonly order: 'newest' | 'oldest'
  readonly bounds: Bounds
}

/** `sluice search STREAM QUERY`, `sluice search STREAM --saved NAME` */
export const search: HostCommand = {
  kind: 'host',
  args: ['STREAM', 'QUERY?'],
  flags: ['saved', 'count', 'oldest', 'since', 'until', 'whole'],
  async run(call) {
    const { flags, print, signal } = call
    const typed = call.word(1) === '' ? null : readQueryOf('QUERY', call.word(1))
    const saved = flags.text('saved')
    if (typed === null && saved === undefined) throw new UsageError(cliWords.queryOrSaved)
    if (typed !== null && saved !== undefined) throw new UsageError(cliWords.notTogether('--saved', 'QUERY'))
    const most = flags.number('count', 1, print.isTable ? MOST_IN_TABLE : MOST) ?? (print.isTable ? USUAL_COUNT : MOST)
    const rows: Entry[] = []
    let found = 0
    let isMore = false
    try {
      for await (const event of hits(call, typed ?? saved ?? '', most)) {
        if (event === 'more') isMore = true
        else {
          found += 1
          if (print.isTable) rows.push(event)
          else print.json(event)
        }
      }
    } finally {
      // Also of one that was stopped: these were found.
      if (rows.length > 0) printRows(print, ENTRY_COLUMNS, rows, '')
    }
    signal.throwIfAborted()
    if (found === 0 && print.isTable) print.note(searchWords.nothing)
    if (isMore) print.note(cliWords.mayBeMore)
    return found === 0 ? EXIT.otherwise : EXIT.fine
  },
}

/** What is found, one after the other, over as many calls as it takes; then whether there may be more. */
async function* hits(call: Call, what: EntryQuery | string, most: number): AsyncGenerator<Entry | 'more', void> {
  const { api, flags, print, signal } = call
  const given = readBounds(flags)
  const { id: connectionId } = await call.connect()
  const order = flags.has('oldest') ? 'oldest' : 'newest'
  const wanted: Wanted =
    typeof what === 'string' ? await readSaved(call, connectionId, what, given) : { query: what, order, bounds: given }
  const { query, bounds } = wanted
  noteBounds(print, bounds)
  const onStream = { connectionId, key: call.name(0) }
  const sum = { found: 0, read: 0, partly: 0 }
  let after: EntryId | undefined
  for (;;) {
    const asked = {
      ...onStream,
      ...bounds,
      query,
      order: wanted.order,
      after,
      most: Math.min(MOST_FOUND, most - sum.found),
    } as const
    let next: EntryId | null = null
    let [read, partly] = [0, 0]
    for await (const event of await api.entry.search(asked, { signal })) {
      signal.throwIfAborted()
      if (event.kind === 'found') {
        for (const entry of event.entries) {
          yield flags.has('whole') ? await wholeOf(call, onStream, entry) : entry
          sum.found += 1
        }
      } else if (event.kind === 'read') [read, partly] = [event.entries, event.partly]
      else next = event.next
      print.progress(cliWords.searchingEntries(sum.read + read, sum.found))
    }
    signal.throwIfAborted()
    sum.read += read
    sum.partly += partly
    if (next === null) break
    if (sum.found >= most) {
      yield 'more'
      break
    }
    after = next
  }
  print.progress(null)
  if (sum.partly > 0) print.note(searchWords.partly(sum.partly), 'warn')
}

/** Throws `UsageError` where none of this name is for the stream, or its range can't be read any more. */
async function readSaved(call: Call, connectionId: string, name: string, given: Bounds): Promise<Wanted> {
  const { api, flags, signal } = call
  const stream = displayName(call.name(0))
  let found: SavedSearch | undefined
  for await (const all of await api.search.watch({ connectionId }, { signal })) {
    found = all.find((one) => one.name === name && matcher(one.stream)(stream))
    break
  }
  if (found === undefined) throw new UsageError(cliWords.noSavedSearch(name))
  const saved = boundsSaved(found)
  const bounds = { from: given.from ?? saved.from, to: given.to ?? saved.to }
  requireOrder(bounds)
  return { query: found.query, order: flags.has('oldest') ? 'oldest' : found.order, bounds }
}
