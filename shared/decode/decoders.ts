import { readAvro } from './avro'
import { NotDecoded, type Budget } from './budget'
import { utf8 } from './byte-text'
import { readCbor } from './cbor'
import { fromBase64, fromGbk, fromHex, fromLatin1, fromUtf16, readTime, readUuid } from './codings'
import { readFastStream } from './faststream'
import type { DecoderId, PackedId } from './ids'
import { readJava } from './java'
import { readJson } from './json'
import { unpackLz4 } from './lz4'
import { readMsgpack } from './msgpack'
import { readPhp } from './php'
import { readPickle } from './pickle'
import { readProtobuf } from './protobuf'
import { protobufFrame } from './protobuf-frame'
import type { ProtoTypes } from './proto-types'
import { unpackSnappy } from './snappy'
import type { TreeNode } from './tree'

/** What needs a library: there in the host's worker, and nowhere else. */
export interface DecodeTools {
  /** Throws `NotDecoded`. */
  unpack(id: PackedId, bytes: Uint8Array, budget: Budget): Uint8Array
  /** The types of a `.proto`. `message`: which of them the value is; null: the first. Throws bad-schema. */
  proto(text: string, message: string | null): ProtoTypes
}

/** What the user gave to read values by: a `.proto`, or a schema of Avro. */
export interface GivenSchema {
  readonly text: string
  /** Of a `.proto`, the message that the value is; null: the first. */
  readonly message: string | null
}

/** What decoders are given beside the bytes. */
export interface DecodeWith {
  readonly tools: DecodeTools | null
  readonly schema: GivenSchema | null
}

/** A tree, or the bytes that were within. */
export type Made = { readonly root: TreeNode } | { readonly bytes: Uint8Array }

/** Thrown where the host has to do it. */
export class NeedsHost extends Error {}

type Decode = (bytes: Uint8Array, budget: Budget, given: DecodeWith) => Made

function unpack(id: PackedId): Decode {
  return (bytes, budget, { tools }) => {
    if (tools === null) throw new NeedsHost()
    return { bytes: tools.unpack(id, bytes, budget) }
  }
}

function asText(bytes: Uint8Array): string {
  const text = utf8(bytes)
  if (text === null) throw new NotDecoded({ code: 'not-this' })
  return text
}

const DECODERS: Readonly<Record<DecoderId, Decode>> = {
  json: (bytes, budget) => ({ root: readJson(asText(bytes), budget) }),
  text: (bytes) => ({ root: { kind: 'string', text: asText(bytes) } }),
  msgpack: (bytes, budget) => ({ root: readMsgpack(bytes, budget) }),
  cbor: (bytes, budget) => ({ root: readCbor(bytes, budget) }),
  protobuf(bytes, budget, { tools, schema }) {
    if (schema !== null && tools === null) throw new NeedsHost()
    const types = schema === null ? null : (tools?.proto(schema.text, schema.message) ?? null)
    const frame = types === null ? null : protobufFrame(bytes)
    if (frame === null) return { root: readProtobuf(bytes, budget, types) }
    const root = readProtobuf(frame.body, budget, types)
    return { root: { ...root, note: [frame.note, root.note].filter(Boolean).join(', ') } }
  },
  avro: (bytes, budget, { tools, schema }) => ({
    root: readAvro(bytes, budget, schema?.text ?? null, (codec, block) => {
      // Avro's snappy is a block with a checksum of four bytes behind it.
      if (codec === 'snappy') return unpackSnappy(block.subarray(0, -4), budget)
      const id = AVRO_CODECS[codec]
      if (id === undefined) throw new NotDecoded({ code: 'unknown-type', at: 0, type: codec.slice(0, 40) })
      if (tools === null) throw new NeedsHost()
      return tools.unpack(id, block, budget)
    }),
  }),
  php: (bytes, budget) => ({ root: readPhp(bytes, budget) }),
  java: (bytes, budget) => ({ root: readJava(bytes, budget) }),
  pickle: (bytes, budget) => ({ root: readPickle(bytes, budget) }),
  faststream: (bytes, budget) => ({ root: readFastStream(bytes, budget) }),
  gzip: unpack('gzip'),
  zlib: unpack('zlib'),
  deflate: unpack('deflate'),
  brotli: unpack('brotli'),
  zstd: unpack('zstd'),
  lz4: (bytes, budget) => ({ bytes: unpackLz4(bytes, budget) }),
  snappy: (bytes, budget) => ({ bytes: unpackSnappy(bytes, budget) }),
  base64: (bytes) => ({ bytes: fromBase64(bytes) }),
  hex: (bytes) => ({ bytes: fromHex(bytes) }),
  uuid: (bytes) => ({ root: readUuid(bytes) }),
  time: (bytes) => ({ root: readTime(bytes) }),
  utf16: (bytes) => ({ bytes: fromUtf16(bytes) }),
  latin1: (bytes) => ({ bytes: fromLatin1(bytes) }),
  gbk: (bytes) => ({ bytes: fromGbk(bytes) }),
}

const AVRO_CODECS: Readonly<Record<string, PackedId>> = { deflate: 'deflate', zstandard: 'zstd' }

/** One layer. Throws `NotDecoded`, `NeedsHost`. */
export function decodeLayer(id: DecoderId, bytes: Uint8Array, budget: Budget, given: DecodeWith): Made {
  return DECODERS[id](bytes, budget, given)
}
