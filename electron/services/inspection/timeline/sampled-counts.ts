import type { TimelineBucket } from '../../../../shared/model/timeline'

/** A stretch of time, the end excluded, and the entries that were seen in it. `isAll`: else there may be more in its last millisecond. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
  /** The time of the first one; the end where there is none. */
  readonly firstMs: number
  readonly isAll: boolean
}

/** A stretch, and what was looked at of it: windows in order, the first one at its beginning. */
export interface Sampled {
  readonly fromMs: number
  readonly toMs: number
  readonly windows: readonly Window[]
}

/** What was not looked at: behind a window, up to the next one or the stretch's end. */
export interface Gap {
  readonly fromMs: number
  readonly toMs: number
}

/** In order; those that hold no time are left out. */
export function gapsOf({ toMs, windows }: Sampled): readonly (Gap & { readonly after: number })[] {
  return windows
    .map((window, after) => ({ after, fromMs: window.toMs, toMs: windows[after + 1]?.fromMs ?? toMs }))
    .filter((gap) => gap.fromMs < gap.toMs)
}

/**
 * How many entries lie in a stretch: those that were seen, and in each gap as many as on both sides of it, by the time. Windows are as
 * long as some entries took to come, so a busy moment among quiet ones may be missed, and where a busy time ends is not met: about.
 */
export function sampledCount(sampled: Sampled): TimelineBucket {
  const { windows } = sampled
  const seen = windows.reduce((sum, { count }) => sum + count, 0)
  const gaps = gapsOf(sampled)
  const between = gaps.reduce((sum, { after, fromMs, toMs }) => sum + densityAfter(windows, after) * (toMs - fromMs), 0)
  return { count: Math.round(seen + between), isSampled: gaps.length > 0 || windows.some(({ isAll }) => !isAll) }
}

/**
 * Entries per ms in the gap behind a window. That nothing came before its first entry tells of the gap only where what follows is as thin:
 * else a busy time began there.
 */
function densityAfter(windows: readonly Window[], after: number): number {
  const [before, next] = [windows[after], windows[after + 1]]
  if (before === undefined) return 0
  const beside = next ?? windows[after - 1] ?? before
  const left = Math.min(
    before.count / Math.max(1, before.toMs - before.firstMs),
    Math.max(density(before), density(beside)),
  )
  return next === undefined ? left : (left + density(next)) / 2
}

const density = ({ fromMs, toMs, count }: Window): number => count / Math.max(1, toMs - fromMs)

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
