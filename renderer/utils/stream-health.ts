import type { GroupSummary, StreamSummary } from '../../shared/model/stream'
import { idTimeMs } from '../../shared/entry-id'
import { memoBy } from './memo-by'

export type Health = 'good' | 'warn' | 'bad' | 'quiet'

export interface HealthWords {
  readonly health: Health
  readonly label: string
}

/** Entries behind from which a group counts as lagging. */
export const LAGGING_ENTRIES = 1_000
/** The same by the time behind, in multiples of the stalled threshold. */
const LAGGING_SPANS = 5

/** How far a group's last delivered entry is behind the stream's last, ms by their ids; null when that can't be told. */
export function lagTimeMs(lastDeliveredId: string, lastId: string | null): number | null {
  const end = lastId === null ? null : idTimeMs(lastId)
  const at = idTimeMs(lastDeliveredId)
  return end === null || at === null ? null : Math.max(0, end - at)
}

/** Whether a group is behind by a lot: many entries, or some entries for long. An unknown lag is no proof of it. */
export function isLagging(group: GroupSummary, lastId: string | null, stalledAfterMs: number): boolean {
  const behind = group.lag.value
  if (behind === null || behind <= 0) return false
  if (behind >= LAGGING_ENTRIES) return true
  return (lagTimeMs(group.lastDeliveredId, lastId) ?? 0) > stalledAfterMs * LAGGING_SPANS
}

/** Bad: a stalled consumer holds entries. Warn: far behind. Quiet: nobody reads. */
export function groupHealth(group: GroupSummary, lastId: string | null, stalledAfterMs: number): HealthWords {
  if ((group.stalledPending ?? 0) > 0) return { health: 'bad', label: 'Stalled consumers hold entries' }
  if (isLagging(group, lastId, stalledAfterMs)) return { health: 'warn', label: 'Lagging' }
  if (group.consumers === 0) return { health: 'quiet', label: 'No consumers' }
  return { health: 'good', label: 'Fine' }
}

/** The greater, the worse. */
export const SEVERITY: Readonly<Record<Health, number>> = { bad: 3, warn: 2, good: 1, quiet: 0 }

/** The worse of two: bad before warn before good before quiet. */
export function worse(a: Health, b: Health): Health {
  return SEVERITY[a] >= SEVERITY[b] ? a : b
}

/** A stream is as well as the worst of its groups. */
export const streamHealth = memoBy((summary: StreamSummary, stalledAfterMs: number): HealthWords => {
  if (summary.error) return { health: 'warn', label: 'Could not be read' }
  let worst: HealthWords = { health: 'quiet', label: 'No groups' }
  for (const group of summary.groups) {
    const words = groupHealth(group, summary.lastId, stalledAfterMs)
    if (SEVERITY[words.health] > SEVERITY[worst.health]) worst = words
  }
  return worst
})

export interface StreamFigures {
  readonly pending: number
  /** The greatest lag of its groups as far as known; null when none is known. */
  readonly lag: number | null
}

export function streamFigures({ groups }: StreamSummary): StreamFigures {
  let pending = 0
  let lag: number | null = null
  for (const group of groups) {
    pending += group.pending
    if (group.lag.value !== null) lag = Math.max(lag ?? 0, Number(group.lag.value))
  }
  return { pending, lag }
}
