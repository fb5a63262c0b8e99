import { fromUint8Array, type Bytes } from '../../../shared/bytes'
import type { Decoded } from '../../../shared/decode/chain'
import type { GivenSchema } from '../../../shared/decode/decoders'
import type { DecoderId } from '../../../shared/decode/ids'
import { shortenTree } from '../../../shared/decode/shorten'
import type { DecodedValue } from '../../../shared/model/decoded'
import { createDecodeThread, type DecodeTurn } from './decode-thread'

export interface DecodeChoice {
  /** Of the field; it may tell of times. */
  readonly name: string | null
  readonly as: DecoderId | 'auto'
  readonly schema: GivenSchema | null
}

export interface Decoding {
  /** What a value is. Throws the signal's reason only. */
  decode(bytes: Uint8Array, choice: DecodeChoice, turn: DecodeTurn, signal?: AbortSignal): Promise<DecodedValue>
  close(): Promise<void>
}

/** What is shown of the innermost layer, of bytes or of a tree's texts; it goes over the line. */
const SHOWN_BYTES = 1024 * 1024
const CELL_BYTES = 1024

/** `file`: the program of the thread. */
export function createDecoding(file: string): Decoding {
  const thread = createDecodeThread({ file })
  return {
    decode: async (bytes, choice, turn, signal) =>
      viewed(await thread.decode({ bytes, ...choice }, turn, signal), turn.isCell ? CELL_BYTES : SHOWN_BYTES),
    close: () => thread.close(),
  }
}

function viewed({ chain, root, last, isCut, fault }: Decoded, most: number): DecodedValue {
  const tree = root && shortenTree(root, most)
  const shown: Bytes | null = tree ? null : fromUint8Array(headOf(last, most))
  return {
    ...{ chain: [...chain], root: tree?.root ?? null, last: shown, size: last.length, fault },
    isCut: isCut || tree?.isCut === true,
  }
}

/** The beginning, not in the midst of a character: half of one would make bytes of a text. */
function headOf(bytes: Uint8Array, most: number): Uint8Array {
  let end = Math.min(most, bytes.length)
  for (let back = 0; back < 3 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80; back += 1) end -= 1
  return bytes.subarray(0, end)
}
