import { formatCount } from '../../../shared/format/format-count'
import { formatRelative } from '../../../shared/format/format-time'
import { isNeglected } from '../../../shared/judgement/rules/due'
import type { RuleNow } from '../../../shared/model/rule'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import { ruleWords } from '../../../shared/words/en/rule-words'
import { ruleSummary, ruleWhat, turnText } from '../../../shared/words/rule-text'
import type { Call } from '../call'
import { orNothing } from '../print/cells'
import { printRows } from '../print/rows'
import type { Cell, Column } from '../print/table'
import { ownRules } from './find-rule'

const { columns } = ruleCliWords

interface Listed {
  readonly rule: RuleNow
  /** Its name; null: it is no more. */
  readonly connection: string | null
  readonly isNeglected: boolean
}

const COLUMNS: readonly Column<Listed>[] = [
  { title: columns.rule, cell: ({ rule }) => rule.name, shrinks: true },
  { title: columns.state, cell: stateCell },
  { title: columns.lastRun, cell: ({ rule }) => orNothing(lastRunText(rule)), shrinks: true },
  { title: columns.today, cell: ({ rule }) => todayText(rule), isNumber: true },
  { title: columns.what, cell: ({ rule }) => ruleWhat(rule), shrinks: true },
  { title: columns.connection, cell: ({ connection }) => connection ?? ruleWords.goneConnection, shrinks: true },
]

/** `sluice rules`: of the connection that is named, or all. */
export async function listRules(call: Call): Promise<void> {
  const { print } = call
  const own = await ownRules(call)
  const nowMs = Date.now()
  const listed = own.map((each) => ({ ...each, isNeglected: isNeglected(each.rule, nowMs) }))
  printRows(print, COLUMNS, listed, ruleCliWords.none, listedJson)
  if (!print.isTable) return
  for (const { rule } of listed) {
    if (rule.stopped !== null) print.note(`${rule.name}: ${ruleWords.stopped(rule.stopped.why)}`, 'warn')
  }
  if (listed.some((each) => each.isNeglected)) print.note(ruleCliWords.nobodyRuns, 'warn')
}

/** Which connections this process has open says nothing of a rule: others run it. */
function stateText({ rule: { phase, stopped }, isNeglected }: Listed): string {
  if (phase === 'off' && stopped !== null) return ruleCliWords.stopped
  if (phase !== 'closed') return ruleWords.phases[phase]
  return isNeglected ? ruleCliWords.neglected : ruleWords.phases.on
}

function stateCell(listed: Listed): Cell {
  const text = stateText(listed)
  const { phase, stopped } = listed.rule
  if (stopped !== null) return { text, tone: 'bad' }
  if (listed.isNeglected) return { text, tone: 'warn' }
  return { text, tone: phase === 'off' || phase === 'over' ? 'soft' : 'good' }
}

function lastRunText({ runs: [last] }: RuleNow): string | null {
  return last === undefined ? null : `${formatRelative(last.atMs, Date.now())}: ${ruleWords.run(last)}`
}

function todayText({ doneToday, mostPerDay }: RuleNow): string {
  return ruleCliWords.ofDay(formatCount(doneToday), formatCount(mostPerDay))
}

function listedJson(listed: Listed): object {
  const { rule, connection, isNeglected } = listed
  const [turn] = rule.turns
  return {
    what: 'rule',
    ...rule,
    connection,
    isNeglected,
    state: stateText(listed),
    text: ruleSummary(rule, connection),
    turnText: turn === undefined ? null : turnText(turn),
  }
}
