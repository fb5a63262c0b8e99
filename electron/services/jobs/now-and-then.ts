/** Throws where what a job works on has become something else. By reading only. `rested`: since what was read is long ago. */
export type LookAgain = (rested: boolean) => Promise<void>

/** A job whose batches take some milliseconds looks so often at most, and spends a tenth of its time on it. */
const EVERY_MS = 100
const FACTOR = 10

/**
 * Between two batches a job may be paused for hours: after a rest it looks again before it goes on, and now and then where
 * it does not rest.
 */
export function nowAndThen(look: LookAgain | undefined): LookAgain {
  let due = performance.now() + EVERY_MS
  return async (rested) => {
    const began = performance.now()
    if (look === undefined || (began < due && !rested)) return
    await look(rested)
    const now = performance.now()
    due = now + Math.max(EVERY_MS, FACTOR * (now - began))
  }
}
