import { compareIds, type EntryId } from '../../../../shared/entry-id'
import { nameKey } from '../../../redis/bytes'
import type { ObservedRow } from '../../inspection/observe-pending'

/** Who held each of the entries that a plan read, and after how many deliveries. */
export interface SeenHoldings {
  /** Whether it is with the same consumer after as many deliveries; true also of what the plan did not get to. */
  isSame(row: HeldRow): boolean
  /** Eight bytes for each of them, to be kept; null: of more than `most`, or where the plan did not read all. */
  kept(most: number): Buffer | null
}

const HASH_BYTES = 8

type HeldRow = Pick<ObservedRow, 'id' | 'consumer' | 'deliveries'>

export interface SeeingHoldings extends SeenHoldings {
  /** In the order of their ids. */
  add(rows: readonly HeldRow[]): void
  /** The plan read no further than what was added. */
  stopHere(): void
}

/**
 * XCLAIM with IDLE or TIME gives an entry to somebody else and keeps its delivery time, so time alone does not tell what
 * moved. A pending list may be long: kept are 8 bytes for each entry, a hash of 53 bits of all three. `before`: what was kept of others.
 */
export function createSeenHoldings(before?: Buffer): SeeingHoldings {
  let hashes = before === undefined ? new Float64Array(1024) : hashesIn(before)
  let count = before === undefined ? 0 : hashes.length
  let isSorted = before === undefined
  let lastId: EntryId | null = null
  let readUpTo: EntryId | null = null

  const grow = (): void => {
    const wider = new Float64Array(Math.max(1024, hashes.length * 2))
    wider.set(hashes)
    hashes = wider
  }
  const has = (wanted: number): boolean => {
    if (!isSorted) hashes.subarray(0, count).sort()
    isSorted = true
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((hashes[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low < count && hashes[low] === wanted
  }
  return {
    add(rows) {
      for (const row of rows) {
        if (count === hashes.length) grow()
        hashes[count] = hashOf(row)
        count += 1
        lastId = row.id
      }
      isSorted = false
    },
    stopHere() {
      readUpTo = lastId
    },
    isSame: (row) => (readUpTo !== null && compareIds(row.id, readUpTo) > 0) || has(hashOf(row)),
    kept: (most) => (count > most || readUpTo !== null ? null : bytesOf(hashes.subarray(0, count))),
  }
}

function bytesOf(hashes: Float64Array): Buffer {
  const bytes = Buffer.alloc(hashes.length * HASH_BYTES)
  hashes.forEach((hash, at) => bytes.writeDoubleLE(hash, at * HASH_BYTES))
  return bytes
}

function hashesIn(bytes: Buffer): Float64Array {
  const count = Math.floor(bytes.length / HASH_BYTES)
  return Float64Array.from({ length: count }, (_, at) => bytes.readDoubleLE(at * HASH_BYTES))
}

function hashOf({ id, consumer, deliveries }: HeldRow): number {
  return hash53(`${id} ${deliveries} ${nameKey(consumer)}`)
}

/** cyrb53: two multiplicative hashes of 32 bits side by side. */
function hash53(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}
