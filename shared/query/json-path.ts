import { parseJson } from '../decode/json'
import type { TreeNode } from '../decode/tree'

/** A name of a query, read as a field and a way into its JSON. */
export interface JsonPath {
  /** Null: any. */
  readonly field: string | null
  /** At least one: the name of a member, or the index of an item. */
  readonly steps: readonly string[]
}

export const MISSING = Symbol('missing')

/** Every way to read a name (`order.items[0].sku`) as a field and a path in its JSON: the field's own name may have points in it. */
export function jsonPathsOf(name: string): readonly JsonPath[] {
  const paths: JsonPath[] = []
  for (let at = name.length - 1; at > 0; at -= 1) {
    if (name[at] !== '.' && name[at] !== '[') continue
    const steps = stepsOf(name.slice(at))
    const field = name.slice(0, at)
    if (steps) paths.push({ field: field === '$' ? null : field, steps })
  }
  return paths
}

/** `.items[0].sku` as its steps; null where it is no path. */
function stepsOf(path: string): readonly string[] | null {
  const steps = path.match(/\.[^.[\]]+|\[\d+\]/g) ?? []
  return steps.join('') === path ? steps.map((step) => step.replace(/^\.|^\[|\]$/g, '')) : null
}

/** A value that may be JSON with something in it, without its byte order mark; null where it is none. */
export function jsonText(value: string): string | null {
  const json = value.startsWith('\ufeff') ? value.slice(1) : value
  return /^\s*[[{"]/.test(json) ? json : null
}

/** How JSON is parsed: as `JSON.parse` does it, and without loss. */
export interface JsonReader {
  /** Undefined: it is no JSON. */
  plain(json: string): unknown
  /** Null: it is no JSON, or too much. */
  exact(json: string): TreeNode | null
}

const ANEW: JsonReader = { plain: parsedJson, exact: parseJson }

/** For several paths into one value: what was parsed of it once, and of JSON within it, serves all of them. */
export function createJsonReader(): JsonReader {
  const plains = new Map<string, unknown>()
  const exacts = new Map<string, TreeNode | null>()
  return {
    plain(json) {
      if (!plains.has(json)) plains.set(json, parsedJson(json))
      return plains.get(json)
    },
    exact(json) {
      const known = exacts.get(json)
      if (known !== undefined) return known
      const read = parseJson(json)
      exacts.set(json, read)
      return read
    },
  }
}

/**
 * What lies there, as it reads: by `JSON.parse`, which is many times as fast as reading without loss; that is left to numbers it can't
 * keep. Null: an object or an array.
 */
export function textAt(json: string, steps: readonly string[], reader = ANEW): string | null | typeof MISSING {
  let value = reader.plain(json)
  for (const step of steps) {
    // JSON in JSON, as some producers write it.
    if (typeof value === 'string') value = reader.plain(value)
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return MISSING
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  if (typeof value === 'object' && value !== null) return null
  if (typeof value !== 'number') return String(value)
  const node = nodeAt(json, steps, reader)
  return node?.kind === 'number' ? node.text : MISSING
}

/** What lies there, without loss; null: nothing. */
export function nodeAt(json: string, steps: readonly string[], reader = ANEW): TreeNode | null {
  let node: TreeNode | null | undefined = reader.exact(json)
  for (const step of steps) {
    if (node?.kind === 'string') node = reader.exact(node.text)
    if (node?.kind === 'object') node = node.members.findLast(({ key }) => key === step)?.value
    else node = node?.kind === 'array' ? node.items[Number(step)] : null
  }
  return node ?? null
}

/** Undefined: it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * JSON of which the end is missing, ended behind the last member or item that is there whole; null where none is. What is an object or
 * an array in it may be a part of one.
 */
export function wholePart(json: string): string | null {
  const open: string[] = []
  let whole: string | null = null
  let isInString = false
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at] ?? ''
    if (isInString) {
      if (sign === '\\') at += 1
      else isInString = sign !== '"'
      continue
    }
    if (sign === '"') isInString = true
    else if (sign === '{') open.push('}')
    else if (sign === '[') open.push(']')
    else if (sign === '}' || sign === ']') open.pop()
    if (sign === ',' || sign === '}' || sign === ']') {
      whole = json.slice(0, sign === ',' ? at : at + 1) + open.toReversed().join('')
    }
  }
  return whole
}
