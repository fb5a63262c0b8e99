import type { StreamSummary } from '../model/stream'
import { GROUP_HEALTH, type GroupState } from './group-health'
import { SEVERITY, type Health } from './severity'

/** Why a stream is as well as it is: by the worst of its groups, or because nothing is known of them. */
export type StreamState = GroupState | 'unreadable' | 'no-groups'

export const STREAM_HEALTH: Readonly<Record<StreamState, Health>> = {
  ...GROUP_HEALTH,
  unreadable: 'warn',
  'no-groups': 'quiet',
}

/** A stream is as well as the worst of its groups, by their states; of equals, as the first. */
export function streamState({ error }: Pick<StreamSummary, 'error'>, groups: readonly GroupState[]): StreamState {
  if (error) return 'unreadable'
  let worst: StreamState = 'no-groups'
  for (const state of groups) {
    if (worst === 'no-groups' || SEVERITY[STREAM_HEALTH[state]] > SEVERITY[STREAM_HEALTH[worst]]) worst = state
  }
  return worst
}
