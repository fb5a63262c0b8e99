/** Starts one of these each time: the next one, of those that have something to do. */
export function inTurns<T>(...starts: readonly (() => T | null)[]): () => T | null {
  let next = 0
  return () => {
    for (let tried = 0; tried < starts.length; tried += 1) {
      const started = starts[next % starts.length]?.() ?? null
      next += 1
      if (started !== null) return started
    }
    return null
  }
}
