import { broken, endsEarly } from './budget'

/** Reads bytes from the first to the last; each read throws ends-early rather than go beyond. */
export class ByteReader {
  private readonly view: DataView
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  private skip(count: number): number {
    if (!(count >= 0) || count > this.left) throw endsEarly(this.bytes.length)
    const from = this.at
    this.at += count
    return from
  }

  take(count: number): Uint8Array {
    const from = this.skip(count)
    return this.bytes.subarray(from, from + count)
  }

  u8 = (): number => this.view.getUint8(this.skip(1))
  i8 = (): number => this.view.getInt8(this.skip(1))
  u16 = (little = false): number => this.view.getUint16(this.skip(2), little)
  i16 = (): number => this.view.getInt16(this.skip(2))
  u32 = (little = false): number => this.view.getUint32(this.skip(4), little)
  i32 = (little = false): number => this.view.getInt32(this.skip(4), little)
  u64 = (little = false): bigint => this.view.getBigUint64(this.skip(8), little)
  i64 = (little = false): bigint => this.view.getBigInt64(this.skip(8), little)
  f32 = (little = false): number => this.view.getFloat32(this.skip(4), little)
  f64 = (little = false): number => this.view.getFloat64(this.skip(8), little)

  /** A number in sevens of bits, the lowest first. Throws broken where it is of more than 64 bits: of those that do not fit none may be left out. */
  varint(): bigint {
    const from = this.at
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80 && value < 1n << 64n) return value
      if (byte < 0x80) break
    }
    throw broken(from)
  }

  /** A length that may not be more than what is there. */
  length(value: bigint | number): number {
    if (value < 0 || value > this.left) throw endsEarly(this.bytes.length)
    return Number(value)
  }

  /** Up to a sign and beyond it, without it. */
  until(sign: number): Uint8Array {
    const end = this.bytes.indexOf(sign, this.at)
    if (end < 0) throw endsEarly(this.bytes.length)
    const found = this.bytes.subarray(this.at, end)
    this.at = end + 1
    return found
  }
}

/** The shortest digits that are this number among those of 32 bits. */
export function float32Text(value: number): string {
  for (let digits = 6; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return floatText(short)
  }
  return floatText(value)
}

/** JavaScript writes -0 as 0. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
