import type { RawEntry } from '../../redis/xrange'
import type { EntryTest } from './entry-test'
import { createTimeSlice } from '../lib/time-slice'

export interface Sifted {
  /** In order. */
  readonly found: readonly RawEntry[]
  /** Of so many others nobody could tell. */
  readonly untold: number
}

/** Those that are what is looked for. Throws the signal's reason. */
export async function sift(
  entries: readonly RawEntry[],
  isIt: EntryTest,
  signal: AbortSignal | undefined,
): Promise<Sifted> {
  const found: RawEntry[] = []
  let untold = 0
  const slice = createTimeSlice(signal)
  for (const entry of entries) {
    const is = isIt(entry)
    if (is === true) found.push(entry)
    // What is cut is told by itself.
    if (is === null && entry.cut === undefined) untold += 1
    if (slice.isOver()) await slice.rest()
  }
  return { found, untold }
}
