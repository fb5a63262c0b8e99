import { z } from 'zod'

/**
 * A whole number from Redis, which counts up to 2^63-1: a number while that is exact, else a bigint. Both compare and
 * format alike (`a > b`, `toLocaleString`); only arithmetic needs `Number()`, which is then an approximation.
 */
export const count = z.union([z.int(), z.bigint()])
export type Count = z.infer<typeof count>

/** So many digits any number has exactly. */
const EXACT_DIGITS = 15

/** Reads a decimal integer exactly. Anything else is an error of the caller. */
export function parseCount(text: string): Count {
  if (text.length <= EXACT_DIGITS && /^(0|-?[1-9]\d*)$/.test(text)) return Number(text)
  const exact = BigInt(text)
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : exact
}
