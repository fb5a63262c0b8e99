import type { RedisClient } from '../client'
import { commandKey } from '../command-key'
import { callLarge, type Reader } from '../reader-writer'

/** What a writer has sent, and was not answered yet. */
export interface WritesUnderWay {
  /** Sends one; `redirected` is told by whom it was carried out, where that is not whom it was sent to. */
  follow<T>(send: (redirected: (by: RedisClient) => void) => Promise<T>): Promise<T>
  /**
   * Reads behind them: at once, in the same round trip. Where one of them was redirected it came too early, or from another
   * node than theirs, and is read once more; what has no key (the clock) from whoever carried the last of those out.
   */
  behind(reader: Reader): Reader
}

interface Write {
  readonly done: Promise<unknown>
  readonly by: () => RedisClient | null
}

export function createWritesUnderWay(): WritesUnderWay {
  const underWay = new Set<Write>()
  /** The node of the last of these that was redirected; null: none was. */
  const movedTo = async (writes: readonly Write[]): Promise<RedisClient | null> => {
    await Promise.allSettled(writes.map(({ done }) => done))
    return writes.reduce<RedisClient | null>((last, { by }) => by() ?? last, null)
  }
  const behind = async <T>(read: () => Promise<T>, again: (by: RedisClient) => Promise<T>): Promise<T> => {
    const before = [...underWay]
    const early = read()
    early.catch(() => undefined)
    const by = before.length > 0 ? await movedTo(before) : null
    return by === null ? early : again(by)
  }
  return {
    async follow(send) {
      let by: RedisClient | null = null
      const done = send((node) => (by = node))
      const write: Write = { done, by: () => by }
      underWay.add(write)
      try {
        return await done
      } finally {
        underWay.delete(write)
      }
    },
    behind: (reader) => ({
      ...reader,
      call: (command, ...args) =>
        behind(
          () => reader.call(command, ...args),
          (by) => (commandKey(command, args) === null ? by.reader : reader).call(command, ...args),
        ),
      callLarge: (command, ...args) =>
        behind(
          () => callLarge(reader, command, ...args),
          () => callLarge(reader, command, ...args),
        ),
      pipeline: (lines) =>
        behind(
          () => reader.pipeline(lines),
          () => reader.pipeline(lines),
        ),
    }),
  }
}
