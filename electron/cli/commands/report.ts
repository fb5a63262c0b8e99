import { formatCount } from '../../../shared/format/format-count'
import { formatLag } from '../../../shared/format/format-lag'
import { FINDING_HEALTH } from '../../../shared/judgement/finding-weight'
import type { TriageRow } from '../../../shared/judgement/triage-row'
import { cliWords } from '../../../shared/words/en/cli-words'
import { findingText } from '../../../shared/words/finding-sentence'
import { findingWords } from '../../../shared/words/en/finding-words'
import { healthWords } from '../../../shared/words/en/health-words'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { EXIT, type ExitCode } from '../exit-code'
import { healthCell, nameCell, spanCell, waitingCell } from '../print/cells'
import { printRows } from '../print/rows'
import type { Column } from '../print/table'
import { remedyOf } from '../remedy'
import { lookAtAll, type Looked, type LookedRow } from './look-at-all'

const { columns } = cliWords

const COLUMNS: readonly Column<LookedRow>[] = [
  { title: columns.stream, cell: ({ key }) => nameCell(key), shrinks: true },
  { title: columns.group, cell: ({ group }) => nameCell(group.name), shrinks: true },
  { title: columns.pending, cell: ({ group }) => formatCount(group.pending), isNumber: true },
  { title: columns.oldest, cell: ({ group }) => spanCell(group.oldestIdleMs, group.pending > 0), isNumber: true },
  { title: columns.lag, cell: ({ group }) => formatLag(group.lag), isNumber: true },
  { title: columns.waiting, cell: ({ waiting }) => waitingCell(waiting), isNumber: true },
  { title: columns.state, cell: (row) => healthCell(healthWords.group(row.state, row)), shrinks: true },
]

/** `sluice report` */
export const report: HostCommand = {
  kind: 'host',
  args: [],
  flags: [],
  async run(call) {
    const { id: connectionId } = await call.connect()
    const looked = await lookAtAll(call, connectionId)
    if (call.print.isTable) tell(call, looked)
    else tellJson(call, looked)
    return exitOf(looked)
  },
}

function exitOf({ findings, rows, isWhole }: Looked): ExitCode {
  if (findings.some(({ kind }) => FINDING_HEALTH[kind] === 'bad')) return EXIT.bad
  if (findings.length > 0) return EXIT.otherwise
  return isWhole && rows.every(isLookedAt) ? EXIT.fine : EXIT.partly
}

/** Ids that are no times leave open how long what is unread waits: that is no reason to sound an alarm. */
function isLookedAt({ state, group, peek }: LookedRow): boolean {
  return (
    state !== 'not-known' ||
    (group.stalledPending !== null && (group.mostDeliveries !== null || peek?.isWhole === true))
  )
}

function notKnownIn(rows: readonly TriageRow[]): number {
  return rows.filter(({ state }) => state === 'not-known').length
}

function tell({ print, line }: Call, looked: Looked): void {
  const { findings, snoozed, rows, reports, notPeeked, isWhole } = looked
  for (const finding of findings) {
    const tone = FINDING_HEALTH[finding.kind]
    print.line({ text: `${findingWords.titles[finding.kind]}:`, tone }, findingText(finding))
    const remedy = lineOf(remedyOf(finding), line)
    if (remedy !== null) print.line({ text: `  ${remedy}`, tone: 'soft' })
  }
  if (findings.length > 0) print.line('')
  if (rows.length > 0) printRows(print, COLUMNS, rows, cliWords.none.groups)
  const notKnown = notKnownIn(rows)
  if (reports.length === 0) print.note(isWhole ? cliWords.none.streams : cliWords.noneSoFar)
  else if (findings.length === 0 && isWhole && notKnown === 0)
    print.note(snoozed > 0 ? cliWords.onlySnoozed : cliWords.nothingFound, 'good')
  else if (findings.length === 0) print.note(cliWords.nothingSeen)
  else print.note(cliWords.needLook(findings.length))
  if (snoozed > 0) print.note(cliWords.snoozed(snoozed))
  if (notKnown > 0) print.note(cliWords.notKnownGroups(notKnown))
  if (notPeeked > 0) print.note(cliWords.notPeeked(notPeeked))
  if (!isWhole) print.note(cliWords.searchStopped, 'warn')
}

/** `what` tells a finding from a group, and both from the end, without which not all was told. */
function tellJson({ print, line }: Call, looked: Looked): void {
  const { findings, snoozed, rows, reports, notPeeked, isWhole } = looked
  for (const finding of findings) {
    const { kind, id, ...rest } = finding
    const about = { health: FINDING_HEALTH[kind], text: findingText(finding), remedy: lineOf(remedyOf(finding), line) }
    print.json({ what: 'finding', kind, ...about, id, ...('row' in rest ? subjectOf(rest.row) : {}), ...told(rest) })
  }
  for (const row of rows) {
    const { key, group, state, isLagging, waiting, peek } = row
    print.json({
      what: 'group',
      stream: key,
      state,
      ...healthWords.group(state, row),
      isLagging,
      waiting,
      ...group,
      peek,
    })
  }
  print.json({
    what: 'end',
    streams: reports.length,
    groups: rows.length,
    findings: findings.length,
    ...{ snoozed, notKnown: notKnownIn(rows), notPeeked, isWhole },
  })
}

function lineOf(words: readonly string[] | null, line: Call['line']): string | null {
  return words && line(words)
}

function subjectOf({ key, group }: TriageRow) {
  return { stream: key, group: group.name }
}

/** Beside its subject: the group itself has a line of its own. */
function told(finding: object): object {
  return Object.fromEntries(Object.entries(finding).filter(([name]) => name !== 'row'))
}
