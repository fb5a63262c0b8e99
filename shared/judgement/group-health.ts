import type { GroupSummary } from '../model/stream'
import { isKeepingUp, isLagging } from './lagging'
import { isPoison, type PendingPeek } from './pending-peek'
import type { Health } from './severity'
import type { Thresholds } from './thresholds'
import type { Waiting } from './waiting'

/** Why a group is as well as it is. */
export type GroupState =
  'stalled-hold' | 'stuck-hold' | 'beyond-end' | 'poison' | 'lagging' | 'not-known' | 'no-consumers' | 'fine'

export const GROUP_HEALTH: Readonly<Record<GroupState, Health>> = {
  'stalled-hold': 'bad',
  'stuck-hold': 'bad',
  'beyond-end': 'bad',
  poison: 'warn',
  lagging: 'warn',
  'not-known': 'unknown',
  'no-consumers': 'quiet',
  fine: 'good',
}

interface GroupDoubts {
  /** What its pending entries looked like, where the summary doesn't tell. */
  readonly peek?: PendingPeek | null
  /** All that was pending was looked at once: what came since has its turn soon, and is not old yet. */
  readonly wasWhole?: boolean
  /** Nothing tells whether it stands beyond its stream. */
  readonly mayBeBeyond?: boolean
}

/**
 * Bad: a stalled consumer holds entries, a living one does not touch what it holds, or the group stands beyond its stream, so
 * that what is added next never comes. Warn: an entry fails again and again, or it is far behind. Unknown: something
 * of it could not be looked at, or was not yet, so it is not called fine. Quiet: nobody reads.
 */
export function groupState(
  group: GroupSummary,
  waiting: Waiting,
  thresholds: Thresholds,
  { peek = null, wasWhole = false, mayBeBeyond = false }: GroupDoubts = {},
): GroupState {
  const deliveries = group.pending === 0 ? null : (group.mostDeliveries ?? peek?.mostDeliveries ?? null)
  const isLookedAt = group.pending === 0 || group.mostDeliveries !== null || peek?.isWhole === true || wasWhole
  if ((group.stalledPending ?? 0) > 0) return 'stalled-hold'
  if ((group.stuckPending ?? 0) > 0) return 'stuck-hold'
  if (group.beyondEnd !== null) return 'beyond-end'
  if (deliveries !== null && isPoison({ deliveries }, thresholds)) return 'poison'
  if (isLagging(group, waiting, thresholds)) return 'lagging'
  if (group.consumers === 0) return 'no-consumers'
  if (mayBeBeyond || !isLookedAt || (group.pending > 0 && group.stalledPending === null)) return 'not-known'
  return isKeepingUp(group, waiting, thresholds) ? 'fine' : 'not-known'
}
