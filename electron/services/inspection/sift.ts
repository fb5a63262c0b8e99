import type { RawEntry } from '../../redis/xrange'
import { createTimeSlice } from '../lib/time-slice'

/** Those that are what is looked for, in order. Throws the signal's reason. */
export async function sift(
  entries: readonly RawEntry[],
  isIt: (entry: RawEntry) => boolean,
  signal: AbortSignal | undefined,
): Promise<readonly RawEntry[]> {
  const found: RawEntry[] = []
  const slice = createTimeSlice(signal)
  for (const entry of entries) {
    if (isIt(entry)) found.push(entry)
    if (slice.isOver()) await slice.rest()
  }
  return found
}
