/** Of fewer others nothing is said. */
export const LEAST_OTHERS = 10
/** So many are needed to say that a value is one of few. */
const LEAST_FOR_VALUES = 20
/** In percent, of the others that may be the exception themselves. */
const EXCEPTIONS_PERCENT = 2
/** A difference in size of less bytes is none. */
const LEAST_BYTES = 16

/** How others are: what nearly all of them are, and how many of how many that is. */
export interface Usual<T> {
  readonly usual: T
  readonly same: number
  readonly of: number
}

/**
 * What nearly all others are alike in: then one that is otherwise, drawn as they were, would be a rare chance, of (exceptions + 1) in (others
 * + 1). Null: they are too few, or not alike.
 */
export function usualOf<T>(others: readonly T[]): Usual<T> | null {
  if (others.length < LEAST_OTHERS) return null
  const counts = countsOf(others)
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  if (most === undefined) return null
  const [usual, same] = most
  const exceptions = Math.floor((others.length * EXCEPTIONS_PERCENT) / 100)
  return others.length - same > exceptions ? null : { usual, same, of: others.length }
}

/** The same of what is the one thing or not: so many of so many. */
export function nearlyAll(same: number, of: number): boolean {
  return of >= LEAST_OTHERS && of - same <= Math.floor((of * EXCEPTIONS_PERCENT) / 100)
}

/**
 * Whether others are of few kinds, all of which came more than once: then one of another kind, drawn as they were, is a rare chance (Good and
 * Turing: as rare as those that came once). `most`: the frequent ones, at most 3.
 */
export function areFewKinds(others: readonly string[]): { readonly most: readonly string[] } | null {
  if (others.length < LEAST_FOR_VALUES) return null
  const counts = countsOf(others)
  if (counts.size > others.length / 5 || [...counts.values()].includes(1)) return null
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, 3)
  return { most: most.map(([value]) => value) }
}

/** Sizes of others; one is far off that lies farther outside of them than they lie apart, by distance and by ratio. */
export function farOff(
  value: number,
  others: readonly number[],
): { readonly usual: number; readonly least: number; readonly most: number; readonly of: number } | null {
  if (others.length < LEAST_OTHERS) return null
  const sorted = others.toSorted((a, b) => a - b)
  const [least, usual, most] = [0, sorted.length >> 1, sorted.length - 1].map((at) => sorted[at] ?? 0)
  if (least === undefined || usual === undefined || most === undefined) return null
  const outside = value < least ? least - value : value - most
  if (outside <= Math.max(most - least, usual / 5, LEAST_BYTES)) return null
  const ratio = value < least ? least / Math.max(value, 0.5) : value / Math.max(most, 0.5)
  return ratio <= most / Math.max(least, 0.5) ? null : { usual, least, most, of: others.length }
}

function countsOf<T>(all: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>()
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1)
  return counts
}
