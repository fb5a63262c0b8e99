import type { TriageRow } from '../../../shared/judgement/triage-row'

/** Of its oldest pending entries, those that are looked for in the stream. */
export const PRESENCE_OF = 20
const MOST_GROUPS = 24

/**
 * Which group's oldest pending entries to look at next: of the worst 24 that hold something, the first not looked at for
 * `againAfterMs`. Summaries don't tell of entries that fail again and again or that are gone; the oldest ones do, as what
 * fails stays behind. Null: all of them were. `rows`: worst first.
 */
export function nextPeek(
  rows: readonly TriageRow[],
  lookedAtMs: ReadonlyMap<string, number>,
  nowMs: number,
  againAfterMs: number,
): TriageRow | null {
  let looked = 0
  for (const row of rows) {
    if (row.group.pending === 0) continue
    if (nowMs - (lookedAtMs.get(row.id) ?? -Infinity) > againAfterMs) return row
    looked += 1
    if (looked === MOST_GROUPS) return null
  }
  return null
}
