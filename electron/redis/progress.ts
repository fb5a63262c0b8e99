/** Slower than that is as good as nothing. */
const LEAST_BYTES_PER_SECOND = 4 * 1024
export interface ProgressLimit {
  /** A time in which too little came is the last one, ms. */
  readonly ms: number
  /** However much comes: so many of these times in all. */
  readonly most: number
}

/**
 * The work's result, or a `CommandTimeoutError` once the limit has gone by in which too little came: as long as the line is
 * busy with replies, one waits for them, and for what is behind them. `bytes`: of replies that came so far. What the work does
 * goes on all the same.
 */
export async function whileBytesCome<T>(work: Promise<T>, bytes: () => number, of: ProgressLimit | null): Promise<T> {
  if (of === null) return work
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    let before = bytes()
    let limits = 0
    const look = (): void => {
      const now = bytes()
      limits += 1
      const isBusy = now - before >= (LEAST_BYTES_PER_SECOND * of.ms) / 1_000
      if (!isBusy || limits >= of.most) return reject(new CommandTimeoutError())
      before = now
      timer = setTimeout(look, of.ms)
    }
    timer = setTimeout(look, of.ms)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** No reply came in time; what comes of it later is still read. */
export class CommandTimeoutError extends Error {
  override readonly name = 'CommandTimeoutError'
  readonly code = 'ETIMEDOUT'
}
