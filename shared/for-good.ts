import type { Bytes } from './bytes'
import { goneEntries } from './judgement/gone-entries'
import type { GroupChange } from './model/group-change'
import type { RecoveryPlan } from './model/plan'

/**
 * Whether a plan does something that Redis can't take back: the action itself, older entries of the stream that gets
 * copies, or entries that it would drop from the pending list, also where only the run will tell whether there are any.
 */
export function isForGood(plan: RecoveryPlan): boolean {
  return losesHere(plan) || losesElsewhere(plan)
}

/**
 * The stream whose name a production connection asks for: that which loses something; null where nothing does. Of two,
 * the one that the plan is about.
 */
export function nameToConfirm(plan: RecoveryPlan): Bytes | null {
  const { action, key } = plan
  if (losesHere(plan)) return key
  if (!losesElsewhere(plan)) return null
  return 'stream' in action && action.stream !== null ? action.stream : key
}

function losesHere({ undo, drops, gone, action, hashes }: RecoveryPlan): boolean {
  // What they hold is overwritten, and saved nowhere.
  if (hashes !== undefined && hashes.unknown > 0) return true
  if (!undo.possible || drops > 0) return true
  switch (goneEntries(action)) {
    case 'acked':
      // What is acked though it is gone can't be made pending again.
      return gone !== 0
    case 'dropped':
      return gone === null
    case 'left-out':
    case 'sent':
      return false
  }
}

function losesElsewhere({ targetLosses }: RecoveryPlan): boolean {
  return (targetLosses?.value ?? 0) > 0
}

/** What a change of a group is about. The stream's name is the same for all of its groups, and says nothing here. */
export interface ChangedBy {
  readonly kind: 'group' | 'consumer'
  readonly name: Bytes
}

/** What a change destroys or moves: its name is asked for on a production connection. */
export function changedBy(change: GroupChange, group: Bytes): ChangedBy {
  switch (change.kind) {
    case 'remove consumer':
      return { kind: 'consumer', name: change.consumer }
    case 'set id':
    case 'destroy group':
    case 'make pending':
      return { kind: 'group', name: group }
  }
}
