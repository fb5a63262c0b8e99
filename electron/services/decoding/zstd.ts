import { Decompress } from 'fzstd'
import { broken, NotDecoded, type Budget } from '../../../shared/decode/budget'
import { ByteReader } from '../../../shared/decode/byte-reader'
import { Growing } from '../../../shared/decode/growing'

/*
 * Zstandard (https://www.rfc-editor.org/rfc/rfc8878). The library makes a window as large as a frame says, 2 GiB if it likes, so frames are walked before.
 */
const MAGIC = 0xfd2f_b528
const SKIPPABLE = 0x184d_2a50

export function unpackZstd(bytes: Uint8Array, budget: Budget): Uint8Array {
  walkFrames(bytes, budget)
  const out = new Growing(budget)
  const stream = new Decompress((part) => {
    budget.onTime()
    out.append(part)
  })
  try {
    stream.push(bytes, true)
  } catch (error) {
    throw error instanceof NotDecoded ? error : new NotDecoded({ code: 'damaged' })
  }
  return out.bytes()
}

/** Throws too-large where a window is more than may be unpacked. */
function walkFrames(bytes: Uint8Array, budget: Budget): void {
  const reader = new ByteReader(bytes)
  while (reader.left > 0) {
    const from = reader.at
    const magic = reader.u32(true)
    if ((magic & 0xffff_fff0) >>> 0 === SKIPPABLE) reader.take(reader.u32(true))
    else if (magic === MAGIC) walkFrame(reader, budget)
    else throw broken(from)
  }
}

function walkFrame(reader: ByteReader, budget: Budget): void {
  const flags = reader.u8()
  const isSingle = (flags & 0x20) !== 0
  const window = isSingle ? 0 : windowOf(reader.u8())
  reader.take([0, 1, 2, 4][flags & 3] ?? 0)
  const contentBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0
  const content = littleEndian(reader.take(contentBytes)) + (contentBytes === 2 ? 256 : 0)
  const { unpackedBytes } = budget.limits
  if (window > unpackedBytes || content > unpackedBytes)
    throw new NotDecoded({ code: 'too-large', mostBytes: unpackedBytes })
  for (let isLast = false; !isLast;) {
    const header = littleEndian(reader.take(3))
    isLast = (header & 1) === 1
    // Of one byte, repeated.
    reader.take(((header >> 1) & 3) === 1 ? 1 : header >> 3)
  }
  if (flags & 0x04) reader.take(4)
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0)
}
