import { setTimeout as delay } from 'node:timers/promises'

/** A clock of a replay, which stands still while the job is held back. */
export interface ReplayClock {
  /** ms since it began. */
  now(): number
  /** Waits until it shows so much, or the signal aborts. */
  until(ms: number, signal: AbortSignal): Promise<void>
  /** It was held back since it showed so much: takes that off, unless it was no longer than a batch takes. */
  heldSince(ms: number): void
}

/** A batch takes some milliseconds: that is no reason to let a replay fall behind. What takes longer is a pause, or a limit. */
const HELD_FROM_MS = 250
/** A timer of Node's holds no more. */
const LONGEST_MS = 2 ** 31 - 1

export function createReplayClock(read: () => number = () => performance.now()): ReplayClock {
  let began = read()
  const now = (): number => read() - began
  return {
    now,
    async until(ms, signal) {
      while (!signal.aborted && now() < ms) {
        await delay(Math.min(LONGEST_MS, Math.max(1, ms - now())), undefined, { signal }).catch(() => undefined)
      }
    },
    heldSince(ms) {
      const took = now() - ms
      if (took >= HELD_FROM_MS) began += took
    },
  }
}
