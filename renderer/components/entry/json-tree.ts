/**
 * JSON read without loss: numbers keep their digits (ids and counters are often past 2^53), objects keep their order and
 * their duplicate keys. `JSON.parse` would show other numbers than those stored.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'boolean' | 'null'; readonly text: string }

export interface JsonMember {
  readonly key: string
  readonly value: JsonNode
}

const MAX_DEPTH = 256
const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

class NotJson extends Error {}

function parseQuoted(quoted: string): string {
  try {
    return JSON.parse(quoted) as string
  } catch {
    throw new NotJson()
  }
}

/** The tree of a JSON text, or null when it is not JSON (or nested deeper than 256). */
export function parseJson(text: string): JsonNode | null {
  let at = 0

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) return null
    at += found.length
    return found
  }

  function take(char: string): boolean {
    match(SPACE)
    if (text[at] !== char) return false
    at += 1
    return true
  }

  function expect(char: string): void {
    if (!take(char)) throw new NotJson()
  }

  function readString(): string | null {
    if (text[at] !== '"') return null
    // By hand: on long values a regular expression with alternatives runs out of stack.
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    const quoted = text.slice(at, end + 1)
    at = end + 1
    return parseQuoted(quoted)
  }

  function readMembers(depth: number): JsonMember[] {
    const members: JsonMember[] = []
    if (take('}')) return members
    do {
      match(SPACE)
      const key = readString()
      if (key === null) throw new NotJson()
      expect(':')
      members.push({ key, value: readValue(depth + 1) })
    } while (take(','))
    expect('}')
    return members
  }

  function readItems(depth: number): JsonNode[] {
    const items: JsonNode[] = []
    if (take(']')) return items
    do items.push(readValue(depth + 1))
    while (take(','))
    expect(']')
    return items
  }

  function readValue(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new NotJson()
    if (take('{')) return { kind: 'object', members: readMembers(depth) }
    if (take('[')) return { kind: 'array', items: readItems(depth) }
    const string = readString()
    if (string !== null) return { kind: 'string', text: string }
    const word = match(WORD)
    if (word !== null) return { kind: word === 'null' ? 'null' : 'boolean', text: word }
    const number = match(NUMBER)
    if (number !== null) return { kind: 'number', text: number }
    throw new NotJson()
  }

  try {
    const root = readValue(0)
    match(SPACE)
    return at === text.length ? root : null
  } catch (error) {
    if (error instanceof NotJson) return null
    throw error
  }
}

export function childCount(node: JsonNode): number {
  if (node.kind === 'object') return node.members.length
  return node.kind === 'array' ? node.items.length : 0
}
