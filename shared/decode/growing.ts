import { NotDecoded, type Budget } from './budget'

/** Bytes that come piece by piece, up to the budget's limit. Throws too-large. */
export class Growing {
  private buffer = new Uint8Array(1_024)
  length = 0
  constructor(private readonly budget: Budget) {}

  private makeRoom(count: number): void {
    const { unpackedBytes } = this.budget.limits
    const needed = this.length + count
    if (needed > unpackedBytes) throw new NotDecoded({ code: 'too-large', mostBytes: unpackedBytes })
    if (needed <= this.buffer.length) return
    const larger = new Uint8Array(Math.min(unpackedBytes, Math.max(needed, this.buffer.length * 2)))
    larger.set(this.buffer.subarray(0, this.length))
    this.buffer = larger
  }

  append(part: Uint8Array): void {
    this.makeRoom(part.length)
    this.buffer.set(part, this.length)
    this.length += part.length
  }

  /** Again what stands `distance` before the end, `count` bytes of it; it may repeat itself. */
  repeat(distance: number, count: number): void {
    this.makeRoom(count)
    const { buffer } = this
    const from = this.length
    if (distance >= count) buffer.copyWithin(from, from - distance, from - distance + count)
    else for (let at = from; at < from + count; at += 1) buffer[at] = buffer[at - distance] ?? 0
    this.length += count
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }
}
