import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or ends early without complaint when `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
