import type { Collision } from './collision'

export interface Change {
  /** So many times as much is read; 1: as now. */
  readonly readsTimes: number
  /** The stream keeps so many entries more. */
  readonly keepsMore: number
}

/**
 * Where it leads if so much more is read, or kept, and all else stays as it was seen: as the stream keeps its length, what is trimmed is what comes; what is kept
 * more is trimmed later, and read meanwhile. `inMs` null: it reads as much as comes, and is not overtaken.
 */
export function whatIf(
  { margin, inMs, trimsPerSecond, readsPerSecond }: Collision,
  { readsTimes, keepsMore }: Change,
): { readonly inMs: number | null; readonly lostPerHour: number } {
  // By the pace at which the margin falls, which is what was told.
  const fallsPerSecond = margin / (inMs / 1_000) - readsPerSecond * (readsTimes - 1)
  // Less a second than a thousandth of what comes is no proof that it falls at all.
  if (fallsPerSecond <= trimsPerSecond / 1_000) return { inMs: null, lostPerHour: 0 }
  return { inMs: ((margin + keepsMore) / fallsPerSecond) * 1_000, lostPerHour: fallsPerSecond * 3_600 }
}
