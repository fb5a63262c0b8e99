import type { GroupSummary } from '../model/stream'
import type { Thresholds } from './thresholds'
import type { Waiting } from './waiting'

type Limits = Pick<Thresholds, 'laggingEntries' | 'laggingAfterMs'>

/** Whether a group is behind by a lot: many entries, or some entries for long. An unknown lag is no proof of it. */
export function isLagging({ lag }: Pick<GroupSummary, 'lag'>, waiting: Waiting, limits: Limits): boolean {
  if (isUpToDate(lag)) return false
  if (lag.value !== null && lag.value >= limits.laggingEntries) return true
  return waiting.ms !== null && waiting.ms > limits.laggingAfterMs
}

/** Whether it is proved that it is not: nothing waits, or few entries, and not for long. */
export function isKeepingUp({ lag }: Pick<GroupSummary, 'lag'>, waiting: Waiting, limits: Limits): boolean {
  if (isUpToDate(lag) || waiting.kind === 'none') return true
  const most = lag.kind === 'exact' ? lag.value : (lag.atMost ?? null)
  if (most === null || most >= limits.laggingEntries) return false
  return waiting.atMostMs !== null && waiting.atMostMs <= limits.laggingAfterMs
}

/** A figure that the server reports may be wrong, a lag below 0 included. */
function isUpToDate({ value, kind }: GroupSummary['lag']): boolean {
  return value !== null && value <= 0 && kind === 'exact'
}
