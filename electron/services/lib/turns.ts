/** One at a time for each who asks, and so many at a time in all; in the order in which they asked. */
export interface Turns {
  /** Waits for its turn, and gives what ends it. Throws the signal's reason, also while it waits. */
  take(who: string, signal?: AbortSignal): Promise<() => void>
}

interface Waiting {
  readonly who: string
  readonly begin: () => void
}

/** `most`: at a time, of all together. */
export function createTurns(most: number): Turns {
  const taken = new Set<string>()
  const waiting = new Set<Waiting>()

  const goOn = (): void => {
    for (const next of waiting) {
      if (taken.size >= most) return
      if (taken.has(next.who)) continue
      waiting.delete(next)
      taken.add(next.who)
      next.begin()
    }
  }
  const endOf = (who: string): (() => void) => {
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      taken.delete(who)
      goOn()
    }
  }

  return {
    async take(who, signal) {
      signal?.throwIfAborted()
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(mine)
          reject(signal?.reason as Error)
        }
        const begin = (): void => {
          signal?.removeEventListener('abort', leave)
          resolve(endOf(who))
        }
        const mine: Waiting = { who, begin }
        signal?.addEventListener('abort', leave, { once: true })
        waiting.add(mine)
        goOn()
      })
    },
  }
}
