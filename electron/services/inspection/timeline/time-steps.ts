/** Widths that a person reads at a glance, ms. */
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map((n) => n * DAY),
] as const
const WIDEST = 365 * DAY

/** Stretches of one width over a time: from which moment on, how wide, how many. */
export interface Stretches {
  readonly fromMs: number
  readonly stepMs: number
  readonly count: number
}

/** The narrowest usual width by which `most` stretches, one at least, which begin at multiples of it, hold both ends. */
export function stretchesOver(fromMs: number, toMs: number, most: number): Stretches {
  const fits = (stepMs: number): boolean => Math.floor(toMs / stepMs) - Math.floor(fromMs / stepMs) + 1 <= most
  let stepMs = STEPS.find(fits) ?? 2 * WIDEST
  while (!fits(stepMs)) stepMs *= 2
  const first = Math.floor(fromMs / stepMs)
  return { fromMs: first * stepMs, stepMs, count: Math.floor(toMs / stepMs) - first + 1 }
}
