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

export function createLatest<T>(): Latest<T> {
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
      let resume: (() => void) | null = null
      const wake = (key?: string): void => {
        if (key !== undefined) changed.add(key)
        resume?.()
      }
      const onAbort = (): void => wake()
      wakers.add(wake)
      signal?.addEventListener('abort', onAbort)
      try {
        while (!signal?.aborted) {
          const [key] = changed
          if (key === undefined) {
            await new Promise<void>((resolve) => (resume = resolve))
            resume = null
            continue
          }
          changed.delete(key)
          const value = current.get(key)
          if (value !== undefined) yield value
        }
      } finally {
        wakers.delete(wake)
        signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}
