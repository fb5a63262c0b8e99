import { displayName } from '../../../shared/format/display-name'
import { formatCount } from '../../../shared/format/format-count'
import { isForGood } from '../../../shared/for-good'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { cliWords } from '../../../shared/words/en/cli-words'
import { planWords } from '../../../shared/words/en/plan-words'
import { sentence } from '../../../shared/words/messages'
import type { Print } from '../print/print'
import type { Column } from '../print/table'
import { HOLDERS } from './holders'

type Other = RecoveryPlan['otherGroups'][number]

const { columns } = cliWords
const OTHERS: readonly Column<Other>[] = [
  { title: columns.group, cell: ({ name, stream }) => planWords.ofStream(name, stream), shrinks: true },
  { title: columns.loses, cell: ({ pending }) => formatCount(pending.value), isNumber: true },
  { title: columns.unread, cell: ({ unread }) => formatCount(unread.value), isNumber: true },
  { title: columns.gets, cell: ({ gets }) => (gets === undefined ? '-' : formatCount(gets.value)), isNumber: true },
]

/** What a plan would do, for a person in full, for a program as one object. */
export function showPlan(print: Print, plan: RecoveryPlan, connection: string): void {
  if (!print.isTable) {
    const text = planWords.sentence(plan)
    const { kept: _kept, ...shown } = plan
    print.json({ what: 'plan', text, warningTexts: planWords.warnings(plan), forGood: isForGood(plan), ...shown })
    return
  }
  const where = `${displayName(plan.key)} / ${displayName(plan.group)} ${cliWords.on(connection)}`
  print.line({ text: planWords.sentence(plan), tone: 'title' }, `(${where})`)
  for (const warning of planWords.warnings(plan)) print.line({ text: `! ${warning}`, tone: 'warn' })
  const { targetLosses } = plan
  if (targetLosses !== undefined && targetLosses.value > 0) {
    print.line({ text: `! ${planWords.targetLosses(targetLosses.value)}`, tone: 'warn' })
  }
  for (const doubt of plan.doubts ?? []) print.line({ text: `? ${sentence(doubt)}`, tone: 'warn' })
  if (plan.entries === 0) return
  for (const note of [...plan.notes, plan.guard.note, plan.undo.note])
    print.line({ text: `  ${sentence(note)}`, tone: 'soft' })
  if (plan.consumers.length > 0) {
    print.line('')
    print.table(HOLDERS, plan.consumers)
  }
  if (plan.otherGroups.length > 0) {
    print.line('')
    print.line({ text: cliWords.otherGroups, tone: 'title' })
    print.table(OTHERS, plan.otherGroups)
  }
  if (plan.commands.length > 0) {
    print.line('')
    for (const command of plan.commands) print.line({ text: `  ${command}`, tone: 'soft' })
  }
  print.line('')
}
