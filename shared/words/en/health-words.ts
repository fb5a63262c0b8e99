import { GROUP_HEALTH, type GroupState } from '../../judgement/group-health'
import { formatCount, formatNoun } from '../../format/format-count'
import type { PendingPeek } from '../../judgement/pending-peek'
import type { GroupSummary } from '../../model/stream'
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

/** How far its pending entries were looked at, where that is known. */
interface Looked {
  readonly group: Pick<GroupSummary, 'pending'>
  readonly peek?: Pick<PendingPeek, 'looked' | 'isWhole'> | null
}

function groupWords(state: GroupState, row?: Looked): HealthLabel {
  const { looked = 0, isWhole = true } = row?.peek ?? {}
  const pending = row?.group.pending ?? 0
  const isPart = state === 'not-known' && !isWhole && looked < pending
  return { health: GROUP_HEALTH[state], label: isPart ? partly(looked, pending) : LABELS[state] }
}

function partly(looked: number, pending: number): string {
  return `Not known yet: fine as far as looked, ${formatCount(looked)} of ${formatNoun(pending, 'pending entry', 'pending entries')}`
}

function streamWords(state: StreamState): HealthLabel {
  return { health: STREAM_HEALTH[state], label: LABELS[state] }
}

export const healthWords = {
  group: groupWords,
  stream: streamWords,
}
