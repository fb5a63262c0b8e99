import { movesOf, type GroupSample, type Move } from './moves'

export type { GroupSample }

/** Entries per second; null: the counters don't tell. */
export interface GroupRates {
  /** Added to the stream. */
  readonly inPerSecond: number | null
  /** Delivered to the group. */
  readonly outPerSecond: number | null
  /** Delivered, and not pending any more. */
  readonly ackedPerSecond: number | null
  /** By how much more comes in than goes out; negative: the other way round. */
  readonly growsPerSecond: number | null
  /** Until the lag is gone at this pace, ms; null when it doesn't shrink, or there is none, or it is no more than a bound. */
  readonly drainMs: number | null
}

/** Rates over less than this are noise. */
const LEAST_SPAN_MS = 2_000

/** How fast a group moves, each over the last moves that tell; null when none does. */
export function ratesOf(samples: readonly GroupSample[]): GroupRates | null {
  const moves = movesOf(samples)
  const inPerSecond = perSecond(moves, (move) => move.in)
  const outPerSecond = perSecond(moves, (move) => move.delivered)
  const ackedPerSecond = perSecond(moves, (move) => move.acked)
  if (inPerSecond === null && outPerSecond === null && ackedPerSecond === null) return null
  const growsPerSecond = perSecond(moves, (move) =>
    move.in === null || move.delivered === null ? null : move.in - move.delivered,
  )
  return { inPerSecond, outPerSecond, ackedPerSecond, growsPerSecond, drainMs: drainMs(samples.at(-1), growsPerSecond) }
}

/** Over the last moves, up to the first that doesn't tell. */
function perSecond(moves: readonly Move[], of: (move: Move) => number | null): number | null {
  let entries = 0
  let spanMs = 0
  for (const move of moves.toReversed()) {
    const some = of(move)
    if (some === null) break
    entries += some
    spanMs += move.toMs - move.fromMs
  }
  return spanMs < LEAST_SPAN_MS ? null : entries / (spanMs / 1_000)
}

function drainMs(last: GroupSample | undefined, growsPerSecond: number | null): number | null {
  if (!last || last.lag === null || last.lag <= 0 || last.lagKind === 'atLeast') return null
  return growsPerSecond !== null && growsPerSecond < 0 ? (last.lag / -growsPerSecond) * 1_000 : null
}

/** What is left to do, per sample: pending and lag together; just the pending where the lag is unknown. */
export function backlog(samples: readonly GroupSample[]): readonly number[] {
  return toldAlike(samples).flatMap(({ pending, lag }) => (pending === null ? [] : pending + (lag ?? 0)))
}

/** A lag that is counted and one that is reported or estimated differ: what lies between them is no movement. */
function toldAlike(samples: readonly GroupSample[]): readonly GroupSample[] {
  const kindNow = samples.at(-1)?.lagKind
  return samples.filter(({ lagKind }) => lagKind === kindNow)
}
