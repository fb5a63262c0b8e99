import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../../../shared/error'
import { noCounts } from '../../../shared/judgement/job-counts'
import { Interrupted } from './interrupted'
import type { JobStep } from './job-step'
import { isOutcomeUnknown, reasonOfUnknown } from './outcome-unknown'

/** What only this file can give: a way of one's own to wait and read back does not compile as a `LostReply`. */
const WAITED_FOR: unique symbol = Symbol()

/**
 * What is done when the reply to a command that changes something was lost. It is never answered by sending again: once
 * the connection is back, what became of it is read, and told; where that can't be, it is unknown.
 */
export interface LostReply {
  readonly [WAITED_FOR]: true
  /**
   * Waits for the connection and reads. `fenced` false: what was sent may still be carried out after this reading. Null
   * where nothing can be read: no connection within the limit (or the grace, once the job is cancelled), the connection
   * was closed, or the server refuses to tell.
   */
  read<T>(work: (fenced: boolean) => Promise<T>, signal: AbortSignal): Promise<T | null>
}

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
    [WAITED_FOR]: true,
    async read(work, signal) {
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

/** The same, of work that is nobody's to count: what is read back counts nothing. */
export function uncounted(lostReply: LostReply): LostReply {
  return {
    [WAITED_FOR]: true,
    async read(work, signal) {
      const read = await lostReply.read(work, signal)
      return read === null ? null : { ...read, done: 0, counts: noCounts }
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

/** A command, or a transaction, whose reply tells what it did. */
export interface Sending<T> {
  send(): Promise<T>
  /** What reading tells of it. Null: that can't be told. */
  readBack(fenced: boolean): Promise<JobStep | null>
  /** What it counts as where that can't be told. */
  readonly unknown: JobStep
  /** Journals what was read, before the job ends. */
  note?(step: JobStep): Promise<unknown>
}

/** What the reply told. Throws `Interrupted` once a lost one was read back, and every refusal as it came. */
export async function sendOnce<T>(
  { lostReply }: { readonly lostReply: LostReply },
  { send, readBack, unknown, note }: Sending<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error
    const read = await lostReply.read(readBack, signal)
    const step = read ?? unknown
    await note?.(step)
    throw new Interrupted(reasonOfUnknown(error, read?.counts.unknown === 0), step)
  }
}

/** The work ended by a lost reply, which was read back or given up. */
export function isInterrupted(error: unknown): error is Interrupted {
  return error instanceof Interrupted
}
