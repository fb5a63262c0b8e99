/**
 * The latest value per key, for any number of listeners who may be slow: a listener who falls behind gets each key's
 * newest value, never a backlog.
 */
export interface Latest<T> {
  set(key: string, value: T): void
  delete(key: string): void
  values(): readonly T[]
  /** All values as they stand, then each one as it changes, until the signal aborts. */
  watch(signal?: AbortSignal): AsyncGenerator<T, void>
}

export interface LatestOptions<T> {
  /** A listener is told of one change after the other no sooner than so many ms; 0 by default. */
  readonly everyMs?: number
  /** What is told at once all the same. */
  isUrgent?(value: T): boolean
}

export function createLatest<T>({ everyMs = 0, isUrgent = () => true }: LatestOptions<T> = {}): Latest<T> {
  const current = new Map<string, T>()
  const wakers = new Set<(key: string) => void>()
  return {
    set(key, value) {
      current.set(key, value)
      for (const wake of wakers) wake(key)
    },
    delete(key) {
      current.delete(key)
    },
    values: () => [...current.values()],
    async *watch(signal) {
      const changed = new Set(current.keys())
      let toldAt = -Infinity
      let resume: (() => void) | null = null
      const wake = (key?: string): void => {
        if (key !== undefined) changed.add(key)
        resume?.()
      }
      const onAbort = (): void => wake()
      const restMs = (): number => {
        const values = [...changed].flatMap((key) => current.get(key) ?? [])
        return values.some(isUrgent) ? 0 : toldAt + everyMs - performance.now()
      }
      wakers.add(wake)
      signal?.addEventListener('abort', onAbort)
      try {
        while (!signal?.aborted) {
          const rest = changed.size === 0 ? Infinity : restMs()
          if (rest > 0) {
            const woken = new Promise<void>((resolve) => (resume = resolve))
            const timer = rest === Infinity ? undefined : setTimeout(wake, rest)
            await woken
            clearTimeout(timer)
            resume = null
            continue
          }
          for (const key of [...changed]) {
            changed.delete(key)
            const value = current.get(key)
            if (value !== undefined) yield value
          }
          toldAt = performance.now()
        }
      } finally {
        wakers.delete(wake)
        signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}
