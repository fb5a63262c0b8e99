import { formatCount } from '../../../shared/format/format-count'
import type { SweepPlan, SweepRow } from '../../../shared/model/sweep'
import { cliWords } from '../../../shared/words/en/cli-words'
import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import type { Call } from '../call'
import { EXIT, type ExitCode } from '../exit-code'
import { nameCell } from '../print/cells'
import type { Print } from '../print/print'
import type { Column } from '../print/table'
import { askConsent } from '../recovery/consent'
import { followJob } from '../recovery/follow-job'
import { paceOf } from '../recovery/recover'
import { readyPlan } from '../ready-plan'
import { actionOf, takeOf, type SweepName } from './asked'
import { showRefused } from './show-refused'

/** Rows that are shown on a terminal. */
const MOST_SHOWN = 50

const ROWS: readonly Column<SweepRow>[] = [
  { title: cliWords.columns.stream, cell: ({ key }) => nameCell(key), shrinks: true },
  { title: cliWords.columns.group, cell: ({ group }) => nameCell(group ?? ''), shrinks: true },
  { title: sweepCliWords.columns.entries, cell: ({ entries }) => formatCount(entries), isNumber: true },
  { title: sweepCliWords.columns.changes, cell: ({ changes }) => formatCount(changes), isNumber: true },
  { title: sweepCliWords.columns.gone, cell: ({ gone }) => (gone === null ? '?' : formatCount(gone)), isNumber: true },
]

/** Looks in all groups, shows a row for each, asks, does it. */
export async function runSweep(call: Call, name: SweepName): Promise<ExitCode> {
  const { api, flags, print, stop } = call
  const asked = {
    ...{ stream: call.word(1), group: call.word(2) || '*' },
    ...{ take: takeOf(name, flags), action: actionOf(name, flags) },
  }
  const perSecond = paceOf(flags)
  const connection = await call.connect()
  const making = await api.sweep.plan({ ...asked, connectionId: connection.id }, { signal: stop })
  const plan = await readyPlan(call, making, ({ groups, entries }) => sweepCliWords.planning(groups, entries))
  show(print, plan, connection.name)
  const { sums, confirm } = plan
  const isNothing = sums.changes + sums.drops === 0
  if (flags.has('dry-run') || isNothing) {
    print.note(isNothing ? cliWords.nothingToDo : cliWords.dryRun)
    return sums.failed > 0 ? EXIT.partly : EXIT.fine
  }
  const consent = await askConsent(call, { name: confirm, doubts: [], what: cliWords.doIt })
  if (consent === null) {
    print.note(cliWords.nothingToDo)
    return EXIT.refused
  }
  stop.throwIfAborted()
  const job = await api.sweep.run({ connectionId: connection.id, planId: plan.id, ...consent })
  const code = await followJob(call, job, perSecond)
  return code === EXIT.fine && sums.failed > 0 ? EXIT.partly : code
}

function show(print: Print, plan: SweepPlan, connection: string): void {
  const { sums, rows, action } = plan
  const text = sweepCliWords.sum(action.kind === 'ackGone' ? 'ack' : action.kind, sums.changes, sums.groups)
  const warnings = sweepCliWords.warnings(plan)
  if (!print.isTable) {
    print.json({ what: 'sweep-plan', text, warningTexts: warnings, ...plan })
    return
  }
  print.line({ text, tone: 'title' }, `(${cliWords.on(connection)})`)
  print.line({ text: `  ${sweepCliWords.looked(plan.groups, plan.streams)}`, tone: 'soft' })
  if (sums.drops > 0) print.line({ text: `! ${sweepCliWords.drops(sums.drops)}`, tone: 'warn' })
  if (sums.gone !== null && sums.gone > 0) print.line({ text: `! ${sweepCliWords.gone(sums.gone)}`, tone: 'warn' })
  for (const warning of warnings) print.line({ text: `! ${warning}`, tone: 'warn' })
  const done = rows.filter(({ error }) => error === null)
  if (done.length > 0) {
    print.line('')
    print.table(ROWS, done.slice(0, MOST_SHOWN))
    if (done.length > MOST_SHOWN) print.line(sweepCliWords.more(done.length - MOST_SHOWN))
  }
  showRefused(print, rows)
  print.line('')
}
