import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader } from './byte-reader'
import { ascii } from './byte-text'
import { Growing } from './growing'

/*
 * Snappy, as one block (https://github.com/google/snappy/blob/main/format_description.txt) or framed (…/framing_format.txt). Checksums are not compared.
 */
const STREAM_ID = '\xff\x06\x00\x00sNaPpY'

export function isSnappyStream(bytes: Uint8Array): boolean {
  return ascii(bytes.subarray(0, STREAM_ID.length)) === STREAM_ID
}

export function unpackSnappy(bytes: Uint8Array, budget: Budget): Uint8Array {
  const out = new Growing(budget)
  if (!isSnappyStream(bytes)) {
    readBlock(bytes, out, budget)
    return out.bytes()
  }
  const reader = new ByteReader(bytes)
  while (reader.left > 0) {
    const from = reader.at
    const type = reader.u8()
    const chunk = reader.take(reader.u16(true) | (reader.u8() << 16))
    if (type === 0x00 || type === 0x01) {
      // A checksum of four bytes comes first.
      if (chunk.length < 4) throw broken(from)
      if (type === 0x01) out.append(chunk.subarray(4))
      else readBlock(chunk.subarray(4), out, budget)
    } else if (type >= 0x02 && type < 0x80) throw broken(from)
  }
  return out.bytes()
}

function readBlock(bytes: Uint8Array, out: Growing, budget: Budget): void {
  const reader = new ByteReader(bytes)
  const size = Number(reader.varint())
  if (size > budget.limits.unpackedBytes)
    throw new NotDecoded({ code: 'too-large', mostBytes: budget.limits.unpackedBytes })
  const start = out.length
  while (reader.left > 0) {
    budget.onTime()
    const from = reader.at
    const tag = reader.u8()
    if ((tag & 3) === 0) {
      out.append(reader.take(literalLength(reader, tag >> 2)))
    } else {
      const [distance, count] = copyOf(reader, tag)
      if (distance === 0 || distance > out.length - start) throw broken(from)
      out.repeat(distance, count)
    }
    if (out.length - start > size) throw broken(from)
  }
  if (out.length - start !== size) throw new NotDecoded({ code: 'ends-early', at: bytes.length })
}

function literalLength(reader: ByteReader, length: number): number {
  if (length < 60) return length + 1
  let value = 0
  for (let at = 0; at < length - 59; at += 1) value += reader.u8() * 2 ** (8 * at)
  return value + 1
}

function copyOf(reader: ByteReader, tag: number): readonly [distance: number, count: number] {
  const kind = tag & 3
  if (kind === 1) return [((tag >> 5) << 8) | reader.u8(), ((tag >> 2) & 7) + 4]
  const count = (tag >> 2) + 1
  return [kind === 2 ? reader.u16(true) : reader.u32(true), count]
}
