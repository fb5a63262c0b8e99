import { displayBytes } from '../../shared/bytes'
import type { Job, JobCounts } from '../../shared/model/job'
import { displayName } from './display-name'
import { formatCount, formatNoun } from './format-count'

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
  'remove consumer': 'Removing the consumer',
  'set id': 'Setting the id',
  'destroy group': 'Destroying the group',
  'restore entries': 'Restoring',
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
  'remove consumer': 'Removed the consumer',
  'set id': 'Set the id',
  'destroy group': 'Destroyed the group',
  'restore entries': 'Restored',
  undo: 'Gave back',
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

/** What did not change, and why: "9 moved meanwhile and were left alone", … */
export function exceptions({ leftAlone, gone, dropped, unknown }: JobCounts): readonly string[] {
  const parts: string[] = []
  if (leftAlone > 0)
    parts.push(are(leftAlone, 'moved meanwhile and was left alone', 'moved meanwhile and were left alone'))
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
  return parts
}

/** What a job changed, of what it was asked to: "Claimed 988 of 1 000 entries for worker-2". */
export function jobHeadline({ kind, to, total, counts: { changed } }: Job): string {
  const asked = Math.max(total, changed)
  const entries = formatNoun(asked, 'entry', 'entries')
  const target = to === null ? '' : ` for ${displayBytes(to)}`
  return `${DONE[kind]} ${changed === asked ? entries : `${formatCount(changed)} of ${entries}`}${target}`
}

/** The whole of it: "Claimed 988 of 1 000 entries for worker-2; 9 moved meanwhile and were left alone". */
export function jobSentence(job: Job): string {
  return [jobHeadline(job), ...exceptions(job.counts)].join('; ')
}

/** How a job ended, when not simply done: before its sentence. */
export function jobEnding({ state, error }: Job): string | null {
  if (state === 'cancelled') return 'Cancelled'
  if (state === 'interrupted') return 'Interrupted: the connection was lost'
  if (state !== 'failed') return null
  // It may also have been the disk, or a stream that is another one by now: the error says which.
  return error?.code === 'REDIS' ? 'Stopped: the server refused' : 'Stopped'
}
