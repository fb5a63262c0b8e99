import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader, float32Text, floatText } from './byte-reader'
import { bytesNode, declaredText, isPlainText, utf8 } from './byte-text'
import type { ProtoField, ProtoTypes } from './proto-types'
import { leaf, stringNode, type TreeMember, type TreeNode } from './tree'

/*
 * The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), with or without the types of a `.proto`. Without, a field is known by
 * its number, and what has a length is a message where it reads as one, else text, else bytes.
 */
const [VARINT, I64, LEN, GROUP, END_GROUP, I32] = [0, 1, 2, 3, 4, 5]
const MOST_FIELD = 0x1fff_ffff

export function readProtobuf(bytes: Uint8Array, budget: Budget, types: ProtoTypes | null = null): TreeNode {
  const reader = new ByteReader(bytes)
  return readMessage(reader, budget, { depth: 0, type: types?.root ?? null, types, group: null })
}

interface Within {
  readonly depth: number
  /** The message's name among the types; null: not known. */
  readonly type: string | null
  readonly types: ProtoTypes | null
  /** The field that a group ends by; null: it ends with the bytes. */
  readonly group: number | null
}

function readMessage(reader: ByteReader, budget: Budget, within: Within): TreeNode {
  budget.deeper(within.depth)
  const fields = within.type === null ? undefined : within.types?.messages.get(within.type)
  const members: TreeMember[] = []
  for (;;) {
    if (reader.left === 0) {
      if (within.group !== null) throw new NotDecoded({ code: 'ends-early', at: reader.at })
      break
    }
    const from = reader.at
    const tag = reader.varint()
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)]
    if (number === 0 || tag >> 3n > BigInt(MOST_FIELD)) throw broken(from)
    if (wire === END_GROUP) {
      if (within.group !== number) throw broken(from)
      break
    }
    if (!budget.node()) break
    const field = fields?.get(number)
    const key = field ? { key: field.name } : { key: String(number), bare: true as const }
    for (const value of readValues(reader, budget, within, { number, wire, field, from }))
      members.push({ ...key, value })
    if (budget.isCut) break
  }
  return within.type === null ? { kind: 'object', members } : { kind: 'object', members, note: within.type }
}

interface Wired {
  readonly number: number
  readonly wire: number
  readonly field: ProtoField | undefined
  readonly from: number
}

function readValues(reader: ByteReader, budget: Budget, within: Within, wired: Wired): readonly TreeNode[] {
  const { wire, field, number, from } = wired
  if (wire === GROUP) {
    const type = field?.message ?? null
    return [readMessage(reader, budget, { ...within, depth: within.depth + 1, type, group: number })]
  }
  if (wire === LEN) {
    const body = reader.take(reader.length(reader.varint()))
    if (!field) return [guessed(body, budget, within.depth)]
    if (field.message !== null) {
      const inner = { ...within, depth: within.depth + 1, type: field.message, group: null }
      return [readMessage(new ByteReader(body), budget, inner)]
    }
    if (field.type === 'string') {
      return [declaredText(body)]
    }
    return field.type === 'bytes' ? [bytesNode(body)] : readPacked(body, budget, field, within)
  }
  if (field && wire !== wireOf(field)) return [unlike(scalarOf(reader, wire, undefined, within, from))]
  return [scalarOf(reader, wire, field, within, from)]
}

function unlike(node: TreeNode): TreeNode {
  return { ...node, note: `≠ .proto` }
}

/** Of what has a length and no type. */
function guessed(body: Uint8Array, budget: Budget, depth: number): TreeNode {
  const text = utf8(body)
  if (text !== null && isPlainText(text)) return stringNode(text)
  if (body.length > 0 && depth < budget.limits.depth) {
    try {
      return readMessage(new ByteReader(body), budget, { depth: depth + 1, type: null, types: null, group: null })
    } catch (error) {
      if (!(error instanceof NotDecoded) || error.fault.code === 'too-slow') throw error
    }
  }
  return text === null ? bytesNode(body) : stringNode(text)
}

function readPacked(body: Uint8Array, budget: Budget, field: ProtoField, within: Within): readonly TreeNode[] {
  const reader = new ByteReader(body)
  const values: TreeNode[] = []
  while (reader.left > 0 && budget.node()) values.push(scalarOf(reader, wireOf(field), field, within, reader.at))
  return values
}

function wireOf({ type }: ProtoField): number {
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return I64
  if (type === 'float' || type === 'fixed32' || type === 'sfixed32') return I32
  return type === 'string' || type === 'bytes' || type === 'message' ? LEN : VARINT
}

function scalarOf(
  reader: ByteReader,
  wire: number,
  field: ProtoField | undefined,
  { types }: Within,
  from: number,
): TreeNode {
  if (wire === VARINT) return varintNode(reader.varint(), field, types)
  if (wire === I64) {
    if (field?.type === 'double') return leaf('number', floatText(reader.f64(true)))
    if (field) return leaf('number', field.type === 'fixed64' ? reader.u64(true) : reader.i64(true))
    const double = new ByteReader(reader.bytes, reader.at).f64(true)
    return leaf('number', reader.u64(true), `i64, double ${floatText(double)}`)
  }
  if (wire === I32) {
    if (field?.type === 'float') return leaf('number', float32Text(reader.f32(true)))
    if (field) return leaf('number', field.type === 'fixed32' ? reader.u32(true) : reader.i32(true))
    const float = new ByteReader(reader.bytes, reader.at).f32(true)
    return leaf('number', reader.u32(true), `i32, float ${float32Text(float)}`)
  }
  throw broken(from)
}

function varintNode(value: bigint, field: ProtoField | undefined, types: ProtoTypes | null): TreeNode {
  switch (field?.type) {
    case undefined:
    case 'uint32':
    case 'uint64':
      return leaf('number', value)
    case 'sint32':
    case 'sint64':
      return leaf('number', (value >> 1n) ^ -(value & 1n))
    case 'bool':
      return leaf('boolean', String(value !== 0n))
    case 'enum': {
      const number = BigInt.asIntN(32, value)
      const name = types?.enums.get(field.enumeration ?? '')?.get(Number(number))
      return name === undefined ? leaf('number', number) : leaf('mark', name, String(number))
    }
    default:
      return leaf('number', BigInt.asIntN(64, value))
  }
}
