import { shallowRef, type ShallowRef } from 'vue'
import { createLeastRecent } from './least-recent'

const KEPT = 40

interface Slot<T> {
  readonly data: ShallowRef<T | null>
  latest: number
}

type Read<Target, T> = (target: Target, signal: AbortSignal) => Promise<T>

export interface Resources<Target, T> {
  /** Null before the first answer. */
  of(target: Target): T | null
  /** Throws what the reading throws; what was read before stays. An answer overtaken by a later one is dropped. */
  load(target: Target, signal: AbortSignal): Promise<void>
}

/**
 * What was last read from the server, by target: a view that comes back shows it at once and reads anew. The least
 * recently used are let go, so that a day of clicking around stays small. `readSoon`, where the whole takes its time: what
 * can be told sooner of a target of which nothing is known yet.
 */
export function createResources<Target, T>(
  keyOf: (target: Target) => string,
  read: Read<Target, T>,
  readSoon?: Read<Target, T>,
): Resources<Target, T> {
  const slots = createLeastRecent<Slot<T>>(KEPT)

  function slotOf(target: Target): Slot<T> {
    return slots.get(keyOf(target), () => ({ data: shallowRef<T | null>(null), latest: 0 }))
  }

  /** What fails here fails with the whole, too, which tells. */
  async function showSoon(slot: Slot<T>, reading: Promise<T>, signal: AbortSignal): Promise<void> {
    const data = await reading.catch(() => null)
    if (slot.data.value === null && !signal.aborted) slot.data.value = data
  }

  return {
    of: (target) => slotOf(target).data.value,
    async load(target, signal) {
      const slot = slotOf(target)
      const turn = ++slot.latest
      if (readSoon && slot.data.value === null) void showSoon(slot, readSoon(target, signal), signal)
      const data = await read(target, signal)
      if (turn === slot.latest && !signal.aborted) slot.data.value = data
    },
  }
}
