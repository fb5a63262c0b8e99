import { idTimeMs } from '../../../shared/entry-id'
import { ruleReports } from '../../../shared/judgement/rules/rule-report'
import type { JournalRecord } from '../../../shared/model/journal'
import { formatLocalMinute } from '../../../shared/format/format-time'
import { cliWords } from '../../../shared/words/en/cli-words'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { ruleReportText } from '../../../shared/words/rule-text'
import type { Call } from '../call'
import { journalRecords } from '../journal-records'
import { readRules } from './find-rule'

const USUAL_MS = 12 * 3_600_000

/** `sluice rules report`: what each rule did since a time, in sentences; of the connection that is named, or all. */
export async function reportRules({ api, flags, print, named }: Call): Promise<void> {
  const from = flags.when('since', 'low')
  const sinceMs = (from === undefined ? null : idTimeMs(from)) ?? Date.now() - USUAL_MS
  const only = await named()
  const connections = await api.connection.list()
  const { rules } = await readRules(api)
  const mine = rules.filter(({ connectionId }) => only === null || connectionId === only.id)
  const reports = ruleReports(mine, await recordsSince(api, sinceMs), sinceMs)
  if (print.isTable) print.note(cliWords.between(formatLocalMinute(sinceMs), null), 'soft')
  for (const report of reports) {
    const { id: ruleId, name, connectionId } = report.rule
    const connection = connections.find(({ id }) => id === connectionId)?.name ?? null
    const text = ruleReportText(report)
    const { deeds, turns } = report
    if (!print.isTable) print.json({ what: 'rule-report', rule: name, ruleId, connection, sinceMs, text, deeds, turns })
    else print.line(text)
  }
  if (reports.length === 0 && print.isTable) print.note(ruleCliWords.none)
}

async function recordsSince(api: Call['api'], sinceMs: number): Promise<readonly JournalRecord[]> {
  const found: JournalRecord[] = []
  for await (const record of journalRecords(api)) {
    if (record.at < sinceMs) break
    if (record.who?.by === 'rule') found.push(record)
  }
  return found
}
