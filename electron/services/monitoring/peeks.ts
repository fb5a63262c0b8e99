import type { TriageRow } from '../../../shared/judgement/triage-row'

/** Of its oldest pending entries, those that are looked for in the stream. */
export const PRESENCE_OF = 20
/** The worst groups are looked at again the soonest. */
const MOST_SOON = 24
const REST_AGAIN_MS = 120_000

export interface NextPeek {
  readonly row: TriageRow
  /** One of the worst, or an entry of it is known to fail: not to be kept waiting. */
  readonly isUrgent: boolean
}

/**
 * Which group's oldest pending entries to look at next. First the worst 24 that hold something, and all in which an entry
 * fails, that never were or not for `againAfterMs`; then what never was, the worst first; then what was looked at the longest
 * ago, not before two minutes: so each has its turn. Summaries don't tell of entries that are gone; the oldest ones do, as
 * what fails stays behind. Null: all of them were. `rows`: worst first. `isOpen`: not
 * all of its entries were looked at yet, so its next turn is not waited for.
 */
export function nextPeek(
  rows: readonly TriageRow[],
  lookedAtMs: ReadonlyMap<string, number>,
  nowMs: number,
  againAfterMs: number,
  isOpen: (row: TriageRow) => boolean = () => false,
): NextPeek | null {
  const dueBeforeMs = nowMs - Math.max(againAfterMs, REST_AGAIN_MS)
  let holding = 0
  let longest: TriageRow | null = null
  let longestAtMs = Infinity
  for (const row of rows) {
    if (row.group.pending === 0) continue
    const atMs = lookedAtMs.get(row.id) ?? -Infinity
    holding += 1
    const isUrgent = holding <= MOST_SOON ? nowMs - atMs > againAfterMs : row.state === 'poison' && atMs === -Infinity
    if (isUrgent) return { row, isUrgent }
    const isDue = atMs < dueBeforeMs || (atMs < nowMs && isOpen(row))
    if (isDue && atMs < longestAtMs) [longest, longestAtMs] = [row, atMs]
  }
  return longest && { row: longest, isUrgent: false }
}
