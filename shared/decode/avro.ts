import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader, float32Text, floatText } from './byte-reader'
import { ascii, bytesNode, textNode } from './byte-text'
import { avroSchema, type AvroSchema, type AvroType } from './avro-schema'
import { booleanNode, leaf, nullNode, type TreeMember, type TreeNode } from './tree'

/*
 * Avro's binary encoding (https://avro.apache.org/docs/1.11.1/specification/) by a schema: the user's, or the one of an object container file. Nothing is compiled of a
 * schema, which is as strange as the data.
 */
const CONTAINER = 'Obj\x01'
/** Confluent's prefix: a zero and the number of a schema in a registry. */
const REGISTRY_BYTES = 5

/** `unpack` undoes the codec of a container file; null where it can't. */
export type UnpackBlock = (codec: string, block: Uint8Array) => Uint8Array

export function readAvro(bytes: Uint8Array, budget: Budget, schema: string | null, unpack: UnpackBlock): TreeNode {
  if (isAvroContainer(bytes)) return readContainer(bytes, budget, unpack)
  if (schema === null) throw new NotDecoded({ code: 'needs-schema' })
  const types = avroSchema(schema)
  try {
    return readWhole(bytes, budget, types)
  } catch (error) {
    if (bytes[0] !== 0 || bytes.length <= REGISTRY_BYTES || !(error instanceof NotDecoded)) throw error
    const id = new ByteReader(bytes, 1).u32()
    return { ...readWhole(bytes.subarray(REGISTRY_BYTES), budget, types), note: `schema ${id}` }
  }
}

export function isAvroContainer(bytes: Uint8Array): boolean {
  return ascii(bytes.subarray(0, CONTAINER.length)) === CONTAINER
}

function readWhole(bytes: Uint8Array, budget: Budget, schema: AvroSchema): TreeNode {
  const reader = new ByteReader(bytes)
  const root = readValue(reader, budget, schema, schema.root, 0)
  if (root === null) throw broken(0)
  if (reader.left > 0 && !budget.isCut) throw new NotDecoded({ code: 'goes-on', at: reader.at })
  return root
}

function readContainer(bytes: Uint8Array, budget: Budget, unpack: UnpackBlock): TreeNode {
  const reader = new ByteReader(bytes, CONTAINER.length)
  const header = new Map<string, string>()
  for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
    for (let at = 0; at < count && budget.node(); at += 1) {
      const key = ascii(reader.take(reader.length(zigzag(reader))))
      header.set(key, new TextDecoder().decode(reader.take(reader.length(zigzag(reader)))))
    }
  }
  const schema = avroSchema(header.get('avro.schema') ?? '')
  const codec = header.get('avro.codec') ?? 'null'
  const sync = reader.take(16)
  const items: TreeNode[] = []
  while (reader.left > 0 && !budget.isCut) {
    const count = zigzag(reader)
    const packed = reader.take(reader.length(zigzag(reader)))
    const block = new ByteReader(codec === 'null' ? packed : unpack(codec, packed))
    for (let at = 0n; at < count; at += 1n) {
      const item = readValue(block, budget, schema, schema.root, 1)
      if (item === null) break
      items.push(item)
    }
    const markAt = reader.at
    if (!reader.take(16).every((byte, at) => byte === sync[at])) throw broken(markAt)
  }
  return { kind: 'array', items }
}

/** A long: zigzag, in sevens of bits. */
function zigzag(reader: ByteReader): bigint {
  const value = reader.varint()
  return (value >> 1n) ^ -(value & 1n)
}

/** How many items a block has; a negative count is followed by its size in bytes. */
function blockCount(reader: ByteReader): bigint {
  const count = zigzag(reader)
  if (count >= 0n) return count
  zigzag(reader)
  return -count
}

function readValue(
  reader: ByteReader,
  budget: Budget,
  schema: AvroSchema,
  type: AvroType,
  depth: number,
): TreeNode | null {
  budget.deeper(depth)
  if (!budget.node()) return null
  const from = reader.at
  const read = (inner: AvroType): TreeNode | null => readValue(reader, budget, schema, inner, depth + 1)
  switch (type.kind) {
    case 'null':
      return nullNode()
    case 'boolean': {
      const byte = reader.u8()
      if (byte > 1) throw broken(from)
      return booleanNode(byte === 1)
    }
    case 'int':
    case 'long':
      return wholeNode(zigzag(reader), type.logical)
    case 'float':
      return leaf('number', float32Text(reader.f32(true)))
    case 'double':
      return leaf('number', floatText(reader.f64(true)))
    case 'bytes':
      return scaled(bytesNode(reader.take(reader.length(zigzag(reader)))), type)
    case 'string':
      return textNode(reader.take(reader.length(zigzag(reader))))
    case 'fixed':
      return scaled(bytesNode(reader.take(reader.length(type.size)), type.name), type)
    case 'enum': {
      const index = Number(zigzag(reader))
      const symbol = type.symbols[index]
      if (symbol === undefined) throw broken(from)
      return leaf('mark', symbol)
    }
    case 'union': {
      const branch = type.branches[Number(zigzag(reader))]
      if (branch === undefined) throw broken(from)
      return read(branch)
    }
    case 'named': {
      const named = schema.named.get(type.name)
      if (named === undefined)
        throw new NotDecoded({ code: 'bad-schema', reason: 'no-type', name: type.name.slice(0, 120) })
      return read(named)
    }
    case 'record': {
      const members: TreeMember[] = []
      for (const field of type.fields) {
        const value = read(field.type)
        if (value === null) break
        members.push({ key: field.name, value })
        if (budget.isCut) break
      }
      return { kind: 'object', members, note: type.name }
    }
    case 'array': {
      const items: TreeNode[] = []
      eachOfBlocks(reader, budget, () => {
        const item = read(type.items)
        if (item !== null) items.push(item)
      })
      return { kind: 'array', items }
    }
    case 'map': {
      const members: TreeMember[] = []
      eachOfBlocks(reader, budget, () => {
        const key = new TextDecoder().decode(reader.take(reader.length(zigzag(reader))))
        const value = read(type.values)
        if (value !== null) members.push({ key, value })
      })
      return { kind: 'object', members }
    }
  }
}

function eachOfBlocks(reader: ByteReader, budget: Budget, one: () => void): void {
  for (let count = blockCount(reader); count > 0n && !budget.isCut; count = blockCount(reader))
    for (let at = 0n; at < count && !budget.isCut; at += 1n) one()
}

const MICROS = 1_000n

/** Also before 1970 towards what was. */
function floorDiv(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((by - 1n - value) / by)
}

function wholeNode(value: bigint, logical: string | null): TreeNode {
  const ms = logical === 'timestamp-millis' ? value : logical === 'timestamp-micros' ? floorDiv(value, MICROS) : null
  const days = logical === 'date' ? Number(value) * 86_400_000 : null
  const at = ms === null ? days : Number(ms)
  if (at === null || Math.abs(at) > 8.64e15) return leaf('number', value)
  const iso = new Date(at).toISOString()
  return leaf('time', days === null ? iso : iso.slice(0, iso.indexOf('T')), String(value))
}

/** A decimal: a whole number and where its point stands. */
function scaled(
  node: TreeNode,
  { logical, scale }: { readonly logical: string | null; readonly scale: number },
): TreeNode {
  if (logical !== 'decimal' || node.kind !== 'bytes' || node.text.length > 128) return node
  const whole = BigInt.asIntN(node.text.length * 4, BigInt(`0x${node.text || '0'}`))
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0')
  const point = digits.length - scale
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  return leaf('number', whole < 0n ? `-${text}` : text, 'decimal')
}
