import type { Tier } from './tiers'

/** A step is told in so many parts: rates are right to a tenth or so, and where a look comes in every step the figure hardly changes. */
const PARTS = 10

/** In which part of a step the last look at a stream came, 1 to 10; 0: in none of it. `lookedMs`: when there was a look last, ms since 1970. */
export function lookFigure(lookedMs: number, step: number, { stepMs }: Tier): number {
  const part = Math.floor((lookedMs / stepMs - step) * PARTS)
  return part < 0 || part >= PARTS ? 0 : part + 1
}

/** ms since 1970, the beginning of its part. Null: nobody looked. Files of before don't tell (null): the end of the step. */
export function lookedAtMs(figure: number | null, step: number, { stepMs }: Tier): number | null {
  return figure === 0 ? null : step * stepMs + ((figure === null ? PARTS : figure - 1) / PARTS) * stepMs
}
