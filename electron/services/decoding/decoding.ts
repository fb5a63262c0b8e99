import { fromUint8Array, type Bytes } from '../../../shared/bytes'
import type { Decoded } from '../../../shared/decode/chain'
import type { GivenSchema } from '../../../shared/decode/decoders'
import type { DecoderId } from '../../../shared/decode/ids'
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

/** What is shown of the innermost layer; it goes over the line. */
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
  const shown: Bytes | null = root === null ? fromUint8Array(last.subarray(0, most)) : null
  return { chain: [...chain], root, last: shown, size: last.length, isCut, fault }
}
