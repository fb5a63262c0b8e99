import type { Budget } from './budget'
import { broken, NotDecoded } from './budget'
import { ByteReader, float32Text, floatText } from './byte-reader'
import { bytesNode, declaredText } from './byte-text'
import { booleanNode, keyOf, leaf, nullNode, type TreeMember, type TreeNode } from './tree'

/*
 * MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) as a tree: 64-bit integers whole, keys of any kind, in order and
 * repeated, which no library keeps. Nothing is made for a length that is not there.
 */
const TIMESTAMP = -1
const MOST_NANOS = 999_999_999n

export function readMsgpack(bytes: Uint8Array, budget: Budget): TreeNode {
  const reader = new ByteReader(bytes)
  const root = readValue(reader, budget, 0)
  if (root === null) throw broken(0)
  if (reader.left > 0 && !budget.isCut) throw new NotDecoded({ code: 'goes-on', at: reader.at })
  return root
}

function readValue(reader: ByteReader, budget: Budget, depth: number): TreeNode | null {
  budget.deeper(depth)
  if (!budget.node()) return null
  const from = reader.at
  const type = reader.u8()
  if (type < 0x80) return leaf('number', type)
  if (type < 0x90) return readMap(reader, budget, depth, type & 0x0f)
  if (type < 0xa0) return readArray(reader, budget, depth, type & 0x0f)
  if (type < 0xc0) return declaredText(reader.take(type & 0x1f))
  if (type >= 0xe0) return leaf('number', type - 0x100)
  switch (type) {
    case 0xc0:
      return nullNode()
    case 0xc2:
    case 0xc3:
      return booleanNode(type === 0xc3)
    case 0xc4:
      return bytesNode(reader.take(reader.u8()))
    case 0xc5:
      return bytesNode(reader.take(reader.u16()))
    case 0xc6:
      return bytesNode(reader.take(reader.u32()))
    case 0xc7:
      return readExtension(reader, reader.u8())
    case 0xc8:
      return readExtension(reader, reader.u16())
    case 0xc9:
      return readExtension(reader, reader.u32())
    case 0xca:
      return leaf('number', float32Text(reader.f32()))
    case 0xcb:
      return leaf('number', floatText(reader.f64()))
    case 0xcc:
      return leaf('number', reader.u8())
    case 0xcd:
      return leaf('number', reader.u16())
    case 0xce:
      return leaf('number', reader.u32())
    case 0xcf:
      return leaf('number', reader.u64())
    case 0xd0:
      return leaf('number', reader.i8())
    case 0xd1:
      return leaf('number', reader.i16())
    case 0xd2:
      return leaf('number', reader.i32())
    case 0xd3:
      return leaf('number', reader.i64())
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return readExtension(reader, 1 << (type - 0xd4))
    case 0xd9:
      return declaredText(reader.take(reader.u8()))
    case 0xda:
      return declaredText(reader.take(reader.u16()))
    case 0xdb:
      return declaredText(reader.take(reader.u32()))
    case 0xdc:
      return readArray(reader, budget, depth, reader.u16())
    case 0xdd:
      return readArray(reader, budget, depth, reader.u32())
    case 0xde:
      return readMap(reader, budget, depth, reader.u16())
    case 0xdf:
      return readMap(reader, budget, depth, reader.u32())
    default:
      throw new NotDecoded({ code: 'unknown-type', at: from, type: `0x${type.toString(16)}` })
  }
}

function readArray(reader: ByteReader, budget: Budget, depth: number, count: number): TreeNode {
  const items: TreeNode[] = []
  reader.length(count)
  for (let at = 0; at < count; at += 1) {
    const item = readValue(reader, budget, depth + 1)
    if (item === null) break
    items.push(item)
    if (budget.isCut) break
  }
  return { kind: 'array', items }
}

function readMap(reader: ByteReader, budget: Budget, depth: number, count: number): TreeNode {
  const members: TreeMember[] = []
  reader.length(count * 2)
  for (let at = 0; at < count; at += 1) {
    const key = readValue(reader, budget, depth + 1)
    const value = budget.isCut ? null : readValue(reader, budget, depth + 1)
    if (value === null) break
    members.push({ ...keyOf(key), value })
    if (budget.isCut) break
  }
  return { kind: 'object', members }
}

function readExtension(reader: ByteReader, length: number): TreeNode {
  const type = reader.i8()
  const body = reader.take(length)
  return (type === TIMESTAMP && timestamp(body)) || bytesNode(body, `ext ${type}`)
}

/** Seconds and the nanoseconds in them; null: of another length than there is. */
function timestampParts(body: Uint8Array): readonly [seconds: bigint, nanos: bigint] | null {
  const reader = new ByteReader(body)
  if (body.length === 4) return [BigInt(reader.u32()), 0n]
  if (body.length === 8) {
    const both = reader.u64()
    return [both & 0x3_ffff_ffffn, both >> 34n]
  }
  if (body.length !== 12) return null
  const nanos = BigInt(reader.u32())
  return [reader.i64(), nanos]
}

function timestamp(body: Uint8Array): TreeNode | null {
  const parts = timestampParts(body)
  if (parts === null) return null
  const [seconds, nanos] = parts
  if (nanos > MOST_NANOS) return null
  const ms = Number(seconds) * 1_000
  if (Math.abs(ms) > 8.64e15) return null
  const fraction = nanos === 0n ? '' : `.${String(nanos).padStart(9, '0')}`
  return leaf('time', new Date(ms).toISOString().replace('.000Z', `${fraction}Z`))
}
