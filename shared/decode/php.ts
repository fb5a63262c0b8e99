import { broken, NotDecoded, type Budget } from './budget'
import { ByteReader } from './byte-reader'
import { ascii, textNode } from './byte-text'
import { booleanNode, leaf, nullNode, type TreeMember, type TreeNode } from './tree'

/*
 * What PHP's serialize() writes (https://www.php.net/manual/en/function.serialize.php). Classes are named and nothing of them is
 * made: unserialize() is how strangers run code.
 */
const [COLON, SEMICOLON, QUOTE, OPEN, CLOSE] = [0x3a, 0x3b, 0x22, 0x7b, 0x7d]

export function readPhp(bytes: Uint8Array, budget: Budget): TreeNode {
  const reader = new ByteReader(bytes)
  const root = readValue(reader, budget, 0)
  if (root === null) throw broken(0)
  if (reader.left > 0 && !budget.isCut) throw new NotDecoded({ code: 'goes-on', at: reader.at })
  return root
}

function expect(reader: ByteReader, sign: number): void {
  const at = reader.at
  if (reader.u8() !== sign) throw broken(at)
}

function wordUntil(reader: ByteReader, sign: number, pattern: RegExp): string {
  const at = reader.at
  const text = ascii(reader.until(sign))
  if (!pattern.test(text)) throw broken(at)
  return text
}

const WHOLE = /^[+-]?\d{1,20}$/
const COUNT = /^\d{1,10}$/
const FLOAT = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NAN)$/

function quoted(reader: ByteReader): Uint8Array {
  const length = Number(wordUntil(reader, COLON, COUNT))
  expect(reader, QUOTE)
  const body = reader.take(reader.length(length))
  expect(reader, QUOTE)
  return body
}

function readValue(reader: ByteReader, budget: Budget, depth: number): TreeNode | null {
  budget.deeper(depth)
  if (!budget.node()) return null
  const from = reader.at
  const type = String.fromCharCode(reader.u8())
  if (type === 'N') {
    expect(reader, SEMICOLON)
    return nullNode()
  }
  expect(reader, COLON)
  switch (type) {
    case 'b':
      return booleanNode(wordUntil(reader, SEMICOLON, /^[01]$/) === '1')
    case 'i':
      return leaf('number', wordUntil(reader, SEMICOLON, WHOLE))
    case 'd':
      return leaf('number', wordUntil(reader, SEMICOLON, FLOAT))
    case 'r':
    case 'R':
      return leaf('mark', `→ ${wordUntil(reader, SEMICOLON, COUNT)}`)
    case 's': {
      const body = quoted(reader)
      expect(reader, SEMICOLON)
      return textNode(body)
    }
    case 'E': {
      const name = ascii(quoted(reader))
      expect(reader, SEMICOLON)
      return leaf('mark', name)
    }
    case 'a':
      return readMembers(reader, budget, depth)
    case 'O': {
      const name = ascii(quoted(reader))
      expect(reader, COLON)
      return { ...readMembers(reader, budget, depth), note: name }
    }
    case 'C': {
      const name = ascii(quoted(reader))
      expect(reader, COLON)
      const length = Number(wordUntil(reader, COLON, COUNT))
      expect(reader, OPEN)
      const body = reader.take(reader.length(length))
      expect(reader, CLOSE)
      return textNode(body, name)
    }
    default:
      throw broken(from)
  }
}

/** `count:{key value …}`; a list where the keys are 0, 1, 2, … */
function readMembers(reader: ByteReader, budget: Budget, depth: number): TreeNode {
  const count = Number(wordUntil(reader, COLON, COUNT))
  expect(reader, OPEN)
  const members: TreeMember[] = []
  let isList = true
  for (let at = 0; at < count; at += 1) {
    const keyAt = reader.at
    const key = readValue(reader, budget, depth + 1)
    if (key !== null && key.kind !== 'string' && key.kind !== 'number' && key.kind !== 'bytes') throw broken(keyAt)
    const value = budget.isCut ? null : readValue(reader, budget, depth + 1)
    if (key === null || value === null) break
    isList &&= key.kind === 'number' && key.text === String(at)
    members.push({
      ...(key.kind === 'string' ? { key: propertyName(key.text) } : { key: key.text, bare: true }),
      value,
    })
    if (budget.isCut) break
  }
  if (!budget.isCut) expect(reader, CLOSE)
  return isList && members.length > 0
    ? { kind: 'array', items: members.map(({ value }) => value) }
    : { kind: 'object', members }
}

/** As print_r names what is not public: `name:protected`, `name:Class:private`. */
function propertyName(key: string): string {
  const [, owner, name] = /^\0(\*|[^\0]+)\0(.*)$/s.exec(key) ?? []
  if (owner === undefined || name === undefined) return key
  return owner === '*' ? `${name}:protected` : `${name}:${owner}:private`
}
