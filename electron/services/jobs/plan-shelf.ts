/** All plans kept, of whatever kind, within one bound: none is older than ten minutes, and together they fill no memory. */
export interface PlanShelf {
  /** `bytes`: about how large it is. `free` is called when it gives way; not after `remove`. */
  put(plan: { readonly bytes: number; readonly free: () => void }): KeptPlan
}

export interface KeptPlan {
  readonly isTooOld: () => boolean
  remove(): void
}

export interface PlanShelfOptions {
  readonly now?: () => number
  readonly mostBytes?: number
}

const KEEP_MS = 10 * 60_000
const KEEP = 200
/** The newest is kept however large it is: it is the one that is being looked at. */
const MOST_BYTES = 64 * 1024 * 1024

interface Slot {
  readonly at: number
  readonly bytes: number
  readonly free: () => void
}

export function createPlanShelf({ now = Date.now, mostBytes = MOST_BYTES }: PlanShelfOptions = {}): PlanShelf {
  /** The oldest first. */
  const slots = new Set<Slot>()
  let bytes = 0
  let timer: NodeJS.Timeout | undefined

  const take = (slot: Slot): boolean => {
    if (!slots.delete(slot)) return false
    bytes -= slot.bytes
    return true
  }
  const isTooOld = ({ at }: Slot): boolean => now() - at > KEEP_MS
  const freeOld = (): void => {
    for (const slot of slots) {
      const isTooMuch = slots.size > KEEP || (bytes > mostBytes && slots.size > 1)
      if (!isTooMuch && !isTooOld(slot)) break
      take(slot)
      slot.free()
    }
    // Nobody may ever ask for a plan again: its time runs out by itself.
    clearTimeout(timer)
    const [oldest] = slots
    if (oldest) timer = setTimeout(freeOld, Math.max(0, oldest.at + KEEP_MS - now()) + 1).unref()
  }

  return {
    put({ bytes: size, free }) {
      const slot: Slot = { at: now(), bytes: size, free }
      slots.add(slot)
      bytes += size
      freeOld()
      return { isTooOld: () => isTooOld(slot), remove: () => void take(slot) }
    },
  }
}
