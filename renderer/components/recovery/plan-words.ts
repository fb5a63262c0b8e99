import { displayBytes, sameBytes } from '../../../shared/bytes'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { formatCount, formatNoun } from '../../utils/format-count'

/** Entries that would change: those acked; or those given to the target, and those that Redis would drop instead. */
export function planChanges({ action, entries, consumers }: RecoveryPlan): {
  readonly moved: number
  readonly dropped: number
} {
  if (action.kind === 'ack') return { moved: entries, dropped: 0 }
  let moved = 0
  let left = 0
  for (const { name, before, after } of consumers) {
    const isTarget = action.to !== null && sameBytes(name, action.to)
    if (isTarget) moved += Math.max(0, after - before)
    else left += Math.max(0, before - after)
  }
  return { moved, dropped: Math.max(0, left - moved) }
}

/** What a plan would do, in a sentence. */
export function planSentence(plan: RecoveryPlan): string {
  const { action, entries } = plan
  const { moved, dropped } = planChanges(plan)
  if (entries === 0) return 'Nothing to do: none of these entries is pending any more'
  const what = formatNoun(moved, 'entry', 'entries')
  if (action.kind === 'ack') return `Acks ${what}: they leave the pending list`
  const to = action.to === null ? 'the healthiest consumer' : displayBytes(action.to)
  const drops = `${formatNoun(dropped, 'entry', 'entries')} from the pending list for good`
  if (moved === 0) return dropped === 0 ? `Nothing to give to ${to}` : `Drops ${drops}`
  return `Gives ${what} to ${to}${dropped === 0 ? '' : `, and drops ${drops}`}`
}

/** What a plan warns of, before it runs. */
export function planWarnings({ warnings, action, gone, notPending }: RecoveryPlan): readonly string[] {
  const target = action.kind === 'claim' && action.to !== null ? displayBytes(action.to) : 'the target'
  const takesGone = action.kind === 'claim' && action.includeGone
  const some = gone === null ? 'Entries' : formatNoun(gone, 'entry', 'entries')
  const texts: Readonly<Record<RecoveryPlan['warnings'][number], string>> = {
    'gone-from-stream':
      action.kind === 'ack'
        ? `${some} no longer in the stream: undo can’t give these back.`
        : takesGone
          ? `${some} no longer in the stream: Redis drops these from the pending list for good.`
          : `${some} no longer in the stream: left out, since a claim would drop them from the pending list for good.`,
    'new-consumer': `${target} does not exist yet and will be created.`,
    'target-stalled': `${target} gave no sign of life either.`,
    'consumer-active': 'The holder was seen just now and may be working on them: they may be handled twice.',
    'idle-not-restored': 'Undo gives back owner and delivery count, not the idle time.',
    'already-there': `Some are ${target}’s already and are left as they are.`,
    'not-pending': `${formatCount(notPending)} of the selected are not pending any more.`,
  }
  return warnings.map((warning) => texts[warning])
}
