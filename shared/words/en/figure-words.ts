import { formatCount } from '../../format/format-count'
import type { Figure } from '../../judgement/losses'

/** A figure with how sure it is: "12 431", "at most 12 431", "~ 12 431". What is not countable says so. */
export function figureText(figure: Figure | null): string {
  if (figure === null) return 'not countable'
  const digits = formatCount(figure.value)
  if (figure.certainty === 'atMost') return `at most ${digits}`
  return figure.certainty === 'estimate' ? `~ ${digits}` : digits
}

export const figureWords = { text: figureText }
