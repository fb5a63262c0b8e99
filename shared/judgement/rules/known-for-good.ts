import { isForGood } from '../../for-good'
import type { ConnectionProfile } from '../../model/connection'
import type { RecoveryPlan } from '../../model/plan'
import type { RuleAction } from '../../model/rule'

/** Whoever orders it knows that Redis can't take it back: what is gone from the stream can't be made pending again, nor XNACK be undone. */
export function isKnownForGood({ kind }: Pick<RuleAction, 'kind'>): boolean {
  return kind === 'ackGone' || kind === 'release'
}

/** Whether a rule can't do anything there: all of it is for good, and on production everything has to be undoable. */
export function canNeverAct(
  action: Pick<RuleAction, 'kind'>,
  { environment }: Pick<ConnectionProfile, 'environment'>,
): boolean {
  return isKnownForGood(action) && environment === 'prod'
}

/** Whether a rule must not do this: it is for good, and was not ordered as such or is on production. */
export function mayNotDo(
  plan: RecoveryPlan,
  action: RuleAction,
  connection: Pick<ConnectionProfile, 'environment'>,
): boolean {
  return isForGood(plan) && (!isKnownForGood(action) || canNeverAct(action, connection))
}
