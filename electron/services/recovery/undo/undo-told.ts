import type { RecoveryPlan } from '../../../../shared/model/plan'
import { goneEntries } from '../../../../shared/judgement/gone-entries'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { message } from '../../../../shared/words/messages'
import { toBuffer } from '../../../redis/bytes'
import type { ActionKind, PlanFacts } from '../action'

/**
 * What a plan tells of its undo: also, where this user lacks a command that it needs, that only another one's can be. Dead
 * letters are written by a script, say, and their copies deleted by XDEL.
 */
export function undoTold(
  kind: ActionKind<RecoveryAction>,
  action: RecoveryAction,
  { server, group }: PlanFacts,
  taken: Pick<RecoveryPlan, 'changes' | 'drops' | 'gone'>,
): RecoveryPlan['undo'] {
  const { possible, note } = kind.undo(action)
  if (possible && isAllGone(action, taken)) return { possible: false, note: message('undo.all-gone') }
  const needs = possible ? (kind.giveBack(action)?.needs({ key: toBuffer(group.key) }) ?? []) : []
  const why = needs.map(({ name }) => server.capabilities[name].reason).find((reason) => reason !== null) ?? null
  return { possible, note: why === null ? note : message('undo.by-another-user', { what: note, why }) }
}

/** Nothing of what is taken can be made pending again. */
function isAllGone(action: RecoveryAction, { changes, drops, gone }: Pick<RecoveryPlan, 'changes' | 'drops' | 'gone'>) {
  if (changes + drops === 0) return false
  return changes === 0 || (goneEntries(action) === 'acked' && gone === changes)
}
