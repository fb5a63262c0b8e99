import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader, float32Text, floatText } from './byte-reader'
import { bytesNode, declaredText } from './byte-text'
import { booleanNode, keyOf, leaf, nullNode, type TreeMember, type TreeNode } from './tree'

/*
 * CBOR (https://www.rfc-editor.org/rfc/rfc8949) as a tree: whole integers, keys of any kind, tags told. Nothing is made for a length
 * that is not there.
 */
const BREAK = Symbol('break')
type Item = TreeNode | typeof BREAK | null

export function readCbor(bytes: Uint8Array, budget: Budget): TreeNode {
  const reader = new ByteReader(bytes)
  const root = readItem(reader, budget, 0)
  if (root === null || root === BREAK) throw broken(0)
  if (reader.left > 0 && !budget.isCut) throw new NotDecoded({ code: 'goes-on', at: reader.at })
  return root
}

function readItem(reader: ByteReader, budget: Budget, depth: number): Item {
  budget.deeper(depth)
  if (!budget.node()) return null
  const from = reader.at
  const first = reader.u8()
  const [major, info] = [first >> 5, first & 0x1f]
  if (major === 7) return simple(reader, info, from)
  const endless = info === 31
  if (endless && (major < 2 || major === 6)) throw broken(from)
  const argument = endless ? 0n : argumentOf(reader, info, from)
  switch (major) {
    case 0:
      return leaf('number', argument)
    case 1:
      return leaf('number', -1n - argument)
    case 2:
    case 3: {
      const body = endless ? chunks(reader, budget, major) : reader.take(reader.length(argument))
      return major === 2 ? bytesNode(body) : declaredText(body)
    }
    case 4:
      return readArray(reader, budget, depth, endless ? null : reader.length(argument))
    case 5:
      return readMap(reader, budget, depth, endless ? null : reader.length(argument * 2n) / 2)
    default:
      return tagged(argument, readItem(reader, budget, depth + 1), from)
  }
}

function argumentOf(reader: ByteReader, info: number, from: number): bigint {
  if (info < 24) return BigInt(info)
  if (info === 24) return BigInt(reader.u8())
  if (info === 25) return BigInt(reader.u16())
  if (info === 26) return BigInt(reader.u32())
  if (info === 27) return reader.u64()
  throw broken(from)
}

function simple(reader: ByteReader, info: number, from: number): Item {
  if (info === 20 || info === 21) return booleanNode(info === 21)
  if (info === 22) return nullNode()
  if (info === 23) return leaf('null', 'undefined')
  if (info === 25) return leaf('number', floatText(half(reader.u16())))
  if (info === 26) return leaf('number', float32Text(reader.f32()))
  if (info === 27) return leaf('number', floatText(reader.f64()))
  if (info === 31) return BREAK
  if (info < 20) return leaf('mark', `simple(${info})`)
  if (info === 24) return leaf('mark', `simple(${reader.u8()})`)
  throw broken(from)
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1_024)
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1_024)
}

function chunks(reader: ByteReader, budget: Budget, major: number): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  for (let first = reader.u8(); first !== 0xff; first = reader.u8()) {
    if (first >> 5 !== major || (first & 0x1f) === 31 || !budget.node()) throw broken(reader.at - 1)
    const part = reader.take(reader.length(argumentOf(reader, first & 0x1f, reader.at - 1)))
    parts.push(part)
    length += part.length
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function readArray(reader: ByteReader, budget: Budget, depth: number, count: number | null): TreeNode {
  const items: TreeNode[] = []
  for (let at = 0; count === null || at < count; at += 1) {
    const item = readItem(reader, budget, depth + 1)
    if (item === BREAK) {
      if (count === null) break
      throw broken(reader.at - 1)
    }
    if (item === null) break
    items.push(item)
    if (budget.isCut) break
  }
  return { kind: 'array', items }
}

function readMap(reader: ByteReader, budget: Budget, depth: number, count: number | null): TreeNode {
  const members: TreeMember[] = []
  for (let at = 0; count === null || at < count; at += 1) {
    const key = readItem(reader, budget, depth + 1)
    if (key === BREAK) {
      if (count === null) break
      throw broken(reader.at - 1)
    }
    const value = budget.isCut ? null : readItem(reader, budget, depth + 1)
    if (value === BREAK) throw broken(reader.at - 1)
    if (value === null) break
    members.push({ ...keyOf(key), value })
    if (budget.isCut) break
  }
  return { kind: 'object', members }
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)$/

/** Tags that change how it reads: big numbers, times. Of the rest the number is told. https://www.iana.org/assignments/cbor-tags */
function tagged(tag: bigint, item: Item, from: number): Item {
  if (item === null) return null
  if (item === BREAK) throw broken(from)
  if (tag === 55_799n) return item
  if ((tag === 2n || tag === 3n) && item.kind === 'bytes' && !item.text.endsWith('…')) {
    const value = BigInt(`0x${item.text || '0'}`)
    return leaf('number', tag === 2n ? value : -1n - value)
  }
  if (tag === 0n && item.kind === 'string' && RFC3339.test(item.text)) return leaf('time', item.text)
  const ms = Number('text' in item ? item.text : NaN) * 1_000
  if (tag === 1n && item.kind === 'number' && Math.abs(ms) <= 8.64e15)
    return leaf('time', new Date(ms).toISOString(), item.text)
  return { ...item, note: item.note === undefined ? `tag ${tag}` : `tag ${tag}, ${item.note}` }
}
