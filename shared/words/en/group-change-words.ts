import { displayBytes, type Bytes } from '../../bytes'
import type { Count } from '../../count'
import { displayName } from '../../format/display-name'
import { formatCount } from '../../format/format-count'
import type { GroupChange, GroupChangePlan } from '../../model/group-change'
import type { Lag } from '../../model/group'
import { formatNoun, pluralForm } from '../../format/format-count'

type GroupChangeKind = GroupChange['kind']

const TITLES: Readonly<Record<GroupChangeKind, string>> = {
  'remove consumer': 'Remove a consumer',
  'set id': 'Set the last delivered id',
  'destroy group': 'Destroy the group',
  'make pending': 'Make entries pending',
}

const VERBS: Readonly<Record<GroupChangeKind, string>> = {
  'remove consumer': 'Remove',
  'set id': 'Set id',
  'destroy group': 'Destroy',
  'make pending': 'Make pending',
}

function many({ value, kind }: Lag): string | null {
  if (value === null || value === 0) return null
  return `${kind === 'atLeast' ? 'At least ' : ''}${formatNoun(Number(value), 'entry', 'entries')}`
}

/** Of a position that the stream has not reached. */
function beyond(lastGeneratedId: string): string {
  return `The last id that the stream has generated is ${lastGeneratedId}: entries added with an id up to this position will never be delivered to this group.`
}

/** Of what a destroyed group has pending. */
function lostWith(gone: number | null): string {
  if (gone === null)
    return 'Some of them may be gone from the stream: those an undo can’t make pending again. How many only the run will tell.'
  return `${formatCount(gone)} of them ${pluralForm(gone, { one: 'is', other: 'are' })} gone from the stream: no undo makes ${pluralForm(gone, { one: 'it', other: 'them' })} pending again.`
}

/** What is made pending, what not and why, and who works on it then. */
function making({ entries, pending, unread, gone }: NonNullable<GroupChangePlan['made']>, consumer: Bytes): string[] {
  const left = [
    pending > 0 ? `${formatCount(pending)} pending already` : '',
    unread > 0 ? `${formatCount(unread)} not delivered to this group yet` : '',
    gone > 0 ? `${formatCount(gone)} not in the stream` : '',
  ].filter((each) => each !== '')
  return [
    `${formatNoun(entries, 'entry becomes', 'entries become')} pending with ${displayBytes(consumer)}, as delivered once just now.`,
    ...(left.length === 0 ? [] : [`Left alone: ${left.join(', ')}.`]),
    'Redis keeps no trace of what was lost: an entry that was acked looks the same. Whatever was handled already is handled once more.',
    'A consumer works on them when it reads its own pending list (XREADGROUP from 0, mostly at its start), or when another claims them.',
  ]
}

/** What a change means for the entries, in sentences. */
function consequences({
  change,
  before,
  after,
  delivers,
  skips,
  made,
  gone,
  acks,
}: GroupChangePlan): readonly string[] {
  if (change.kind === 'make pending') return made === undefined ? [] : making(made, change.consumer)
  const again = many(delivers)
  const missed = many(skips)
  const sentences: string[] = []
  if (change.kind === 'destroy group') {
    if (before.pending > 0)
      sentences.push(`${formatNoun(before.pending, 'pending entry', 'pending entries')} will be acked and forgotten.`)
    if (before.pending > 0 && gone !== 0) sentences.push(lostWith(gone ?? null))
    if (acks !== undefined)
      sentences.push(
        `What it is given until then is acked as well, up to ${formatNoun(acks - before.pending, 'entry', 'entries')}; beyond that nothing more is, and the group stays.`,
      )
    if (missed !== null) sentences.push(`${missed} it never read: nobody gets them through this group.`)
  }
  if (change.kind === 'set id') {
    const more = change.readsOn ? ', and whatever the group reads until then' : ''
    if (again !== null) sentences.push(`${again} will be delivered once more, to whoever reads next${more}.`)
    if (missed !== null) sentences.push(`${missed} will never be delivered to this group.`)
    if (after !== null && after.beyondEnd !== null) sentences.push(beyond(after.beyondEnd))
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
  readsOn: 'Also what it reads until then',
  readsOnHint: 'Else it stays where it stands when it has read on since this preview',
  giveIds: 'Give the ids of the entries',
  entryIds: 'Ids of the entries',
  entryIdsHint: 'One a line, or with commas or blanks between them; up to 500',
  noId: (text: string) => `${text} is no id like 1620973121009-0`,
  tooManyIds: (most: number) => `${formatCount(most)} at most in one go`,
  whoGetsThem: 'Pending with',
  consumer: 'Consumer',
  groupReadsOnAfter: 'The group reads on after',
  id: 'Id',
  idExample: 'An id like 1620973121009-0',
  createConsumerDots: 'Create consumer…',
  itHasNoConsumer: 'It has no consumer',
  group: 'Group',
  consumerCreated: (name: Bytes) => `Consumer ${displayBytes(name)} created`,
  consumerFound: (name: Bytes) => `The reply was lost, and the consumer ${displayBytes(name)} is there since`,
  consumerWasThere: (name: Bytes) => `Consumer ${displayBytes(name)} was there already`,
  titles: TITLES,
  verbs: VERBS,
  consequences,
  beyond,
}
