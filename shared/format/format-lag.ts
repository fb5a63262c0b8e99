import type { Lag } from '../model/group'
import { units } from '../words/units'
import { formatCompact, formatCount } from './format-count'

/** A lag as far as it is known: "1 204", "≥ 10 000", "~ 52 000", "unknown". Never 0 for what Redis can't tell. */
export function formatLag({ value, kind }: Lag, compact = false): string {
  if (value === null || kind === 'unknown') return compact ? '?' : units.unknown
  const digits = compact ? formatCompact(value) : formatCount(value)
  if (kind === 'atLeast') return `≥ ${digits}`
  return kind === 'estimate' ? `~ ${digits}` : digits
}
