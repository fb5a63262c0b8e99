import type { GroupSummary } from '../model/stream'
import { isLagging } from './lagging'
import type { Health } from './severity'
import type { Thresholds } from './thresholds'

/** Why a group is as well as it is. */
export type GroupState = 'stalled-hold' | 'lagging' | 'no-consumers' | 'fine'

export const GROUP_HEALTH: Readonly<Record<GroupState, Health>> = {
  'stalled-hold': 'bad',
  lagging: 'warn',
  'no-consumers': 'quiet',
  fine: 'good',
}

/** Bad: a stalled consumer holds entries. Warn: far behind. Quiet: nobody reads. */
export function groupState(group: GroupSummary, lastId: string | null, thresholds: Thresholds): GroupState {
  if ((group.stalledPending ?? 0) > 0) return 'stalled-hold'
  if (isLagging(group, lastId, thresholds)) return 'lagging'
  return group.consumers === 0 ? 'no-consumers' : 'fine'
}
