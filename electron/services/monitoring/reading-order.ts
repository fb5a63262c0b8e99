import { bytesKey, type Bytes } from '../../../shared/bytes'

/** Streams of one chunk at most. */
export const CHUNK = 200

/** Which streams to read next: each is in one of the queues, or in none until somebody wants it again. */
export interface ReadingOrder {
  /** Streams that were found, in the order to read them where nothing else matters. */
  found(keys: readonly Bytes[]): void
  forget(id: string): void
  /** What is on a screen, all pages together. */
  show(keys: readonly Bytes[]): void
  /** What was changed, or is asked for: before anything but unread streams on a screen. */
  want(keys: readonly Bytes[]): void
  /** What is to be read again, instead of what is left of the last time. */
  again(keys: readonly Bytes[]): void
  /** Whether something on a screen was never read. */
  isScreenWaiting(): boolean
  /**
   * Up to 200, taken out of the queues: unread ones on a screen by themselves; else what is wanted, what is on a screen,
   * the unread ones, the rest.
   */
  take(): readonly Bytes[]
  /** What was taken could not be read: what never was is unread again. */
  giveBack(keys: readonly Bytes[]): void
}

/** `isKnown`: it was read before. */
export function createReadingOrder(isKnown: (id: string) => boolean): ReadingOrder {
  const unread = new Map<string, Bytes>()
  const wanted = new Map<string, Bytes>()
  let stale = new Map<string, Bytes>()
  let shown = new Map<string, Bytes>()

  const shownUnread = (): readonly (readonly [string, Bytes])[] => [...shown].filter(([id]) => unread.has(id))

  function* inOrder(): Generator<readonly [string, Bytes]> {
    yield* wanted
    for (const entry of shown) if (stale.has(entry[0])) yield entry
    yield* unread
    yield* stale
  }

  return {
    found(keys) {
      for (const key of keys) if (!isKnown(bytesKey(key))) unread.set(bytesKey(key), key)
    },
    forget(id) {
      for (const queue of [unread, wanted, stale]) queue.delete(id)
    },
    show(keys) {
      shown = byId(keys)
    },
    want(keys) {
      for (const key of keys) wanted.set(bytesKey(key), key)
    },
    again(keys) {
      stale = byId(keys)
    },
    isScreenWaiting: () => shownUnread().length > 0,
    take() {
      const waiting = shownUnread()
      const chunk = new Map<string, Bytes>()
      for (const [id, key] of waiting.length > 0 ? waiting : inOrder()) {
        if (chunk.size === CHUNK) break
        chunk.set(id, key)
      }
      for (const id of chunk.keys()) for (const queue of [unread, wanted, stale]) queue.delete(id)
      return [...chunk.values()]
    },
    giveBack(keys) {
      this.found(keys)
    },
  }
}

function byId(keys: readonly Bytes[]): Map<string, Bytes> {
  return new Map(keys.map((key) => [bytesKey(key), key]))
}
