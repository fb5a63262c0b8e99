import type { TrimPlan } from '../../../shared/model/plan'
import { formatCount, formatNoun } from '../../utils/format-count'

type Figure = TrimPlan['removes']

/** A figure with how sure it is: "12 431", "at most 12 431", "~ 12 431". What is not countable says so. */
export function figureWords(figure: Figure | null): string {
  if (figure === null) return 'not countable'
  const digits = formatCount(figure.value)
  if (figure.certainty === 'atMost') return `at most ${digits}`
  return figure.certainty === 'estimate' ? `~ ${digits}` : digits
}

/** What is left, as sure as what goes. */
export function remainingWords({ length, removes }: TrimPlan): string {
  const digits = formatCount(Math.max(0, length - removes.value))
  if (removes.certainty === 'atMost') return `at least ${digits}`
  return removes.certainty === 'estimate' ? `~ ${digits}` : digits
}

/** "Removes at most 12 431 of 20 000 entries". */
export function removesSentence({ length, removes }: TrimPlan): string {
  if (removes.value === 0) return 'Removes nothing: the stream is within this already'
  return `Removes ${figureWords(removes)} of ${formatNoun(length, 'entry', 'entries')}`
}

/** Groups that would lose something they still need. */
export function losers(plan: TrimPlan): number {
  return plan.groups.filter(
    ({ pending, unread }) => pending === null || unread === null || pending.value > 0 || unread.value > 0,
  ).length
}
