import type { GroupSample } from './moves'

type LagSample = Pick<GroupSample, 'atMs' | 'lag' | 'lagKind'>

/** How fast a lag grows. */
export interface Growth {
  /** Entries a second. */
  readonly perSecond: number
  readonly lag: number
  /** Over how long that was seen, ms. */
  readonly spanMs: number
}

/** What is older says nothing of now; but so many samples are looked at, however far apart. */
const WINDOW_MS = 60_000
const LEAST_SAMPLES = 4
/** Over less than this, a burst looks the same. */
const LEAST_SPAN_MS = 20_000

/**
 * Of a lag that grows over all of the last minute: all of the last third of it lies above all of the first, and it stands in its upper
 * half; and it still grows, or did so more than once. What goes up and down does not, nor what is left of one burst. Null: it doesn't
 * grow, or that is not known. `samples`: oldest first.
 */
export function growthOf(samples: readonly LagSample[]): Growth | null {
  const last = samples.at(-1)
  if (!last || last.lag === null || last.lagKind === 'atLeast') return null
  const known = samples.flatMap(({ atMs, lag, lagKind }) =>
    lag !== null && lagKind === last.lagKind ? [{ atMs, lag }] : [],
  )
  const recent = known.filter(({ atMs }) => last.atMs - atMs <= WINDOW_MS)
  const seen = recent.length < LEAST_SAMPLES ? known.slice(-LEAST_SAMPLES) : recent
  const spanMs = last.atMs - (seen[0]?.atMs ?? last.atMs)
  if (seen.length < LEAST_SAMPLES || spanMs < LEAST_SPAN_MS) return null
  const third = Math.ceil(seen.length / 3)
  const [before, after] = [seen.slice(0, third), seen.slice(-third)]
  const lags = seen.map(({ lag }) => lag)
  const middle = lags.toSorted((a, b) => a - b)[Math.floor((lags.length - 1) / 2)] ?? 0
  if (last.lag <= middle || lowest(after) <= highest(before)) return null
  const grown = mean(after, 'lag') - mean(before, 'lag')
  if (!isRising(after) && grown <= largestRise(lags)) return null
  const perSecond = grown / ((mean(after, 'atMs') - mean(before, 'atMs')) / 1_000)
  return { perSecond, lag: last.lag, spanMs }
}

interface Point {
  readonly atMs: number
  readonly lag: number
}

/** By the line that lies nearest to all of them. */
function isRising(points: readonly Point[]): boolean {
  const [atMs, lag] = [mean(points, 'atMs'), mean(points, 'lag')]
  return points.reduce((sum, point) => sum + (point.atMs - atMs) * (point.lag - lag), 0) > 0
}

/** The most that it grew by in one go. */
function largestRise(lags: readonly number[]): number {
  let [rise, most] = [0, 0]
  for (const [at, lag] of lags.entries()) {
    const more = lag - (lags[at - 1] ?? lag)
    rise = more > 0 ? rise + more : 0
    most = Math.max(most, rise)
  }
  return most
}

function lowest(points: readonly Point[]): number {
  return Math.min(...points.map(({ lag }) => lag))
}

function highest(points: readonly Point[]): number {
  return Math.max(...points.map(({ lag }) => lag))
}

function mean(points: readonly Point[], of: keyof Point): number {
  return points.reduce((sum, point) => sum + point[of], 0) / points.length
}
