import type { TimelineBucket } from '../../../../shared/model/timeline'

/** A stretch of time, the end excluded, and the entries that were seen in it. `isAll`: else there may be more in its last millisecond. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
  readonly isAll: boolean
}

/** A stretch, and what was looked at of it: windows that follow one another. */
export interface Sampled {
  readonly fromMs: number
  readonly toMs: number
  readonly windows: readonly Window[]
}

/**
 * How many entries lie in a stretch: those that were seen, and in what lies between the windows as many as in these, by the time. Windows
 * are as long as some entries took to come, so a busy moment among quiet ones may be missed: about.
 */
export function sampledCount({ fromMs, toMs, windows }: Sampled): TimelineBucket {
  const seen = windows.reduce((sum, { count }) => sum + count, 0)
  const seenMs = windows.reduce((sum, window) => sum + window.toMs - window.fromMs, 0)
  const leftMs = toMs - fromMs - seenMs
  const isSampled = leftMs > 0 || windows.some(({ isAll }) => !isAll)
  return { count: Math.round(seen + (seen / Math.max(1, seenMs)) * leftMs), isSampled }
}

/** One bucket of several stretches. */
export function together(parts: readonly TimelineBucket[]): TimelineBucket {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    isSampled: parts.some(({ isSampled }) => isSampled),
  }
}

/** What is about, so that all of it is as many as there are. Left as it is where nothing is left for it. */
export function fittedTo(total: number, buckets: readonly TimelineBucket[]): readonly TimelineBucket[] {
  const sum = (isSampled: boolean): number =>
    buckets.reduce((all, bucket) => (bucket.isSampled === isSampled ? all + bucket.count : all), 0)
  const [exact, about] = [sum(false), sum(true)]
  if (about === 0 || total <= exact) return buckets
  const by = (total - exact) / about
  return buckets.map((bucket) => (bucket.isSampled ? { ...bucket, count: Math.round(bucket.count * by) } : bucket))
}
