import type { StreamSummary } from '../model/stream'

export interface StreamFigures {
  readonly pending: number
  /** The greatest lag of its groups as far as known; null when none is known. */
  readonly lag: number | null
}

/** What all groups of a stream have to do. */
export function streamFigures({ groups }: StreamSummary): StreamFigures {
  let pending = 0
  let lag: number | null = null
  for (const group of groups) {
    pending += group.pending
    if (group.lag.value !== null) lag = Math.max(lag ?? 0, Number(group.lag.value))
  }
  return { pending, lag }
}
