import type { StreamSummary } from '../model/stream'
import { GROUP_HEALTH, groupState, type GroupState } from './group-health'
import { SEVERITY, type Health } from './severity'
import type { Thresholds } from './thresholds'

/** Why a stream is as well as it is: by the worst of its groups, or because nothing is known of them. */
export type StreamState = GroupState | 'unreadable' | 'no-groups'

export const STREAM_HEALTH: Readonly<Record<StreamState, Health>> = {
  ...GROUP_HEALTH,
  unreadable: 'warn',
  'no-groups': 'quiet',
}

/** A stream is as well as the worst of its groups; of equals, as the first. */
export function streamState({ groups, lastId, error }: StreamSummary, thresholds: Thresholds): StreamState {
  if (error) return 'unreadable'
  let worst: StreamState = 'no-groups'
  for (const group of groups) {
    const state = groupState(group, lastId, thresholds)
    if (SEVERITY[STREAM_HEALTH[state]] > SEVERITY[STREAM_HEALTH[worst]]) worst = state
  }
  return worst
}
