import { isForGood } from '../../for-good'
import type { ConnectionProfile } from '../../model/connection'
import type { RecoveryPlan } from '../../model/plan'
import type { RuleAction } from '../../model/rule'

/** Whoever orders it knows that Redis can't take it back: what is gone from the stream can't be made pending again, nor XNACK be undone. */
export function isKnownForGood({ kind }: RuleAction): boolean {
  return kind === 'ackGone' || kind === 'release'
}

/** Whether a rule must not do this: it is for good, and was not ordered as such, or is on production, where everything has to be undoable. */
export function mayNotDo(
  plan: RecoveryPlan,
  action: RuleAction,
  { environment }: Pick<ConnectionProfile, 'environment'>,
): boolean {
  return isForGood(plan) && !(isKnownForGood(action) && environment !== 'prod')
}
