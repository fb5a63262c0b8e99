/** One attempt to open at a time, which all join who ask meanwhile. */
export interface SingleAttempt {
  /** Joins the one under way, or begins one. */
  join(): Promise<void>
  /** Aborts the signal of the one under way; who asks from now on begins anew. */
  callOff(): void
}

/** `attempt` has to look at its signal after whatever it waits for, and then to leave nothing behind. */
export function createSingleAttempt(attempt: (signal: AbortSignal) => Promise<void>): SingleAttempt {
  let underWay: Promise<void> | null = null
  let calledOff = new AbortController()
  return {
    async join() {
      if (underWay === null) {
        const mine = attempt(calledOff.signal).finally(() => {
          if (underWay === mine) underWay = null
        })
        underWay = mine
      }
      await underWay
    },
    callOff() {
      calledOff.abort()
      calledOff = new AbortController()
      underWay = null
    },
  }
}
