/** Of a string, a list, an object: what they take beside their content, about, in V8. */
const HEAD_BYTES = 24
const SLOT_BYTES = 8
const MAP_ENTRY_BYTES = 32
/** So many elements of a list are looked at; the others are taken to be like them. */
const SAMPLE = 512

/**
 * About how much memory a plan takes, in bytes. Plans are data: no functions, and what is met twice counts once. Looks at
 * a bounded part of a long list, so that it takes no longer for a plan of a million entries.
 */
export function planBytes(plan: unknown): number {
  const seen = new Set<object>()

  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return HEAD_BYTES + value.length
    if (typeof value !== 'object' || value === null) return SLOT_BYTES
    // A Buffer may be a window on a larger reply, all of which it keeps.
    const held = ArrayBuffer.isView(value) ? value.buffer : value
    if (seen.has(held)) return SLOT_BYTES
    seen.add(held)
    if (held instanceof ArrayBuffer || held instanceof SharedArrayBuffer) return 4 * HEAD_BYTES + held.byteLength
    if (Array.isArray(value)) return HEAD_BYTES + sizeOfMany(value, value.length, SLOT_BYTES)
    if (value instanceof Map) return HEAD_BYTES + sizeOfMany(flat(value), 2 * value.size, MAP_ENTRY_BYTES / 2)
    if (value instanceof Set) return HEAD_BYTES + sizeOfMany(value, value.size, MAP_ENTRY_BYTES)
    const parts = Object.values(value)
    return HEAD_BYTES + sizeOfMany(parts, parts.length, SLOT_BYTES)
  }

  const sizeOfMany = (parts: Iterable<unknown>, length: number, slotBytes: number): number => {
    const step = Math.max(1, Math.floor(length / SAMPLE))
    let [at, looked, bytes] = [0, 0, 0]
    for (const part of parts) {
      if (at++ % step !== 0) continue
      looked += 1
      bytes += sizeOf(part)
    }
    return length * slotBytes + (looked === 0 ? 0 : (bytes / looked) * length)
  }

  return Math.ceil(sizeOf(plan))
}

function* flat(map: ReadonlyMap<unknown, unknown>): Generator {
  for (const entry of map) yield* entry
}
