import type { Lag } from '../model/group'
import { formatCompact, formatCount } from './format-count'

/** A lag as far as it is known: "1 204", "≥ 10 000", "~ 52 000", "unknown". Never 0 for what Redis can't tell. */
export function formatLag({ value, kind }: Lag, compact = false): string {
  if (value === null || kind === 'unknown') return compact ? '?' : 'unknown'
  const digits = compact ? formatCompact(value) : formatCount(value)
  if (kind === 'atLeast') return `≥ ${digits}`
  return kind === 'estimate' ? `~ ${digits}` : digits
}

const MEANINGS: Readonly<Record<Lag['kind'], string>> = {
  exact: 'Entries not delivered to this group yet: exact',
  reported: 'As the server reports it. Redis 7 and Valkey can be wrong after a trim',
  atLeast: 'Counted up to a bound: there are more',
  estimate: 'Estimated from the times in the ids',
  unknown: 'Redis can’t tell the lag of this group. That is not 0',
}

/** What kind of figure it is, in a sentence. */
export function explainLag({ kind }: Lag): string {
  return MEANINGS[kind]
}
