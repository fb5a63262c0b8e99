import type { Lag } from '../model/group'

/** A group at one moment. Null: the server didn't tell. */
export interface GroupSample {
  readonly atMs: number
  readonly pending: number
  readonly lag: number | null
  readonly lagKind: Lag['kind']
  readonly entriesRead: number | null
}

export interface GroupRates {
  /** Entries added to the stream per second, as far as this group's figures tell; null where its lag is no more than a bound. */
  readonly inPerSecond: number | null
  /** Entries delivered to the group per second. */
  readonly outPerSecond: number
  /** Until the lag is gone at this pace, ms; null when it doesn't shrink, or there is none, or it is no more than a bound. */
  readonly drainMs: number | null
}

/** Rates over less than this are noise. */
const LEAST_SPAN_MS = 2_000

/** How fast a group moves, over all its samples whose lag was told as it is now; null when they don't tell. */
export function ratesOf(samples: readonly GroupSample[]): GroupRates | null {
  const alike = toldAlike(samples)
  const first = alike[0]
  const last = alike.at(-1)
  if (!first || !last || last.atMs - first.atMs < LEAST_SPAN_MS) return null
  if (first.entriesRead === null || last.entriesRead === null) return null
  const seconds = (last.atMs - first.atMs) / 1_000
  const outPerSecond = Math.max(0, (last.entriesRead - first.entriesRead) / seconds)
  if (last.lagKind === 'atLeast') return { inPerSecond: null, outPerSecond, drainMs: null }
  if (first.lag === null || last.lag === null) return null
  const shrink = (first.lag - last.lag) / seconds
  const inPerSecond = Math.max(0, outPerSecond - shrink)
  return { inPerSecond, outPerSecond, drainMs: last.lag > 0 && shrink > 0 ? (last.lag / shrink) * 1_000 : null }
}

/** What is left to do, per sample: pending and lag together; just the pending where the lag is unknown. */
export function backlog(samples: readonly GroupSample[]): readonly number[] {
  return toldAlike(samples).map(({ pending, lag }) => pending + (lag ?? 0))
}

/** A lag that is counted and one that is reported or estimated differ: what lies between them is no movement. */
function toldAlike(samples: readonly GroupSample[]): readonly GroupSample[] {
  const kindNow = samples.at(-1)?.lagKind
  return samples.filter(({ lagKind }) => lagKind === kindNow)
}
