import type { JournalRecord } from '../../shared/model/journal'
import { formatUtc } from '../../shared/format/format-time'
import { recordCounts, recordPlace, recordState } from '../../shared/words/en/journal-words'

export type ExportFormat = 'jsonl' | 'txt'

/** Records as a file: a JSON object per line, or as a person reads them. Newest first, as they are listed. */
export function exportText(records: readonly JournalRecord[], format: ExportFormat): string {
  if (format === 'jsonl') return records.map((record) => `${JSON.stringify(record)}\n`).join('')
  return records.map(recordText).join('\n')
}

function recordText(record: JournalRecord): string {
  const { at, endedAt, connectionName, summary, error, undo, backupFile, commands } = record
  const lines = [
    `${formatUtc(at)}  ${summary}`,
    `  where    ${recordPlace(record)} on ${connectionName}`,
    `  state    ${recordState(record).label}${endedAt === null ? '' : `, ended ${formatUtc(endedAt)}`}`,
    `  outcome  ${recordCounts(record)}`,
    ...(error === null ? [] : [`  error    ${error.code}: ${error.message}`]),
    ...(undo.undoneBy === null ? [] : [`  undone   by record ${undo.undoneBy}`]),
    ...(backupFile === null ? [] : [`  backup   ${backupFile}`]),
    ...commands.map((command) => `  > ${command}`),
  ]
  return `${lines.join('\n')}\n`
}

/** "sluice-journal-2026-11-21.jsonl" */
export function exportName(format: ExportFormat, nowMs: number): string {
  return `sluice-journal-${new Date(nowMs).toISOString().slice(0, 10)}.${format}`
}
