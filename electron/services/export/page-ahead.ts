import { setTimeout as delay } from 'node:timers/promises'
import type { EntryId } from '../../../shared/entry-id'

/** A server that takes longer for a page is left alone for as long as that took. */
const SLOW_MS = 50

/** How far a run of rows brings an export. */
export interface RunOf<T> {
  readonly rows: readonly T[]
  /** How many were gone through for these, the last of them being `at`. */
  readonly read: number
  readonly at: EntryId
  /** Of ids that were asked for, how many more are not there. */
  readonly missing: number
  /** Of so many gone through nobody could tell whether they are what is looked for: they are not among the rows. */
  readonly untold: number
}

interface Ahead<T> {
  readonly signal: AbortSignal | undefined
  /** Whether the next page is read only once this one is written. */
  isLarge(page: T): boolean
}

/**
 * Pages, of which the next one is read while one is written, and no faster than the server answers at ease. Throws the signal's reason at
 * once, whatever is under way.
 */
export async function* pageAhead<T>(
  pages: AsyncGenerator<T, void>,
  { signal, isLarge }: Ahead<T>,
): AsyncGenerator<T, void> {
  const ask = (): Promise<IteratorResult<T, void>> => {
    const asked = askAtEase(pages, signal)
    // Told by whoever waits for it; it may be that nobody does any more.
    asked.catch(() => undefined)
    return asked
  }
  let restMs: Promise<unknown> = Promise.resolve()
  async function askAtEase(from: typeof pages, until: typeof signal): Promise<IteratorResult<T, void>> {
    await restMs
    const askedAt = performance.now()
    const told = await from.next()
    const tookMs = performance.now() - askedAt
    if (tookMs > SLOW_MS) {
      restMs = delay(tookMs, undefined, { signal: until }).catch(() => undefined)
    }
    return told
  }
  try {
    signal?.throwIfAborted()
    for (let next = ask(); ;) {
      const { done, value } = await orStopped(next, signal)
      if (done === true) return
      const waits = isLarge(value)
      if (!waits) next = ask()
      yield value
      signal?.throwIfAborted()
      if (waits) next = ask()
    }
  } finally {
    // Not waited for: what is under way may never come.
    void pages.return().catch(() => undefined)
  }
}

/** Each time by a listener of its own: a promise that lives as long as all pages would hold every one of them. */
function orStopped<T>(asked: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return asked
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error)
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
