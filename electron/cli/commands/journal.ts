import { formatSecond } from '../../../shared/format/format-time'
import { journalLines, lineOf, type JournalLine } from '../../../shared/judgement/journal-lines'
import type { JournalRecord } from '../../../shared/model/journal'
import { cliWords } from '../../../shared/words/en/cli-words'
import { journalWords } from '../../../shared/words/en/journal-words'
import { sentence } from '../../../shared/words/messages'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { journalRecords } from '../journal-records'
import { healthCell } from '../print/cells'
import { printRows } from '../print/rows'
import type { Cell, Column } from '../print/table'

const USUAL_COUNT = 20
const MOST = 100_000
/** So much of an id is shown, and is enough for `undo`. */
export const SHORT_ID = 8
const { columns } = cliWords

/** What a record is in a table: of those that run, and of all. */
export const RECORD_COLUMNS: readonly Column<JournalRecord>[] = [
  { title: columns.record, cell: ({ id }) => id.slice(0, SHORT_ID) },
  { title: columns.when, cell: ({ at }) => formatSecond(at) },
  { title: columns.state, cell: (record) => healthCell(journalWords.recordState(record)) },
  { title: columns.what, cell: ({ summary }) => sentence(summary), shrinks: true },
  {
    title: columns.where,
    cell: (record) => `${journalWords.recordSubject(record)} ${cliWords.on(record.connectionName)}`,
    shrinks: true,
  },
  { title: columns.outcome, cell: (record) => journalWords.recordCounts(record), shrinks: true },
  { title: columns.undo, cell: ({ undo }) => undoCell(undo) },
]

const LINE_COLUMNS = RECORD_COLUMNS.map(({ cell, ...column }): Column<JournalLine> => {
  const ofLine = column.title === columns.what ? journalWords.lineSummary : ({ record }: JournalLine) => cell(record)
  return { ...column, cell: ofLine }
})

function undoCell({ undoneBy, possible }: JournalRecord['undo']): Cell {
  if (undoneBy !== null) return { text: cliWords.undone, tone: 'soft' }
  return possible ? cliWords.undoable : { text: cliWords.notUndoable, tone: 'soft' }
}

/** A record for a program: with its sentences, for who does not speak codes. */
export function recordJson(record: JournalRecord): object {
  return { ...record, text: sentence(record.summary), undoText: sentence(record.undo.note) }
}

/** `sluice journal` */
export const journal: HostCommand = {
  kind: 'host',
  args: [],
  flags: ['count'],
  async run(call) {
    const { api, flags, print } = call
    const most = flags.number('count', 1, MOST) ?? USUAL_COUNT
    const connection = await call.named()
    const found: JournalRecord[] = []
    // For people a sweep is one line, for programs each record is one.
    const idOf = print.isTable ? lineOf : ({ id }: JournalRecord) => id
    const ids = new Set<string>()
    for await (const record of journalRecords(api, connection?.id)) {
      if (ids.add(idOf(record)).size > most) break
      found.push(record)
    }
    if (print.isTable) printRows(print, LINE_COLUMNS, journalLines(found), cliWords.none.journal)
    else printRows(print, RECORD_COLUMNS, found, cliWords.none.journal, recordJson)
    const { damaged, newer } = await api.journal.list({ count: 1 })
    if (damaged > 0) print.note(journalWords.damaged(damaged), 'warn')
    if (newer > 0) print.note(journalWords.newer(newer), 'warn')
    return EXIT.fine
  },
}
