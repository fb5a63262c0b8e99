import { GROUP_HEALTH, type GroupState } from '../../judgement/group-health'
import type { Health } from '../../judgement/severity'
import { STREAM_HEALTH, type StreamState } from '../../judgement/stream-health'

/** How something is, as a mark and a word. */
export interface HealthWords {
  readonly health: Health
  readonly label: string
}

const LABELS: Readonly<Record<StreamState, string>> = {
  'stalled-hold': 'Stalled consumers hold entries',
  lagging: 'Lagging',
  'no-consumers': 'No consumers',
  fine: 'Fine',
  unreadable: 'Could not be read',
  'no-groups': 'No groups',
}

export function groupWords(state: GroupState): HealthWords {
  return { health: GROUP_HEALTH[state], label: LABELS[state] }
}

export function streamWords(state: StreamState): HealthWords {
  return { health: STREAM_HEALTH[state], label: LABELS[state] }
}
