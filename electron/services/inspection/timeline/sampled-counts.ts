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
 * How many entries lie in a stretch: those that were seen, and in each gap as many as beside it, by the time. Windows are as long as some
 * entries took to come, so a busy moment among quiet ones may be missed, and where a busy time ends is not met: about.
 */
export function sampledCount(sampled: Sampled): TimelineBucket {
  const { windows } = sampled
  const seen = windows.reduce((sum, { count }) => sum + count, 0)
  const gaps = gapsOf(sampled)
  const between = gaps.reduce((sum, gap) => sum + countIn(gap, windows), 0)
  return { count: Math.round(seen + between), isSampled: gaps.length > 0 || windows.some(({ isAll }) => !isAll) }
}

/** Where nothing is met beside it, a busy time is taken to last so many times as long as was seen of it, at most. */
const LASTS = 4

/**
 * As many as in the windows on both sides, by the time of both together: a moment that is crowded counts as that. That nothing came before the
 * first entry of the one before it tells nothing of the gap: a busy time may have begun there.
 */
function countIn({ after, fromMs, toMs }: Gap & { readonly after: number }, windows: readonly Window[]): number {
  const [former, before, next] = [windows[after - 1], windows[after], windows[after + 1]]
  if (before === undefined) return 0
  const gapMs = toMs - fromMs
  if (next?.count === 0) return (before.count / busyMs(before)) * Math.min(gapMs / 2, LASTS * busyMs(before))
  const beside = next ?? before
  const inner = next === undefined ? former : before
  const count = beside.count + (inner?.count ?? 0)
  return (count / (Math.max(1, beside.toMs - beside.fromMs) + (inner ? busyMs(inner) : 0))) * gapMs
}

/** Since its first entry. */
const busyMs = ({ firstMs, toMs }: Window): number => Math.max(1, toMs - firstMs)

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
