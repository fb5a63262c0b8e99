import { addressName, SLOTS, type NodeAddress, type Primary, type SlotMap } from './slot-map'

/** Who has which slot, as it was told last: by the whole map, and by redirections since. */
export interface SlotTable {
  isKnown(): boolean
  /** Null: nobody has it, or nothing is known. */
  ownerOf(slot: number): NodeAddress | null
  /** Those that have slots, by the last whole map. */
  primaries(): readonly Primary[]
  take(map: SlotMap): void
  /** A redirection told that it has moved. */
  moved(slot: number, to: NodeAddress): void
  /** Counts the maps that had other owners than the one before. */
  layout(): number
  /** Every slot has somebody, and no redirection has told otherwise since. */
  isSettled(): boolean
}

export function createSlotTable(): SlotTable {
  let map: SlotMap | null = null
  let layout = 0
  const moves = new Map<number, NodeAddress>()
  return {
    isKnown: () => map !== null,
    ownerOf: (slot) => moves.get(slot) ?? map?.ownerOf(slot) ?? null,
    primaries: () => map?.primaries ?? [],
    take(found) {
      if (map === null || !hasSameOwners(map, found)) layout += 1
      map = found
      moves.clear()
    },
    moved: (slot, to) => void moves.set(slot, to),
    layout: () => layout,
    isSettled: () => map !== null && moves.size === 0 && coversAll(map),
  }
}

function hasSameOwners(a: SlotMap, b: SlotMap): boolean {
  const name = (map: SlotMap, slot: number): string | null => {
    const owner = map.ownerOf(slot)
    return owner && addressName(owner)
  }
  return Array.from({ length: SLOTS }, (_, slot) => slot).every((slot) => name(a, slot) === name(b, slot))
}

function coversAll(map: SlotMap): boolean {
  return map.primaries.reduce((sum, { slots }) => sum + slots, 0) === SLOTS
}
