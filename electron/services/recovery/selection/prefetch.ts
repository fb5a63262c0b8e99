/**
 * The same values, each asked for as soon as the one before it is handed out: reading goes on while that one is worked on.
 * Never further ahead than one. An error of the source is thrown where its value would have come.
 */
export async function* prefetch<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  const values = source[Symbol.asyncIterator]()
  let next = values.next()
  try {
    for (;;) {
      const step = await next
      if (step.done) return
      next = values.next()
      // Told of when it is this value's turn.
      next.catch(() => undefined)
      yield step.value
    }
  } finally {
    await next.catch(() => undefined)
    await values.return?.()
  }
}
