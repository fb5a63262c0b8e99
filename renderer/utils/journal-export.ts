import type { JournalRecord } from '../../shared/model/journal'
import { formatUtc } from '../../shared/format/format-time'
import { words } from '../../shared/words/words'
import { sentence } from '../../shared/words/messages'
import { errorText } from '../../shared/words/errors'

export type ExportFormat = 'jsonl' | 'txt'

/** Records as a file: a JSON object per line, or as a person reads them. Newest first, as they are listed. */
export function exportText(records: readonly JournalRecord[], format: ExportFormat): string {
  if (format === 'jsonl') return records.map((record) => `${JSON.stringify(withWords(record))}\n`).join('')
  return records.map(recordText).join('\n')
}

/** The record as it is, with the words beside the codes. */
function withWords(record: JournalRecord) {
  const { who, summary, undo, error } = record
  const inWords = {
    who: words.journal.whoWas(who),
    summary: sentence(summary),
    undo: sentence(undo.note),
    error: error === null ? null : errorText(error),
  }
  return { ...record, words: inWords }
}

function recordText(record: JournalRecord): string {
  const { at, endedAt, connectionName, who, summary, error, undo, backupFile, commands } = record
  const named = words.journal.exported
  const facts: readonly (readonly [string, string])[] = [
    [named.where, named.whereOn(words.journal.recordSubject(record), connectionName)],
    [named.who, words.journal.whoWas(who)],
    [named.state, named.stateEnded(words.journal.recordState(record).label, endedAt)],
    [named.outcome, words.journal.recordCounts(record)],
    ...(error === null ? [] : [[named.error, `${error.code}: ${errorText(error)}`] as const]),
    ...(undo.undoneBy === null ? [] : [[named.undone, named.byRecord(undo.undoneBy)] as const]),
    ...(backupFile === null ? [] : [[named.backup, backupFile] as const]),
  ]
  const lines = [
    `${formatUtc(at)}  ${sentence(summary)}`,
    ...facts.map(([name, text]) => `  ${name.padEnd(8)} ${text}`),
    ...commands.map((command) => `  > ${command}`),
  ]
  return `${lines.join('\n')}\n`
}

/** "sluice-journal-2026-11-21.jsonl" */
export function exportName(format: ExportFormat, nowMs: number): string {
  return `sluice-journal-${new Date(nowMs).toISOString().slice(0, 10)}.${format}`
}
