import type { RecoveryPlan } from './model/plan'

/**
 * Whether a plan does something that Redis can't take back: the action itself, older entries of the stream that gets
 * copies, or entries that it would drop from the pending list, also where only the run will tell whether there are any.
 */
export function isForGood({ undo, drops, gone, action, targetLosses }: RecoveryPlan): boolean {
  const takesGone = 'includeGone' in action && action.includeGone
  return !undo.possible || drops > 0 || (targetLosses?.value ?? 0) > 0 || (takesGone && gone === null)
}
