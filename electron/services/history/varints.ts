/** Whole numbers of up to 53 bits in as few bytes as they need, seven bits each, the lowest first. */
export interface ByteWriter {
  /** 0 ≤ value ≤ 2^53 - 1. */
  varint(value: number): void
  bytes(value: Buffer): void
  /** All that was written so far. */
  take(): Buffer
}

export function createByteWriter(): ByteWriter {
  let buffer = Buffer.allocUnsafe(4_096)
  let length = 0
  const room = (bytes: number): void => {
    if (length + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const varint = (value: number): void => {
    room(8)
    let rest = value
    while (rest >= 128) {
      buffer[length] = (rest % 128) + 128
      length += 1
      rest = Math.floor(rest / 128)
    }
    buffer[length] = rest
    length += 1
  }
  return {
    varint,
    bytes(value) {
      varint(value.length)
      room(value.length)
      length += value.copy(buffer, length)
    },
    take() {
      const taken = Buffer.from(buffer.subarray(0, length))
      length = 0
      return taken
    },
  }
}

/** Throws a RangeError where what it reads is cut off, or nothing that a `ByteWriter` writes. */
export interface ByteReader {
  readonly isAtEnd: boolean
  varint(): number
  /** Goes over so many varints. */
  skip(count: number): void
  bytes(): Buffer
}

export function createByteReader(buffer: Buffer): ByteReader {
  let at = 0
  const varint = (): number => {
    const first = buffer[at]
    if (first !== undefined && first < 128) {
      at += 1
      return first
    }
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = buffer[at]
      if (byte === undefined) throw new RangeError('cut off')
      at += 1
      value += (byte % 128) * scale
      if (byte < 128) return value
    }
    throw new RangeError('no number')
  }
  return {
    get isAtEnd() {
      return at >= buffer.length
    },
    varint,
    skip(count) {
      for (let left = count; left > 0; at += 1) {
        const byte = buffer[at]
        if (byte === undefined) throw new RangeError('cut off')
        if (byte < 128) left -= 1
      }
    },
    bytes() {
      const length = varint()
      if (at + length > buffer.length) throw new RangeError('cut off')
      at += length
      return buffer.subarray(at - length, at)
    },
  }
}

/** Of a whole number, negative or not: 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 … */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

export function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2
}
