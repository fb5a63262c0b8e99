import { bytesKey, fromUint8Array, type Bytes } from '../../bytes'
import { NotDecoded, createBudget, type DecodeLimits } from '../../decode/budget'
import { utf8 } from '../../decode/byte-text'
import { decodeValue } from '../../decode/chain'
import type { DecoderId } from '../../decode/ids'
import { readJson } from '../../decode/json'
import type { TreeNode } from '../../decode/tree'
import type { ValueForm, ValueType } from '../../model/comparison'

/** What an entry looks like: enough to tell how it differs from others, and no bodies. */
export interface EntryShape {
  /** Of all names and values, bytes. */
  readonly size: number
  /** By `bytesKey` of the name, each as it is there first. */
  readonly fields: ReadonlyMap<string, FieldShape>
  /** There are fields that were not looked at: none is known to be missing. */
  readonly isCut: boolean
}

export interface FieldShape {
  readonly name: Bytes
  readonly times: number
  readonly size: number
  /** Null: too large to be looked into, or it took too long. */
  readonly form: ValueForm | null
  /** Where it stops to be what it says it is, bytes. */
  readonly brokenAt: number | null
  /** The same of what is text, and begins as JSON does. */
  readonly brokenAsJsonAt: number | null
  /** The value where it is short text; null: it is not. */
  readonly text: string | null
  /** By the way to them, values within it; the way is told by `pathOf`. */
  readonly paths: ReadonlyMap<string, PathShape>
  /** Not all of what is in it was looked at. */
  readonly isCut: boolean
}

export interface PathShape {
  /** Null: of several types, as in a list. */
  readonly type: ValueType | null
  /** Where it is short, and stands in no list. */
  readonly text: string | null
}

/** A field as the stream has it. */
export interface ShapedField {
  readonly name: Uint8Array
  readonly value: Uint8Array
}

/** Beyond this a value is compared by its size alone: many are looked into for one question. */
export const MOST_VALUE_BYTES = 64 * 1024
const MOST_FIELDS = 100
/** In all fields of one entry. */
const MOST_PATHS = 400
const MOST_DEPTH = 12
const MOST_NAME = 100
/** Of a value that may be one of few. */
const MOST_TEXT = 64
const LIMITS: DecodeLimits = { ms: 50, depth: 64, nodes: 4_000, unpackedBytes: MOST_VALUE_BYTES, steps: 4 }
const SEPARATOR = '\u0000'

/** `moreFields` are not among `fields`; `size`: of all, bytes. */
export function entryShape(
  fields: readonly ShapedField[],
  { moreFields, size }: { readonly moreFields: number; readonly size: number },
): EntryShape {
  const shapes = new Map<string, FieldShape>()
  const room = { paths: MOST_PATHS }
  for (const { name, value } of fields.slice(0, MOST_FIELDS)) {
    const own = fromUint8Array(name)
    const key = bytesKey(own)
    const same = shapes.get(key)
    shapes.set(key, same ? { ...same, times: same.times + 1 } : fieldShape(own, value, room))
  }
  return { size, fields: shapes, isCut: moreFields > 0 || fields.length > MOST_FIELDS }
}

/** The way to a value, as its names. */
export function pathOf(key: string): readonly string[] {
  return key.split(SEPARATOR).slice(1)
}

/** The way to what is around it; null: it is the value of the field itself. */
export function parentOf(key: string): string | null {
  return key === '' ? null : key.slice(0, key.lastIndexOf(SEPARATOR))
}

interface Room {
  paths: number
}

