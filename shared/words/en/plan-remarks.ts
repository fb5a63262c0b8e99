import { displayBytes } from '../../bytes'
import type { Job } from '../../model/job'
import type { RecoveryPlan } from '../../model/plan'
import { formatCount, formatNoun } from '../../format/format-count'
import { sentence } from '../messages'

/** They tell of what was done: nothing of it is so where nothing changed. */
const DONE: ReadonlySet<RecoveryPlan['warnings'][number]> = new Set([
  'targets-quiet',
  'consumer-active',
  'one-value-per-field',
  'hashes-unknown',
  'others-get',
])

type Ended = Pick<Job, 'kind' | 'total' | 'counts' | 'undoable'>

/** Whether what the plan said that it makes was made for sure: the consumer that the last entries went to, the copies' stream. */
function hasMade({ kind, total, counts: { changed } }: Ended): boolean {
  return kind === 'spread' ? changed >= total : changed > 0
}

/**
 * What a plan warned of, in sentences, as far as it came so. The counts of what was left out are the job's to tell, once it
 * knows.
 */
export function remarksOn(
  { warnings, action, notPending, untold = 0, undo }: RecoveryPlan,
  job: Ended,
): readonly string[] {
  const { changed, dropped, unknown, written = 0 } = job.counts
  const mayHaveChanged = changed + dropped + unknown + written > 0
  const to = 'to' in action ? action.to : null
  const named = to === null || Array.isArray(to) ? null : displayBytes(to)
  const target = named ?? (action.kind === 'spread' ? 'One of the consumers' : 'The target')
  const remarks: Readonly<Record<RecoveryPlan['warnings'][number], string | null>> = {
    'gone-from-stream': null,
    'new-consumer': `${target} did not exist and was created.`,
    'target-stalled': `${target} gave no sign of life either.`,
    'target-may-wait': `${target} gave no sign of life either; it may wait for new entries.`,
    'targets-quiet': 'None of the consumers that got them was seen of late.',
    'consumer-active': 'The holder was seen just now: what it works on may be handled twice.',
    'already-there': `Those ${named ?? 'that one of the targets'} already held were left as they were.`,
    'new-stream': 'The stream for the copies did not exist and was created.',
    'one-value-per-field': 'Where a field repeats in an entry, its hash keeps the last value.',
    'hashes-exist': null,
    'hashes-expire': null,
    'no-hashes': null,
    'hashes-unknown': 'What hashes held that could not be looked at is saved nowhere.',
    'hashes-too-large': null,
    'others-need': 'Other groups held some of these too, or had not read them yet.',
    'others-get': 'Other groups of the stream are given the copies, too.',
    'not-pending': `${formatCount(notPending)} of the selected were not pending any more.`,
    'entries-untold': `Of ${formatNoun(untold, 'entry', 'entries')} it could not be told whether they were what was looked for: they were left out.`,
  }
  const isSo = (warning: RecoveryPlan['warnings'][number]): boolean => {
    if (warning === 'new-consumer' || warning === 'new-stream') return hasMade(job)
    return mayHaveChanged || !DONE.has(warning)
  }
  const said = warnings.filter(isSo).flatMap((warning) => remarks[warning] ?? [])
  return job.undoable || mayHaveChanged ? [...said, sentence(undo.note)] : said
}

/** What a plan's kind of action does and does not do, for whom it was not shown to before. */
export function explanationsOf({ notes }: RecoveryPlan): readonly string[] {
  return notes.map(sentence)
}
