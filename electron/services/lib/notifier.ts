/** Wakes whoever waits for the next change. What changed, they look up themselves. */
export interface Notifier {
  notify(): void
  /** Resolves with the next `notify`, or when the signal aborts: never rejects. */
  next(signal?: AbortSignal): Promise<void>
}

export function createNotifier(): Notifier {
  const waiting = new Set<() => void>()
  return {
    notify() {
      for (const wake of [...waiting]) wake()
    },
    next: (signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        if (signal?.aborted) return resolve()
        waiting.add(wake)
        signal?.addEventListener('abort', wake)
      }),
  }
}
