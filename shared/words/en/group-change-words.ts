import { displayBytes, type Bytes } from '../../bytes'
import type { Count } from '../../count'
import { displayName } from '../../format/display-name'
import { formatCount } from '../../format/format-count'
import type { GroupChange, GroupChangePlan } from '../../model/group-change'
import type { Lag } from '../../model/group'
import { formatNoun } from '../../format/format-count'

type GroupChangeKind = GroupChange['kind']

const TITLES: Readonly<Record<GroupChangeKind, string>> = {
  'remove consumer': 'Remove a consumer',
  'set id': 'Set the last delivered id',
  'destroy group': 'Destroy the group',
}

const VERBS: Readonly<Record<GroupChangeKind, string>> = {
  'remove consumer': 'Remove',
  'set id': 'Set id',
  'destroy group': 'Destroy',
}

function many({ value, kind }: Lag): string | null {
  if (value === null || value === 0) return null
  return `${kind === 'atLeast' ? 'At least ' : ''}${formatNoun(Number(value), 'entry', 'entries')}`
}

/** Of a position that the stream has not reached. */
function beyond(lastGeneratedId: string): string {
  return `The last id that the stream has generated is ${lastGeneratedId}: what is added until it is past this position will never be delivered to this group.`
}

/** What a change means for the entries, in sentences. */
function consequences({ change, before, after, delivers, skips }: GroupChangePlan): readonly string[] {
  const again = many(delivers)
  const missed = many(skips)
  const sentences: string[] = []
  if (change.kind === 'destroy group') {
    if (before.pending > 0)
      sentences.push(`${formatNoun(before.pending, 'pending entry', 'pending entries')} will be acked and forgotten.`)
    if (missed !== null) sentences.push(`${missed} it never read: nobody gets them through this group.`)
  }
  if (change.kind === 'set id') {
    if (again !== null) sentences.push(`${again} will be delivered once more, to whoever reads next.`)
    if (missed !== null) sentences.push(`${missed} will never be delivered to this group.`)
    if (after !== null && after.aheadOf !== null) sentences.push(beyond(after.aheadOf))
    else if (again === null && missed === null) sentences.push('No entry is skipped, and none comes twice.')
    if (again !== null && before.pending > 0) {
      sentences.push('What is pending stays pending; entries that are read again change hands.')
    }
  }
  return sentences
}

export const groupChangeWords = {
  createConsumer: 'Create consumer',
  inGroup: (group: Bytes) => `In the group ${displayBytes(group)}`,
  name: 'Name',
  nameNeeded: 'A name is needed',
  countOf: (group: Bytes, key: Bytes) => `${displayName(group)} of ${displayName(key)}`,
  theGroup: 'The group',
  what: 'What',
  before: 'Before',
  after: 'After',
  lastDeliveredId: 'Last delivered id',
  noGroup: 'no group',
  lag: 'Lag',
  pending: 'Pending',
  consumers: 'Consumers',
  atEnd: 'The end: new entries only ($)',
  atBeginning: 'The beginning: all there is (0)',
  atId: 'An id or time in ms…',
  holdsNothing: 'holds nothing',
  pendingCount: (pending: Count) => `${formatCount(pending)} pending`,
  giveId: 'Give the id',
  chooseConsumer: 'Choose the consumer',
  consumer: 'Consumer',
  groupReadsOnAfter: 'The group reads on after',
  id: 'Id',
  idExample: 'An id like 1620973121009-0',
  createConsumerDots: 'Create consumer…',
  itHasNoConsumer: 'It has no consumer',
  group: 'Group',
  consumerCreated: (name: Bytes) => `Consumer ${displayBytes(name)} created`,
  consumerWasThere: (name: Bytes) => `Consumer ${displayBytes(name)} was there already`,
  titles: TITLES,
  verbs: VERBS,
  consequences,
  beyond,
}
