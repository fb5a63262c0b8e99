import { idTimeMs } from '../../../shared/entry-id'
import { ruleReports } from '../../../shared/judgement/rules/rule-report'
import type { JournalRecord } from '../../../shared/model/journal'
import { formatMinute } from '../../../shared/format/format-time'
import { cliWords } from '../../../shared/words/en/cli-words'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { ruleReportText } from '../../../shared/words/rule-text'
import type { Call } from '../call'
import { journalRecords } from '../journal-records'
import { ownRules } from './find-rule'

const USUAL_MS = 12 * 3_600_000

/** `sluice rules report`: what each rule did since a time, in sentences; of the connection that is named, or all. */
export async function reportRules(call: Call): Promise<void> {
  const { api, flags, print } = call
  const from = flags.when('since', 'low')
  const sinceMs = (from === undefined ? null : idTimeMs(from)) ?? Date.now() - USUAL_MS
  const own = await ownRules(call)
  const records = await recordsSince(api, sinceMs)
  if (print.isTable) print.note(cliWords.between(formatMinute(sinceMs), null), 'soft')
  for (const { rule, connection } of own) {
    for (const report of ruleReports([rule], records, sinceMs)) {
      const { deeds, turns } = report
      const text = ruleReportText(report)
      const about = { rule: rule.name, ruleId: rule.id, connection, sinceMs }
      if (!print.isTable) print.json({ what: 'rule-report', ...about, text, deeds, turns })
      else print.line(text)
    }
  }
  if (own.length === 0 && print.isTable) print.note(ruleCliWords.none)
}

async function recordsSince(api: Call['api'], sinceMs: number): Promise<readonly JournalRecord[]> {
  const found: JournalRecord[] = []
  for await (const record of journalRecords(api)) {
    if (record.at < sinceMs) break
    if (record.who?.by === 'rule') found.push(record)
  }
  return found
}
