import { createBudget, NotDecoded, PAGE_LIMITS, type Budget } from './budget'
import { booleanNode, leaf, nullNode, type TreeMember, type TreeNode } from './tree'

/*
 * JSON read without loss: `JSON.parse` would show other numbers than those stored, and one of two members of the same name.
 * https://www.rfc-editor.org/rfc/rfc8259
 */
const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
/** No JSON, but what Python writes for it by default. */
const NO_NUMBER = /NaN|-?Infinity/y
/** Between the values of JSON Lines. */
const LINE_END = /[ \t]*\r?\n/y

/** The tree of a text that may begin with a byte order mark. Throws `NotDecoded`, with line and column (from 1) of what is wrong. */
export function readJson(text: string, budget: Budget): TreeNode {
  let at = text.startsWith('\ufeff') ? 1 : 0

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
    if (!take(char)) throw brokenAt(text, at)
  }

  function readString(): string | null {
    if (text[at] !== '"') return null
    const from = at
    // By hand: on long values a regular expression with alternatives runs out of stack.
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    at = end + 1
    try {
      return JSON.parse(text.slice(from, at)) as string
    } catch {
      throw brokenAt(text, at > text.length ? text.length : wrongSign(text, from, end))
    }
  }

  function readMembers(depth: number): TreeMember[] {
    const members: TreeMember[] = []
    if (take('}')) return members
    do {
      match(SPACE)
      const key = readString()
      if (key === null) throw brokenAt(text, at)
      expect(':')
      const value = readValue(depth + 1)
      if (value === null) return members
      members.push({ key, value })
      if (budget.isCut) return members
    } while (take(','))
    expect('}')
    return members
  }

  function readItems(depth: number): TreeNode[] {
    const items: TreeNode[] = []
    if (take(']')) return items
    do {
      const item = readValue(depth + 1)
      if (item === null) return items
      items.push(item)
      if (budget.isCut) return items
    } while (take(','))
    expect(']')
    return items
  }

  /** Null where there is no room for it. */
  function readValue(depth: number): TreeNode | null {
    budget.deeper(depth)
    if (!budget.node()) return null
    if (take('{')) return { kind: 'object', members: readMembers(depth) }
    if (take('[')) return { kind: 'array', items: readItems(depth) }
    const string = readString()
    if (string !== null) return { kind: 'string', text: string }
    const word = match(WORD)
    if (word !== null) return word === 'null' ? nullNode() : booleanNode(word === 'true')
    const number = match(NUMBER)
    if (number !== null) return leaf('number', number)
    const odd = match(NO_NUMBER)
    if (odd !== null) return leaf('number', odd, '≠ JSON')
    throw brokenAt(text, at)
  }

  /** One object or array per line, as many programs write their logs. https://jsonlines.org */
  function readLines(first: TreeNode): TreeNode {
    const items = [first]
    while (!budget.isCut && (first.kind === 'object' || first.kind === 'array') && match(LINE_END) !== null) {
      match(SPACE)
      const next = at < text.length ? readValue(1) : null
      if (next !== null) items.push(next)
    }
    return items.length === 1 ? first : { kind: 'array', items, note: 'JSON Lines' }
  }

  const only = readValue(0)
  const root = only && readLines(only)
  match(SPACE)
  if (root === null || (at < text.length && !budget.isCut)) throw brokenAt(text, at)
  return root
}

/** The first sign of a string that may not be in one. */
function wrongSign(text: string, from: number, end: number): number {
  for (let at = from + 1; at < end; at += 1) {
    if (text.charCodeAt(at) < 0x20) return at
    if (text[at] !== '\\') continue
    if (!/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at + 1, at + 6))) return at
    at += 1
  }
  return from
}

function brokenAt(text: string, at: number): NotDecoded {
  let [line, from] = [1, 0]
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', from)) {
    line += 1
    from = next + 1
  }
  const offset = new TextEncoder().encode(text.slice(0, at)).length
  return new NotDecoded({ code: 'broken', at: offset, line, column: at - from + 1 })
}

/** The tree of a JSON text, or null where it is none, or too much for a page. */
export function parseJson(text: string): TreeNode | null {
  const budget = createBudget({ ...PAGE_LIMITS, ms: 1_000 })
  try {
    return readJson(text, budget)
  } catch (error) {
    if (error instanceof NotDecoded) return null
    throw error
  }
}
