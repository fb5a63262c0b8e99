import type { Count } from '../../count'
import { formatDuration } from '../../format/format-duration'
import { displayBytes } from '../../bytes'
import type { ClaimOutcome } from '../../model/claim-outcome'
import type { Job } from '../../model/job'
import { displayName } from '../../format/display-name'
import { KINDS } from '../../model/kinds'
import { changedNothing } from '../../judgement/job-outcome'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { madeConsumerSentence } from './made-consumer-words'
import { JOB_KINDS, type Words } from './kind-words'

/** Where a job works: `orders / billing`; of a sweep `orders:* / *, 3 of 12 groups`. */
function jobSubject({ key, group, sweep }: Job): string {
  if (sweep !== undefined) {
    return `${sweep.stream} / ${sweep.group}, ${formatCount(sweep.ended)} of ${formatNoun(sweep.groups, 'group')}`
  }
  return group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`
}

/** What a job does, in a few words: "Claiming for worker-2". */
function jobTitle(job: Job): string {
  const { doing } = JOB_KINDS[job.kind]
  return job.to === null ? doing : `${doing} for ${displayBytes(job.to)}`
}

function leftAloneWords({ kind, state }: Pick<Job, 'kind' | 'state'>): Words {
  const { leftAlone, leftAloneWhenLost } = JOB_KINDS[kind]
  return state === 'interrupted' ? leftAloneWhenLost : leftAlone
}

/** What a job that stopped before its end had not come to, where that is known. */
function notBegun({ kind, state, done, total }: Job): number {
  const isKnown = state !== 'running' && state !== 'done' && JOB_KINDS[kind].isEstimate !== true
  return isKnown ? Math.max(0, total - done) : 0
}

/** What did not change, and why: "9 moved meanwhile and were left alone", … */
function exceptions(job: Job): readonly string[] {
  const { leftAlone, gone, dropped, unknown } = job.counts
  const parts: string[] = []
  if (leftAlone > 0) parts.push(formatNoun(leftAlone, ...leftAloneWords(job)))
  if (gone > 0)
    parts.push(
      formatNoun(
        gone,
        'no longer exists in the stream and was left out',
        'no longer exist in the stream and were left out',
      ),
    )
  if (dropped > 0)
    parts.push(
      formatNoun(
        dropped,
        'was gone from the stream and dropped from the pending list',
        'were gone from the stream and dropped from the pending list',
      ),
    )
  if (unknown > 0)
    parts.push(
      formatNoun(
        unknown,
        'was sent without an answer: its outcome is unknown',
        'were sent without an answer: their outcome is unknown',
      ),
    )
  const { written = 0, hashesBack = 0, hashesLeft = 0, changed } = job.counts
  if (written > 0 && written !== changed) parts.push(`${formatCount(written)} written to hashes`)
  if (hashesBack > 0)
    parts.push(
      `${formatNoun(hashesBack, 'hash holds', 'hashes hold')} again what ${pluralForm(hashesBack, { one: 'it', other: 'they' })} held`,
    )
  if (hashesLeft > 0)
    parts.push(`${formatNoun(hashesLeft, 'hash was', 'hashes were')} changed since, and what differs was left alone`)
  const { consumers = [], dropped: lost = 0 } = job.remains ?? {}
  if (lost > 0)
    parts.push(
      `${formatNoun(lost, 'was', 'were')} gone from the stream and dropped from the pending list, and can’t come back`,
    )
  for (const each of consumers) parts.push(madeConsumerSentence(each))
  const open = notBegun(job)
  if (open > 0) parts.push(formatNoun(open, 'was not begun', 'were not begun'))
  return parts
}

/** What became of what was claimed: "7 claimed: 4 acked since, 3 not touched yet". */
function outcomeWords({ watched, more, acked, removed, gone, taken, held }: ClaimOutcome): string {
  const parts = [
    acked > 0 ? `${formatCount(acked)} acked since` : null,
    removed > 0 ? `${formatCount(removed)} acked before their consumer or group was removed, or lost with it` : null,
    gone > 0 ? `${formatCount(gone)} no longer pending, and gone from the stream` : null,
    taken > 0 ? `${formatCount(taken)} taken up` : null,
    held.length > 0 ? `${formatCount(held.length)} not touched yet` : null,
  ].filter((part) => part !== null)
  const whose = more > 0 ? `Of the first ${formatCount(watched)} claimed` : `${formatCount(watched)} claimed`
  return `${whose}: ${parts.join(', ')}`
}

/** Where nothing moves while new entries do. */
function readsPastWords({ to }: ClaimOutcome): string {
  const who = to === null ? 'Who got them takes' : `${displayBytes(to)} takes`
  return `${who} new entries and does not look at its own pending list: restart it so that it reads from 0, or have them delivered as new entries.`
}

/** A job lists no more of them one by one. */
const MOST_LISTED = 1_000

/** Over the list of those that failed: "2 entries not handled". */
function failureWords({ kind, failures }: Job): string {
  const words = `${formatNoun(failures.length, 'entry', 'entries')} ${JOB_KINDS[kind].failed}`
  return failures.length < MOST_LISTED ? words : `The first ${words}; there may be more`
}

/** What a job changed, of what it was asked to: "Claimed 988 of 1 000 entries for worker-2". */
function jobHeadline(job: Job): string {
  const { kind, to, total, undoes, counts } = job
  const { done, headline } = JOB_KINDS[kind]
  const own = kind === 'undo' && undoes !== undefined ? JOB_KINDS[undoes].undoHeadline : headline
  const told = own?.(job) ?? null
  if (told !== null) return told
  const asked = Math.max(total, counts.changed)
  const entries = formatNoun(asked, 'entry', 'entries')
  const target = to === null ? '' : ` for ${displayBytes(to)}`
  return `${done} ${counts.changed === asked ? entries : `${formatCount(counts.changed)} of ${entries}`}${target}`
}

/** What to do where a job changed nothing, or `~` kept more than was asked for; null where there is nothing to add. */
function nextStep(job: Job): string | null {
  if (!changedNothing(job)) return null
  const { kind, counts } = job
  if (kind === 'trim') {
    if (counts.leftAlone > 0) return null
    return 'Where it was approximate (~), no whole node could go: a node holds up to stream-node-max-entries entries, and none goes that holds more than LIMIT. Without ~ what was shown is removed.'
  }
  // What was left out though it is gone: an ack is the remedy.
  const { gone } = KINDS[kind]
  if (counts.gone > 0 && (gone === 'left-out' || gone === 'as-asked')) {
    return `Ack ${pluralForm(counts.gone, { one: 'the one that is', other: `the ${formatCount(counts.gone)} that are` })} gone from the stream: nobody can process them any more.`
  }
  return counts.leftAlone > 0 ? 'Look at the entries as they are now, and go again if they still need it.' : null
}

/** How a job ended, when not simply done: before its sentence. */
function jobEnding(job: Job): string | null {
  const { state, error } = job
  if (changedNothing(job)) return 'Nothing changed'
  if (state === 'cancelled') return 'Cancelled'
  if (state === 'interrupted') return 'Interrupted: the connection was lost'
  if (state !== 'failed') return null
  // It may also have been the disk, or a stream that is another one by now: the error says which.
  return error?.code === 'REDIS' ? 'Stopped: the server refused' : 'Stopped'
}

export const jobWords = {
  outcome: outcomeWords,
  readsPast: readsPastWords,
  requeueThem: 'Requeue them',
  requeueThemDots: 'Requeue…',
  releaseThem: 'Release them',
  releaseIsForGood: 'It can’t be taken back: look at its preview, beside this button',
  whatItHolds: (name: string) => `What ${name} holds`,
  asJsonLines: 'As JSON Lines',
  asText: 'As text',
  stillRunning: 'It is still running',
  entriesThatFailed: 'Entries that failed',
  andMore: (failures: Count) => `and ${formatCount(failures)} more`,
  retryHint: 'The same for these alone, looked at first',
  retryFailedOnly: 'Retry failed only…',
  asFastAsServer: 'As fast as the server bears it',
  atMostPerSecond: (perSecond: Count) => `${formatCount(perSecond)} entries/s at most`,
  limit: 'Limit',
  done: 'Done',
  inJournal: 'Commands and counts in the journal',
  whatItMeans: 'What this means',
  timeLeft: (max: number) => `about ${formatDuration(max)} left`,
  resumeHint: 'Do what it left undone, looked at first',
  resume: 'Resume…',
  undone: 'undone',
  undo: 'Undo',
  undoPreviewHint: 'See what it would give back',
  perSecond: (rate: number) => `${formatCount(rate)}/s`,
  cancelUndoable: 'Stops after the batch in flight; what was done can be undone',
  cancelForGood: 'Stops after the batch in flight; what was done stays done',
  subject: jobSubject,
  serverLost:
    'The server was lost. This waits for it for up to a minute, and then reads what became of the last commands.',
  pausedServerLost: 'Paused, and the server was lost.',
  hostLost: 'Sluice does not answer: how far this is by now is not known.',
  endedWithHost: 'Sluice was ended, and its jobs with it: the journal will tell how far this came.',
  groupsThatFailed: (groups: Count) => `${formatNoun(groups, 'group')} not done, or not wholly`,
  ofRule: (name: string) => `rule ${name}`,
  title: jobTitle,
  exceptions,
  failed: failureWords,
  headline: jobHeadline,
  ending: jobEnding,
  next: nextStep,
}
