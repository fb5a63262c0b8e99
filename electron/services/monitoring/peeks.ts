import { pendingPeek, type PendingPeek } from '../../../shared/judgement/pending-peek'
import type { TriageRow } from '../../../shared/judgement/triage-row'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { pendingRange } from '../../redis/xpending'
import { readBodies } from '../inspection/pending-bodies'

/** Whose deliveries are looked at: cheap, as no entry is read. */
const DELIVERIES_OF = 200
/** Which are looked for in the stream. */
const PRESENCE_OF = 20
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

/** XPENDING of its oldest 200, and XRANGE of the first 20 of them. Throws NOT_FOUND, REDIS, UNREACHABLE. */
export async function peekAt(
  reader: Reader,
  { key, group }: TriageRow,
  poisonDeliveries: number,
): Promise<PendingPeek | null> {
  const stream = toBuffer(key)
  const listed = await pendingRange(reader, stream, toBuffer(group.name), { from: '-', to: '+', count: DELIVERIES_OF })
  const ids = listed.slice(0, PRESENCE_OF).map(({ id }) => id)
  const { bodies, looked } = await readBodies(reader, stream, ids)
  const read = ids.slice(0, looked).map((id) => ({ inStream: bodies.has(id) }))
  return pendingPeek(listed, read, poisonDeliveries)
}
