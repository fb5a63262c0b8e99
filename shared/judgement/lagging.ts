import { idTimeMs } from '../entry-id'
import type { GroupSummary } from '../model/stream'
import type { Thresholds } from './thresholds'

/** How far a group's last delivered entry is behind the stream's last, ms by their ids; null when that can't be told. */
export function lagTimeMs(lastDeliveredId: string, lastId: string | null): number | null {
  const end = lastId === null ? null : idTimeMs(lastId)
  const at = idTimeMs(lastDeliveredId)
  return end === null || at === null ? null : Math.max(0, end - at)
}

/** Whether a group is behind by a lot: many entries, or some entries for long. An unknown lag is no proof of it. */
export function isLagging(
  { lag, lastDeliveredId }: Pick<GroupSummary, 'lag' | 'lastDeliveredId'>,
  lastId: string | null,
  { laggingEntries, laggingAfterMs }: Pick<Thresholds, 'laggingEntries' | 'laggingAfterMs'>,
): boolean {
  const behind = lag.value
  if (behind === null || behind <= 0) return false
  return behind >= laggingEntries || (lagTimeMs(lastDeliveredId, lastId) ?? 0) > laggingAfterMs
}
