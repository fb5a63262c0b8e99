import { ByteReader } from './byte-reader'

/** What stands before a message of Protobuf, and the message. */
export interface ProtobufFrame {
  readonly note: string
  readonly body: Uint8Array
}

const MOST_INDEXES = 16

/**
 * No message begins with a zero, but what Confluent's serializers write does: a zero, the number of a schema in a registry, and which message of it
 * (https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format); and what is framed as gRPC does it: a zero and a
 * length. Null: neither. Throws ends-early.
 */
export function protobufFrame(bytes: Uint8Array): ProtobufFrame | null {
  if (bytes[0] !== 0 || bytes.length < 5) return null
  const reader = new ByteReader(bytes, 1)
  const number = reader.u32()
  if (number === reader.left) return { note: 'gRPC', body: bytes.subarray(reader.at) }
  // A long as Avro writes it. None stands for the first message alone.
  const count = reader.varint() >> 1n
  if (count > MOST_INDEXES) return null
  for (let at = 0n; at < count; at += 1n) reader.varint()
  return { note: `schema ${number}`, body: bytes.subarray(reader.at) }
}
