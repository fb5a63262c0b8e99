import { displayBytes } from '../../shared/bytes'
import type { Job } from '../../shared/model/job'
import { displayName } from './display-name'
import { formatCount, formatNoun } from './format-count'
import { groupJobHeadline } from './group-job-words'

const DOING: Readonly<Record<Job['kind'], string>> = {
  claim: 'Claiming',
  spread: 'Spreading',
  ack: 'Acking',
  ackDelete: 'Acking and deleting',
  deadLetter: 'Dead-lettering',
  requeue: 'Requeueing',
  release: 'Releasing',
  autoClaim: 'Auto-claiming',
  handle: 'Handling',
  trim: 'Trimming',
  delete: 'Deleting',
  redrive: 'Redriving',
  'remove consumer': 'Removing the consumer',
  'set id': 'Setting the id',
  'destroy group': 'Destroying the group',
  'restore entries': 'Restoring',
  'restore stream': 'Restoring into a new key',
  'swap streams': 'Swapping',
  undo: 'Undoing',
}
const DONE: Readonly<Record<Job['kind'], string>> = {
  claim: 'Claimed',
  spread: 'Spread',
  ack: 'Acked',
  ackDelete: 'Acked and deleted',
  deadLetter: 'Dead-lettered',
  requeue: 'Requeued',
  release: 'Released',
  autoClaim: 'Auto-claimed',
  handle: 'Handled',
  trim: 'Removed',
  delete: 'Deleted',
  redrive: 'Redrove',
  'remove consumer': 'Removed the consumer',
  'set id': 'Set the id',
  'destroy group': 'Destroyed the group',
  'restore entries': 'Restored',
  'restore stream': 'Restored into a new key:',
  'swap streams': 'Swapped the streams',
  undo: 'Gave back',
}

/** Of one entry, and of several. */
type Words = readonly [one: string, many: string]

function moved(one: string, many: string): Words {
  return [`moved meanwhile and was left alone${one}`, `moved meanwhile and were left alone${many}`]
}

/** Why entries were left alone, where it is not only that they moved meanwhile. */
const LEFT_ALONE: Partial<Readonly<Record<Job['kind'], Words>>> = {
  claim: moved(', or was there already', ', or were there already'),
  spread: moved(', or was with one of them already', ', or were with one of them already'),
  release: moved(', or had no owner already', ', or had no owner already'),
  delete: ['is still in the stream', 'are still in the stream'],
  trim: [
    'is still in the stream: a group holds it or has not read it',
    'are still in the stream: a group holds them or has not read them',
  ],
  'set id': ['was not done', 'were not done'],
  'destroy group': ['was not done', 'were not done'],
  'restore entries': ['was not added', 'were not added'],
  'swap streams': ['was not done', 'were not done'],
  undo: ['moved since and was left alone', 'moved since and were left alone'],
}
const MOVED: Words = moved('', '')
/** Where the connection was lost, they may as well not have been reached. */
const NOT_REACHED: Words = [
  'was not changed: it was not reached, or moved meanwhile',
  'were not changed: they were not reached, or moved meanwhile',
]

/** What befell those that are listed one by one. */
const FAILED: Partial<Readonly<Record<Job['kind'], string>>> = {
  delete: 'kept',
  handle: 'not handled',
  'restore stream': 'not pending in the new key',
}

/** Where a job works: `orders / billing`. */
export function jobPlace({ key, group }: Job): string {
  return group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`
}

/** What a job does, in a few words: "Claiming for worker-2". */
export function jobTitle(job: Job): string {
  return job.to === null ? DOING[job.kind] : `${DOING[job.kind]} for ${displayBytes(job.to)}`
}

function are(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

function leftAloneWords({ kind, state }: Pick<Job, 'kind' | 'state'>): Words {
  const words = LEFT_ALONE[kind] ?? MOVED
  return state === 'interrupted' && kind !== 'delete' ? NOT_REACHED : words
}

/** What a job that stopped before its end had not come to. What a trim removes may be an estimate until its end. */
function notBegun({ kind, state, done, total }: Job): number {
  return state === 'running' || state === 'done' || kind === 'trim' ? 0 : Math.max(0, total - done)
}

/** What did not change, and why: "9 moved meanwhile and were left alone", … */
export function exceptions(job: Job): readonly string[] {
  const { leftAlone, gone, dropped, unknown } = job.counts
  const parts: string[] = []
  if (leftAlone > 0) parts.push(are(leftAlone, ...leftAloneWords(job)))
  if (gone > 0)
    parts.push(
      are(gone, 'no longer exists in the stream and was left out', 'no longer exist in the stream and were left out'),
    )
  if (dropped > 0)
    parts.push(
      are(
        dropped,
        'was gone from the stream and dropped from the pending list',
        'were gone from the stream and dropped from the pending list',
      ),
    )
  if (unknown > 0)
    parts.push(
      are(
        unknown,
        'was sent without an answer: its outcome is unknown',
        'were sent without an answer: their outcome is unknown',
      ),
    )
  const open = notBegun(job)
  if (open > 0) parts.push(are(open, 'was not begun', 'were not begun'))
  return parts
}

/** A job lists no more of them one by one. */
const MOST_LISTED = 1_000

/** Over the list of those that failed: "2 entries not handled". */
export function failureWords({ kind, failures }: Job): string {
  const words = `${formatNoun(failures.length, 'entry', 'entries')} ${FAILED[kind] ?? 'failed'}`
  return failures.length < MOST_LISTED ? words : `The first ${words}; there may be more`
}

/** What a job changed, of what it was asked to: "Claimed 988 of 1 000 entries for worker-2". */
export function jobHeadline(job: Job): string {
  const ofGroup = groupJobHeadline(job)
  if (ofGroup !== null) return ofGroup
  const {
    kind,
    to,
    total,
    counts: { changed },
  } = job
  if (kind === 'swap streams') return changed > 0 ? DONE[kind] : 'Swapped nothing'
  const asked = Math.max(total, changed)
  const entries = formatNoun(asked, 'entry', 'entries')
  const target = to === null ? '' : ` for ${displayBytes(to)}`
  return `${DONE[kind]} ${changed === asked ? entries : `${formatCount(changed)} of ${entries}`}${target}`
}

/** The whole of it: "Claimed 988 of 1 000 entries for worker-2; 9 moved meanwhile and were left alone". */
export function jobSentence(job: Job): string {
  return [jobHeadline(job), ...exceptions(job)].join('; ')
}

/** How a job ended, when not simply done: before its sentence. */
export function jobEnding({ state, error }: Job): string | null {
  if (state === 'cancelled') return 'Cancelled'
  if (state === 'interrupted') return 'Interrupted: the connection was lost'
  if (state !== 'failed') return null
  // It may also have been the disk, or a stream that is another one by now: the error says which.
  return error?.code === 'REDIS' ? 'Stopped: the server refused' : 'Stopped'
}
