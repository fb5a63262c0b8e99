import { GROUP_HEALTH, type GroupState } from '../../judgement/group-health'
import type { HealthLabel } from '../health-label'
import { STREAM_HEALTH, type StreamState } from '../../judgement/stream-health'

const LABELS: Readonly<Record<StreamState, string>> = {
  'stalled-hold': 'Stalled consumers hold entries',
  'stuck-hold': 'Consumers hold entries that they do not touch',
  'beyond-end': 'Beyond the stream: what is added next is not delivered',
  poison: 'Entries are delivered again and again and never acked',
  lagging: 'Lagging',
  'not-known': 'Not known: something of it could not be read',
  'no-consumers': 'No consumers',
  fine: 'Fine',
  unreadable: 'Could not be read',
  'no-groups': 'No groups',
}

function groupWords(state: GroupState): HealthLabel {
  return { health: GROUP_HEALTH[state], label: LABELS[state] }
}

function streamWords(state: StreamState): HealthLabel {
  return { health: STREAM_HEALTH[state], label: LABELS[state] }
}

export const healthWords = {
  group: groupWords,
  stream: streamWords,
}
