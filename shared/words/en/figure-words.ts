import type { TrimPlan } from '../../model/plan'
import { formatCount } from '../../format/format-count'

/** How many, and how sure that is. */
export type Figure = TrimPlan['removes']

/** A figure with how sure it is: "12 431", "at most 12 431", "~ 12 431". What is not countable says so. */
export function figureWords(figure: Figure | null): string {
  if (figure === null) return 'not countable'
  const digits = formatCount(figure.value)
  if (figure.certainty === 'atMost') return `at most ${digits}`
  return figure.certainty === 'estimate' ? `~ ${digits}` : digits
}

/** True where a group would lose something, or nobody can tell. */
export function loses(figure: Figure | null): boolean {
  return figure === null || figure.value > 0
}
