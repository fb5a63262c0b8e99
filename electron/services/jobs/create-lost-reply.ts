import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../../../shared/error'
import { READ_LOST, type LostReply } from './read-lost'

/** In ms. `limitMs`: since the reply was lost. `graceMs`: since the job was cancelled, before or after that. */
export interface LostReplyLimits {
  readonly limitMs: number
  readonly graceMs: number
}

const LIMITS: LostReplyLimits = { limitMs: 60_000, graceMs: 2_000 }
const RETRY_MS = 100

/**
 * `whenReady` resolves when the connection is back: to true when nothing that was sent before can still be carried out.
 * Rejects with UNREACHABLE when it was closed, and when its signal aborts.
 */
export function createLostReply(
  whenReady: (signal: AbortSignal) => Promise<boolean>,
  { limitMs, graceMs }: LostReplyLimits = LIMITS,
): LostReply {
  return {
    async [READ_LOST](work, signal) {
      const patience = startPatience(signal, limitMs, graceMs)
      try {
        while (!patience.signal.aborted) {
          try {
            return await work(await whenReady(patience.signal))
          } catch (error) {
            // It may be lost again, or its loss not have been noticed yet. Any other answer will not get better.
            if (!isAppError(error, 'UNREACHABLE') || error.data.reason === 'not-open') return null
            await delay(RETRY_MS)
          }
        }
        return null
      } finally {
        patience.end()
      }
    },
  }
}

/** Timers of our own: on Node 20 a signal of `AbortSignal.timeout` that only `AbortSignal.any` holds is collected, and never fires. */
function startPatience(signal: AbortSignal, limitMs: number, graceMs: number) {
  const over = new AbortController()
  const giveUp = (): void => over.abort()
  const timers = [setTimeout(giveUp, limitMs)]
  const cancelled = (): void => void timers.push(setTimeout(giveUp, graceMs))
  if (signal.aborted) cancelled()
  else signal.addEventListener('abort', cancelled, { once: true })
  return {
    signal: over.signal,
    end(): void {
      signal.removeEventListener('abort', cancelled)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
