export interface TimeSlices {
  /** Does it at once where the slice has time left, else in one of the next. */
  do(work: () => void): void
}

interface TimeSlicesOptions {
  /** How long the page may be held up at once, and then has for itself. Milliseconds. */
  readonly sliceMs: number
  readonly pauseMs: number
  /** Whether what was asked for last goes first: of what scrolls by. */
  readonly lastFirst: boolean
  /** What waits beyond it is given up, the oldest first: it has long been scrolled away. */
  readonly mostWaiting: number
  readonly now?: () => number
}

/** Much small work that a page does for what is in sight, so that scrolling and typing go on meanwhile. */
export function createTimeSlices(options: TimeSlicesOptions): TimeSlices {
  const { sliceMs, pauseMs, lastFirst, mostWaiting, now = () => performance.now() } = options
  const waiting: (() => void)[] = []
  let usedMs = 0
  let pause: ReturnType<typeof setTimeout> | null = null

  function run(work: () => void): void {
    const from = now()
    try {
      work()
    } finally {
      usedMs += now() - from
      pause ??= setTimeout(nextSlice, pauseMs)
    }
  }

  function nextSlice(): void {
    pause = null
    usedMs = 0
    while (usedMs < sliceMs) {
      const work = lastFirst ? waiting.pop() : waiting.shift()
      if (work === undefined) return
      run(work)
    }
  }

  return {
    do(work) {
      if (usedMs < sliceMs) return run(work)
      waiting.push(work)
      if (waiting.length > mostWaiting) waiting.shift()
    },
  }
}
