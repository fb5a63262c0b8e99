import type { Lag } from '../model/group'
import { units } from '../words/units'
import { formatCompact, formatCount } from './format-count'

/** How much room there is: for words, for whole figures, or for a few letters. */
type Room = 'wide' | 'narrow' | 'tiny'

/**
 * A lag as far as it is known: "1 204", "≥ 10 000", "~ 52 000", "8 100 reported", "unknown"; narrow "8 100?"; tiny "≥10 k", "8.1 k?",
 * "?". Never 0 for what Redis can't tell.
 */
export function formatLag({ value, kind }: Lag, room: Room = 'wide'): string {
  if (value === null || kind === 'unknown') return room === 'tiny' ? '?' : units.unknown
  const digits = room === 'tiny' ? formatCompact(value) : formatCount(value)
  const gap = room === 'tiny' ? '' : ' '
  if (kind === 'atLeast') return `≥${gap}${digits}`
  if (kind === 'reported') return room === 'wide' ? units.reported(digits) : `${digits}?`
  if (kind !== 'estimate') return digits
  return room === 'tiny' ? `~${formatCompact(Number(Number(value).toPrecision(2)))}` : `~ ${digits}`
}
