import { setImmediate as breath } from 'node:timers/promises'
import type { RawEntry } from '../../redis/xrange'

/** For how long entries are compared at a stretch: the host has others to serve. */
const SLICE_MS = 10

/** Those that are what is looked for, in order. Throws the signal's reason. */
export async function sift(
  entries: readonly RawEntry[],
  isIt: (entry: RawEntry) => boolean,
  signal: AbortSignal | undefined,
): Promise<readonly RawEntry[]> {
  const found: RawEntry[] = []
  let from = performance.now()
  for (const entry of entries) {
    if (isIt(entry)) found.push(entry)
    if (performance.now() - from < SLICE_MS) continue
    await breath()
    signal?.throwIfAborted()
    from = performance.now()
  }
  return found
}
