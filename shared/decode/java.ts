import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader } from './byte-reader'
import { ascii, textNode } from './byte-text'
import { leaf, nullNode, stringNode, type TreeMember, type TreeNode } from './tree'

/*
 * What Java's ObjectOutputStream writes (https://docs.oracle.com/en/java/javase/17/docs/specs/serialization/protocol.html), as far as it can be told without
 * the classes: which they are, with their fields and types. A text alone is read whole. Nothing is made of it.
 */
const MAGIC = 0xaced
const TC = { null: 0x70, reference: 0x71, class: 0x72, object: 0x73, string: 0x74, array: 0x75, block: 0x77, end: 0x78 }
const [LONG_STRING, ENUM] = [0x7c, 0x7e]
const PRIMITIVES: Readonly<Record<string, string>> = {
  ...{ B: 'byte', C: 'char', D: 'double', F: 'float', I: 'int', J: 'long', S: 'short', Z: 'boolean' },
}

export function readJava(bytes: Uint8Array, budget: Budget): TreeNode {
  const reader = new ByteReader(bytes)
  if (reader.u16() !== MAGIC) throw new NotDecoded({ code: 'not-this' })
  reader.u16()
  const from = reader.at
  const type = reader.u8()
  if (type === TC.null) return nullNode()
  if (type === TC.string) return textNode(reader.take(reader.u16()))
  if (type === LONG_STRING) return textNode(reader.take(reader.length(reader.u64())))
  if (type === TC.block) return textNode(reader.take(reader.u8()), 'block')
  if (type !== TC.object && type !== TC.array && type !== ENUM && type !== TC.class)
    throw new NotDecoded({ code: 'unknown-type', at: from, type: `0x${type.toString(16)}` })
  if (type !== TC.class) expectClass(reader)
  const classes = readClasses(reader, budget)
  const [first] = classes
  return classes.length === 1 && first ? first : { kind: 'array', items: classes, note: 'extends' }
}

function expectClass(reader: ByteReader): void {
  const at = reader.at
  if (reader.u8() !== TC.class) throw broken(at)
}

/** The class and those that it extends, as far as they are written one behind the other. */
function readClasses(reader: ByteReader, budget: Budget): TreeNode[] {
  const classes: TreeNode[] = []
  for (let depth = 0; ; depth += 1) {
    budget.deeper(depth)
    classes.push(readClass(reader, budget))
    if (reader.left < 2) return classes
    const end = reader.u8()
    if (end !== TC.end || reader.u8() !== TC.class || budget.isCut) return classes
  }
}

function readClass(reader: ByteReader, budget: Budget): TreeNode {
  const name = ascii(reader.take(reader.u16()))
  const version = reader.i64()
  reader.u8()
  const members: TreeMember[] = [{ key: 'serialVersionUID', bare: true, value: leaf('number', version) }]
  const count = reader.u16()
  for (let at = 0; at < count && budget.node(); at += 1) members.push(readField(reader))
  return { kind: 'object', members, note: name }
}

function readField(reader: ByteReader): TreeMember {
  const from = reader.at
  const type = String.fromCharCode(reader.u8())
  const key = ascii(reader.take(reader.u16()))
  const primitive = PRIMITIVES[type]
  if (primitive !== undefined) return { key, value: leaf('mark', primitive) }
  if (type !== 'L' && type !== '[') throw broken(from)
  const kind = reader.u8()
  if (kind === TC.string) return { key, value: stringNode(ascii(reader.take(reader.u16()))) }
  if (kind !== TC.reference) throw broken(reader.at - 1)
  return { key, value: leaf('mark', `→ ${reader.u32() - 0x7e0000}`) }
}
