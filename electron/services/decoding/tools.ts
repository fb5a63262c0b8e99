import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'
import { endsEarly, NotDecoded, type Budget } from '../../../shared/decode/budget'
import type { DecodeTools } from '../../../shared/decode/decoders'
import type { PackedId } from '../../../shared/decode/ids'
import type { ProtoTypes } from '../../../shared/decode/proto-types'
import { protoTypes } from './proto'
import { unpackZstd } from './zstd'

type Unpack = (bytes: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength'>) => Uint8Array

const BY_NODE: Readonly<Record<Exclude<PackedId, 'zstd'>, Unpack>> = {
  gzip: gunzipSync,
  zlib: inflateSync,
  deflate: inflateRawSync,
  brotli: brotliDecompressSync,
}
const SCHEMAS_KEPT = 8

/** What decoders of the worker have beyond those of the page: libraries, which may take long or much. */
export function createTools(): DecodeTools {
  const known = new Map<string, ProtoTypes>()
  return {
    unpack: (id, bytes, budget) => (id === 'zstd' ? unpackZstd(bytes, budget) : unpackByNode(id, bytes, budget)),
    proto(text, message) {
      const key = JSON.stringify([text, message])
      const types = known.get(key) ?? protoTypes(text, message)
      if (known.size >= SCHEMAS_KEPT) known.clear()
      known.set(key, types)
      return types
    },
  }
}

function unpackByNode(id: Exclude<PackedId, 'zstd'>, bytes: Uint8Array, budget: Budget): Uint8Array {
  const { unpackedBytes } = budget.limits
  try {
    return BY_NODE[id](bytes, { maxOutputLength: unpackedBytes })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new NotDecoded({ code: 'too-large', mostBytes: unpackedBytes })
    if (code === 'Z_BUF_ERROR') throw endsEarly(bytes.length)
    throw new NotDecoded({ code: 'damaged' })
  }
}