function fieldShape(name: Bytes, value: Uint8Array, room: Room): FieldShape {
  const known = { name, times: 1, size: value.length }
  const none = { brokenAt: null, brokenAsJsonAt: null, text: null, paths: new Map<string, PathShape>(), isCut: false }
  if (value.length > MOST_VALUE_BYTES) return { ...known, ...none, form: null, isCut: true }
  if (value.length === 0) return { ...known, ...none, form: 'empty', text: '' }
  const hint = typeof name === 'string' ? name : null
  const { chain, root, fault, isCut } = decodeValue(
    { bytes: value, name: hint, as: 'auto', tools: null, schema: null },
    LIMITS,
  )
  const [outermost] = chain
  if (fault !== null && !BREAKS.has(fault.code)) return { ...known, ...none, form: null, isCut: true }
  if (outermost === undefined) return { ...known, ...none, ...plain(value) }
  // That of a layer within says nothing of where the value itself breaks.
  const brokenAt = fault !== null && 'at' in fault && chain.length === 1 ? Math.min(fault.at, value.length) : null
  const paths = new Map<string, PathShape>()
  const isWhole = root === null || walk(root, '', { paths, room, depth: 0, inList: false })
  const text = NAMED.has(outermost) ? shortText(value) : null
  return { ...known, ...none, form: outermost, brokenAt, text, paths, isCut: isCut || !isWhole }
}

/** Faults that are the value's own, whatever time and room there are. */
const BREAKS: ReadonlySet<string> = new Set(['broken', 'ends-early', 'goes-on', 'unknown-type', 'damaged'])
/** What is a single value, of which there may be few. */
const NAMED: ReadonlySet<DecoderId> = new Set(['text', 'latin1', 'gbk', 'hex', 'base64', 'uuid', 'time'])

function plain(value: Uint8Array): Pick<FieldShape, 'form' | 'text' | 'brokenAsJsonAt'> {
  const text = utf8(value)
  if (text === null) return { form: 'bytes', text: null, brokenAsJsonAt: null }
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
  const brokenAsJsonAt = /^\s*[[{"]/.test(text) ? brokenJsonAt(text, value.length) : null
  return { form: isNumber ? 'number' : 'text', text: shortText(value), brokenAsJsonAt }
}

/** Null: it is JSON, or nobody can tell. */
function brokenJsonAt(text: string, size: number): number | null {
  try {
    readJson(text, createBudget(LIMITS))
    return null
  } catch (error) {
    if (error instanceof NotDecoded && error.fault.code === 'broken') return Math.min(error.fault.at, size)
    if (error instanceof NotDecoded || error instanceof RangeError) return null
    throw error
  }
}

function shortText(value: Uint8Array): string | null {
  return value.length > MOST_TEXT ? null : utf8(value)
}

interface Walk {
  readonly paths: Map<string, PathShape>
  readonly room: Room
  readonly depth: number
  /** It is one of many. */
  readonly inList: boolean
}

/** Notes a value and what is in it. False: there was no room for all of it. */
function walk(node: TreeNode, key: string, at: Walk): boolean {
  const one = (node.kind === 'string' ? node.inside?.root : undefined) ?? node
  if (!note(one, key, at)) return false
  const isList = one.kind === 'array'
  const children: readonly (readonly [string, TreeNode])[] =
    one.kind === 'object'
      ? one.members.map(({ key: name, value }) => [name, value] as const)
      : isList
        ? one.items.map((item) => ['[]', item] as const)
        : []
  if (children.length > 0 && at.depth >= MOST_DEPTH) return false
  let isWhole = true
  for (const [name, child] of children) {
    const way = `${key}${SEPARATOR}${name.slice(0, MOST_NAME).replaceAll(SEPARATOR, '\ufffd')}`
    if (!walk(child, way, { ...at, depth: at.depth + 1, inList: at.inList || isList })) isWhole = false
  }
  return isWhole
}

function note(node: TreeNode, key: string, { paths, room, inList }: Walk): boolean {
  const before = paths.get(key)
  if (before === undefined && room.paths <= 0) return false
  if (before === undefined) room.paths -= 1
  const isShort = !inList && 'text' in node && node.text.length <= MOST_TEXT
  const type = before === undefined || before.type === node.kind ? node.kind : null
  paths.set(key, { type, text: isShort ? node.text : null })
  return true
}
