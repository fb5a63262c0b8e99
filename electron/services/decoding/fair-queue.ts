/** Of one lane so many that wait, and so many bytes of them; so many lanes, and so many bytes in all. */
export interface LaneLimits {
  readonly things: number
  readonly bytes: number
  readonly lanes: number
  readonly allBytes: number
}

interface Item<T> {
  readonly thing: T
  readonly bytes: number
}

/**
 * Things that wait their turn, in lanes that take turns: whoever has many waits behind their own, and holds up nobody else. In a lane what somebody looks at comes
 * before what was only in sight.
 */
export function createFairQueue<T>(limits: LaneLimits) {
  const lanes = new Map<string, { first: Item<T>[]; then: Item<T>[] }>()

  const bytesOf = (items: readonly Item<T>[]): number => items.reduce((sum, { bytes }) => sum + bytes, 0)

  /** Whether there is room. One thing alone is taken, however large. */
  function hasRoom(name: string, bytes: number): boolean {
    const own = lanes.get(name)
    if (own === undefined && lanes.size >= limits.lanes) return false
    const all = [...lanes.values()].flatMap((lane) => [...lane.first, ...lane.then])
    if (bytesOf(all) + bytes > limits.allBytes) return false
    const waiting = own ? [...own.first, ...own.then] : []
    return waiting.length === 0 || (waiting.length < limits.things && bytesOf(waiting) + bytes <= limits.bytes)
  }

  return {
    /** False where there is no room: it was not taken. */
    push(name: string, thing: T, { bytes, first }: { readonly bytes: number; readonly first: boolean }): boolean {
      if (!hasRoom(name, bytes)) return false
      const lane = lanes.get(name) ?? { first: [], then: [] }
      lane[first ? 'first' : 'then'].push({ thing, bytes })
      lanes.set(name, lane)
      return true
    },
    /** The next one, of the lane that had none for the longest. */
    shift(): T | undefined {
      const [next] = lanes
      if (next === undefined) return undefined
      const [name, lane] = next
      const item = lane.first.shift() ?? lane.then.shift()
      lanes.delete(name)
      if (lane.first.length + lane.then.length > 0) lanes.set(name, lane)
      return item?.thing
    },
    /** Whether it was still waiting. */
    remove(name: string, thing: T): boolean {
      const lane = lanes.get(name)
      for (const part of lane ? [lane.first, lane.then] : []) {
        const at = part.findIndex((item) => item.thing === thing)
        if (at < 0) continue
        part.splice(at, 1)
        if (lane && lane.first.length + lane.then.length === 0) lanes.delete(name)
        return true
      }
      return false
    },
  }
}
