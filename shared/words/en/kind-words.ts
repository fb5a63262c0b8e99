import type { Job } from '../../model/job'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'

/** Of one entry, and of several. */
export type Words = readonly [one: string, many: string]
type Told = Pick<Job, 'state' | 'total' | 'keptFor'> & {
  readonly counts: Pick<Job['counts'], 'changed' | 'kept' | 'wasGone'>
}
/** Null: as for the others. */
type Headline = (job: Told) => string | null

/** What is said of a kind of job. */
interface JobKind {
  readonly doing: string
  readonly done: string
  /** Why entries were left alone. */
  readonly leftAlone: Words
  /** The same, where the connection was lost before its end. */
  readonly leftAloneWhenLost: Words
  /** What befell those that are listed one by one. */
  readonly failed: string
  /** How many it is to change may be an estimate until its end. */
  readonly isEstimate?: true
  /** What it has come to, where that is not a number of entries. */
  readonly headline?: Headline
  /** What its undo has come to, likewise. */
  readonly undoHeadline?: Headline
}

function moved(one: string, many: string): Words {
  return [`moved meanwhile and was left alone${one}`, `moved meanwhile and were left alone${many}`]
}
const NOT_DONE: Words = ['was not done', 'were not done']
const STAYS: Words = ['is still in the stream', 'are still in the stream']
/** They may as well not have been reached. */
const NOT_REACHED: Words = [
  'was not changed: it was not reached, or moved meanwhile',
  'were not changed: they were not reached, or moved meanwhile',
]
const usual = { leftAlone: moved('', ''), leftAloneWhenLost: NOT_REACHED, failed: 'failed' } as const

function entries(count: number): string {
  return formatNoun(count, 'entry', 'entries')
}

function either(changed: string, not: string): Headline {
  return ({ counts }) => (counts.changed > 0 ? changed : not)
}

/** Of an ack and deletion that left some in the stream, or found some gone from it. */
function keptHeadline({ counts: { changed, kept = 0, wasGone = 0 }, keptFor = [] }: Told): string | null {
  if (kept + wasGone === 0) return null
  const groups = keptFor.slice(0, MOST_NAMED).map(displayName).join(', ')
  const more = keptFor.length > MOST_NAMED ? ` and ${formatNoun(keptFor.length - MOST_NAMED, 'other group')}` : ''
  const whose = keptFor.length === 0 ? 'in the stream' : `for ${groups}${more}`
  const parts = [`${formatCount(changed)} acked`, `${formatCount(changed - kept - wasGone)} deleted`]
  if (kept > 0) parts.push(`${formatCount(kept)} kept ${whose}`)
  if (wasGone > 0) parts.push(`${formatCount(wasGone)} gone from the stream before`)
  return parts.join(', ')
}

const MOST_NAMED = 3

/** Of what stopped on its way: it may have come to the group itself or not, so that is not said. */
function steps(doing: string, { counts: { changed }, total }: Told): string {
  return `${doing}: ${formatCount(changed)} of ${formatNoun(Math.max(total, changed), 'step')}`
}

/**
 * A kind of job each. A change of a group itself counts the group, consumer or id as one beside its entries: that is none
 * to be told of.
 */
export const JOB_KINDS: Readonly<Record<Job['kind'], JobKind>> = {
  claim: {
    ...usual,
    doing: 'Claiming',
    done: 'Claimed',
    leftAlone: moved(', or was there already', ', or were there already'),
  },
  spread: {
    ...usual,
    doing: 'Spreading',
    done: 'Spread',
    leftAlone: moved(', or was with one of them already', ', or were with one of them already'),
  },
  ack: { ...usual, doing: 'Acking', done: 'Acked' },
  ackDelete: { ...usual, doing: 'Acking and deleting', done: 'Acked and deleted', headline: keptHeadline },
  deadLetter: { ...usual, doing: 'Dead-lettering', done: 'Dead-lettered' },
  requeue: { ...usual, doing: 'Requeueing', done: 'Requeued' },
  release: {
    ...usual,
    doing: 'Releasing',
    done: 'Released',
    leftAlone: moved(', or had no owner already', ', or had no owner already'),
  },
  autoClaim: { ...usual, doing: 'Auto-claiming', done: 'Auto-claimed' },
  handle: { ...usual, doing: 'Handling', done: 'Handled', failed: 'not handled' },
  trim: {
    ...usual,
    doing: 'Trimming',
    done: 'Removed',
    leftAlone: [
      'is still in the stream: a group holds it or has not read it',
      'are still in the stream: a group holds them or has not read them',
    ],
    isEstimate: true,
  },
  delete: {
    ...usual,
    doing: 'Deleting',
    done: 'Deleted',
    leftAlone: STAYS,
    leftAloneWhenLost: STAYS,
    failed: 'kept',
  },
  redrive: { ...usual, doing: 'Redriving', done: 'Redrove' },
  'remove consumer': {
    ...usual,
    doing: 'Removing the consumer',
    done: 'Removed the consumer',
    headline: either('Removed the consumer', 'The consumer was not removed'),
    undoHeadline: either('Made the consumer again', 'The consumer was not made again'),
  },
  'set id': {
    ...usual,
    doing: 'Setting the id',
    done: 'Set the id',
    leftAlone: NOT_DONE,
    headline: either('Set the id', 'The id was not set'),
    undoHeadline: either('Set the id back', 'The id was not set back'),
  },
  'destroy group': {
    ...usual,
    doing: 'Destroying the group',
    done: 'Destroyed the group',
    leftAlone: NOT_DONE,
    headline: (job) => {
      if (job.state !== 'done') return steps('Destroying the group', job)
      const { changed } = job.counts
      return changed > 1 ? `Destroyed the group, ${entries(changed - 1)} acked` : 'Destroyed the group'
    },
    undoHeadline: (job) =>
      job.state === 'done' ? 'Gave back the group and what it held' : steps('Giving back the group', job),
  },
  'make pending': {
    ...usual,
    doing: 'Making pending',
    done: 'Made pending',
    leftAlone: NOT_DONE,
    headline: ({ counts }) =>
      counts.changed > 0 ? `Made ${entries(counts.changed)} pending` : 'Made no entry pending',
    undoHeadline: ({ counts }) =>
      counts.changed > 0 ? `Acked ${entries(counts.changed)} again` : 'Acked none of them again',
  },
  'restore entries': {
    ...usual,
    doing: 'Adding',
    done: 'Added',
    leftAlone: ['was not added', 'were not added'],
  },
  copy: {
    ...usual,
    doing: 'Copying',
    done: 'Copied',
    leftAlone: ['was not copied', 'were not copied'],
  },
  'restore stream': {
    ...usual,
    doing: 'Making a new key',
    done: 'Made a new key:',
    failed: 'not pending in the new key',
  },
  'swap streams': {
    ...usual,
    doing: 'Swapping',
    done: 'Swapped the streams',
    leftAlone: NOT_DONE,
    headline: either('Swapped the streams', 'Swapped nothing'),
  },
  undo: {
    ...usual,
    doing: 'Undoing',
    done: 'Gave back',
    leftAlone: ['moved since and was left alone', 'moved since and were left alone'],
  },
}
