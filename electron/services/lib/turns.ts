/** One at a time, in the order in which they asked. */
export interface Turns {
  /** Waits for its turn, and gives what ends it; to be called once. Throws the signal's reason, also while it waits. */
  take(signal?: AbortSignal): Promise<() => void>
}

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve()
  return {
    async take(signal) {
      const before = last
      let end = (): void => undefined
      last = new Promise((resolve) => (end = resolve))
      try {
        await untilAborted(before, signal)
      } catch (error) {
        // Whoever comes next waits for those before it all the same.
        void before.then(end)
        throw error
      }
      return end
    },
  }
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  let leave = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason as Error)
    signal.addEventListener('abort', leave)
  })
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
