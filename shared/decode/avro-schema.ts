import { createBudget, NotDecoded, PAGE_LIMITS } from './budget'
import { readJson } from './json'

/** A schema of Avro, as far as reading needs it. Names are whole, with their namespaces. */
export interface AvroSchema {
  readonly root: AvroType
  readonly named: ReadonlyMap<string, AvroType>
}

type Primitive = 'null' | 'boolean' | 'float' | 'double' | 'string'
interface Logical {
  readonly logical: string | null
  readonly scale: number
}

export type AvroType =
  | { readonly kind: Primitive }
  | ({ readonly kind: 'int' | 'long' | 'bytes' } & Logical)
  | ({ readonly kind: 'fixed'; readonly name: string; readonly size: number } & Logical)
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | {
      readonly kind: 'record'
      readonly name: string
      readonly fields: readonly { readonly name: string; readonly type: AvroType }[]
    }
  | { readonly kind: 'named'; readonly name: string }

const PRIMITIVES: ReadonlySet<string> = new Set(['null', 'boolean', 'float', 'double', 'string'] satisfies Primitive[])
const MOST_TYPES = 5_000
const MOST_DEPTH = 64

/** Throws bad-schema. */
export function avroSchema(text: string): AvroSchema {
  const named = new Map<string, AvroType>()
  let count = 0

  function wrong(what: string): NotDecoded {
    return new NotDecoded({ code: 'bad-schema', reason: 'shape', name: what.slice(0, 120) })
  }

  function read(given: unknown, namespace: string, depth: number): AvroType {
    count += 1
    if (count > MOST_TYPES || depth > MOST_DEPTH) throw wrong(`> ${MOST_TYPES}`)
    if (typeof given === 'string') return byName(given, namespace)
    if (Array.isArray(given)) return { kind: 'union', branches: given.map((one) => read(one, namespace, depth + 1)) }
    if (typeof given !== 'object' || given === null) throw wrong(brief(given))
    const type = given as Readonly<Record<string, unknown>>
    const logical = {
      logical: typeof type['logicalType'] === 'string' ? type['logicalType'] : null,
      scale: wholeOr(type['scale'], 0, 1_000),
    }
    switch (type['type']) {
      case 'array':
        return { kind: 'array', items: read(type['items'], namespace, depth + 1) }
      case 'map':
        return { kind: 'map', values: read(type['values'], namespace, depth + 1) }
      case 'record':
      case 'error':
      case 'enum':
      case 'fixed':
        return readNamed(type, logical, namespace, depth)
      case 'int':
      case 'long':
      case 'bytes':
        return { kind: type['type'], ...logical }
      default:
        return read(type['type'], namespace, depth + 1)
    }
  }

  function readNamed(
    type: Readonly<Record<string, unknown>>,
    logical: Logical,
    namespace: string,
    depth: number,
  ): AvroType {
    const own = typeof type['namespace'] === 'string' ? type['namespace'] : namespace
    if (typeof type['name'] !== 'string') throw wrong(brief(type))
    const name = fullName(type['name'], own)
    const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : ''
    const made = make()
    named.set(name, made)
    return made

    function make(): AvroType {
      if (type['type'] === 'enum') {
        const symbols = listOf(type['symbols']).map(String)
        return { kind: 'enum', name, symbols }
      }
      if (type['type'] === 'fixed') return { kind: 'fixed', name, size: wholeOr(type['size'], 0, 2 ** 31), ...logical }
      const fields = listOf(type['fields']).map((given) => {
        const field = given as Readonly<Record<string, unknown>> | null
        if (typeof field?.['name'] !== 'string') throw wrong(brief(given))
        return { name: field['name'], type: read(field['type'], inner, depth + 1) }
      })
      return { kind: 'record', name, fields }
    }
  }

  function listOf(given: unknown): readonly unknown[] {
    if (!Array.isArray(given)) throw wrong(brief(given))
    return given
  }

  function byName(name: string, namespace: string): AvroType {
    if (PRIMITIVES.has(name)) return { kind: name as Primitive }
    if (name === 'int' || name === 'long' || name === 'bytes') return { kind: name, logical: null, scale: 0 }
    return { kind: 'named', name: fullName(name, namespace) }
  }

  const parsed = parsedSchema(text)
  return { root: read(parsed, '', 0), named }
}

/** Throws bad-schema with line and column, which `JSON.parse` tells of some faults only. */
function parsedSchema(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    let at: { readonly line?: number | undefined; readonly column?: number | undefined } = {}
    try {
      readJson(text, createBudget({ ...PAGE_LIMITS, nodes: MOST_TYPES * 4 }))
    } catch (error) {
      if (error instanceof NotDecoded && error.fault.code === 'broken')
        at = { line: error.fault.line, column: error.fault.column }
    }
    throw new NotDecoded({ code: 'bad-schema', reason: 'json', name: '', ...at })
  }
}

/** Not all of it, which may be nested without end. */
function brief(given: unknown): string {
  if (Array.isArray(given)) return '[…]'
  return typeof given === 'object' && given !== null
    ? `{ ${Object.keys(given).slice(0, 5).join(', ')} }`
    : String(given)
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}

function wholeOr(given: unknown, otherwise: number, most: number): number {
  return typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= most ? given : otherwise
}
