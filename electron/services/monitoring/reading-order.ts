import { bytesKey, type Bytes } from '../../../shared/bytes'

/** Streams of one chunk at most. */
export const CHUNK = 200

export interface Taken {
  readonly keys: readonly Bytes[]
  /** Somebody asked for them, or they were never read: they are no matter of the budget. */
  readonly asked: boolean
}

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
  /** Whether something is to be read again. */
  isStale(): boolean
  /** Whether something on a screen was never read. */
  isScreenWaiting(): boolean
  /**
   * Up to 200, taken out of the queues: unread ones on a screen by themselves; else what is wanted; what is to be read again
   * on a screen; the unread ones; the rest. Of what nobody asked for at most `room`.
   */
  take(room: number): Taken
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

  const next = (room: number): readonly [queue: Iterable<readonly [string, Bytes]>, most: number, asked: boolean] => {
    const waiting = shownUnread()
    if (waiting.length > 0) return [waiting, CHUNK, true]
    if (wanted.size > 0) return [wanted, CHUNK, true]
    const shownStale = [...shown].filter(([id]) => stale.has(id))
    if (shownStale.length > 0 && room > 0) return [shownStale, room, false]
    return unread.size > 0 ? [unread, CHUNK, true] : [stale, room, false]
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
    isStale: () => stale.size > 0,
    take(room) {
      const [queue, most, asked] = next(room)
      const chunk = new Map<string, Bytes>()
      for (const [id, key] of queue) {
        if (chunk.size >= Math.min(CHUNK, most)) break
        chunk.set(id, key)
      }
      for (const id of chunk.keys()) for (const waiting of [unread, wanted, stale]) waiting.delete(id)
      return { keys: [...chunk.values()], asked }
    },
    giveBack(keys) {
      this.found(keys)
    },
  }
}

function byId(keys: readonly Bytes[]): Map<string, Bytes> {
  return new Map(keys.map((key) => [bytesKey(key), key]))
}
