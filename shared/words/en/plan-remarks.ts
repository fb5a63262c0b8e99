import { displayBytes } from '../../bytes'
import type { RecoveryPlan } from '../../model/plan'
import { formatCount } from '../../format/format-count'
import { sentence } from '../messages'

/** What a plan warned of, in sentences. The counts of what was left out are the job's to tell, once it knows. */
export function remarksOn({ warnings, action, notPending, undo }: RecoveryPlan): readonly string[] {
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
  }
  return [...warnings.flatMap((warning) => remarks[warning] ?? []), sentence(undo.note)]
}

/** What a plan's kind of action does and does not do, for whom it was not shown to before. */
export function explanationsOf({ notes }: RecoveryPlan): readonly string[] {
  return notes.map(sentence)
}
