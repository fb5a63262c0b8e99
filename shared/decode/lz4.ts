import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader } from './byte-reader'
import { Growing } from './growing'

/*
 * LZ4, as a frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md) or as one block (…/lz4_Block_format.md), alone or behind its size as lz4.block of Python and others write it.
 * Of our own since the libraries there are take a length on trust. Checksums are not compared.
 */
const FRAME = 0x184d2204

export function unpackLz4(bytes: Uint8Array, budget: Budget): Uint8Array {
  const reader = new ByteReader(bytes)
  if (bytes.length >= 4 && reader.u32(true) === FRAME) return readFrame(reader, budget)
  const size = bytes.length < 4 ? 0 : new ByteReader(bytes).u32(true)
  if (size > 0 && size <= budget.limits.unpackedBytes) {
    try {
      const sized = new Growing(budget)
      readBlock(bytes.subarray(4), sized, budget)
      if (sized.length === size) return sized.bytes()
    } catch (error) {
      if (!(error instanceof NotDecoded)) throw error
    }
  }
  const out = new Growing(budget)
  readBlock(bytes, out, budget)
  return out.bytes()
}

function readFrame(reader: ByteReader, budget: Budget): Uint8Array {
  const flags = reader.u8()
  reader.u8()
  if (flags >> 6 !== 1) throw broken(reader.at - 2)
  if (flags & 0x08) reader.take(8)
  if (flags & 0x01) reader.take(4)
  reader.u8()
  const out = new Growing(budget)
  for (let size = reader.u32(true); size !== 0; size = reader.u32(true)) {
    const block = reader.take(size & 0x7fff_ffff)
    if (size & 0x8000_0000) out.append(block)
    else readBlock(block, out, budget)
    if (flags & 0x10) reader.take(4)
  }
  return out.bytes()
}

/** One block, which may refer to what came before. */
function readBlock(bytes: Uint8Array, out: Growing, budget: Budget): void {
  const reader = new ByteReader(bytes)
  const extended = (length: number): number => {
    let whole = length
    for (let more = length === 15 ? 255 : 0; more === 255; whole += more) more = reader.u8()
    return whole
  }
  while (reader.left > 0) {
    budget.onTime()
    const token = reader.u8()
    out.append(reader.take(reader.length(extended(token >> 4))))
    // The last sequence is literals only.
    if (reader.left === 0) return
    const at = reader.at
    const distance = reader.u16(true)
    if (distance === 0 || distance > out.length) throw broken(at)
    out.repeat(distance, extended(token & 0x0f) + 4)
  }
}
