import { toUint8Array, type Bytes } from '../bytes'
import { ascii, isPlainText, utf8 } from '../decode/byte-text'
import type { DecodeLimits } from '../decode/budget'
import { decodeValue } from '../decode/chain'
import type { TreeNode } from '../decode/tree'
import { HIDDEN } from './hidden'
import { maskJson, type MaskString } from './mask-json'
import { maskTree } from './mask-tree'
import { createNameMask, MASKED_NAMES, ROOT, type NameMask, type NamePath } from './names'

/** `whole`: all of it is hidden; `part`: the values of hidden keys within it. */
export type Masked = 'whole' | 'part'
export interface MaskedValue {
  /** What is shown of it. */
  readonly text: string
  readonly masked: Masked
}

/** What of a connection's entries is shown as `•••`. Pure, bounded, and never throws, whatever the values are. */
export interface Mask {
  /** The value of a field, or its beginning. Null: nothing of it is hidden. */
  value(field: Bytes, value: Bytes | Uint8Array): MaskedValue | null
  /** What a value of the field was decoded to. */
  tree(field: string | null, root: TreeNode): TreeNode
  /** What lies at a path such as `body.card.number`, or its beginning. Null: nothing of it is hidden. */
  at(path: string, text: string): string | null
  /** A text that a value was decoded to. Null: nothing of it is hidden. */
  text(field: string | null, text: string): string | null
}

const MOST_NESTED = 4
/** What is less can't hold a name and a value. */
const LEAST_PACKED = 12
/** As it looks before it is tried: base64, also that of addresses, and hex. */
const LOOKS_PACKED = /^[\w+/\-\r\n]{12,}={0,2}\s*$/
/** Of one value, in passing. */
const IN_PASSING: DecodeLimits = { ms: 10, depth: 64, nodes: 2_000, unpackedBytes: 256 * 1024, steps: 4 }
const MOST_NAME_BYTES = 1_000
const PACKED_BYTES = 64 * 1024
const encoder = new TextEncoder()
const WHOLE: MaskedValue = { text: HIDDEN, masked: 'whole' }
/** A name, and what parts it from its value: as in addresses, headers, logs, YAML and PHP; or a tag of XML. */
const NAMED =
  /(?<![\p{L}\p{N}_.-])([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,200})(?:["'\]]*\s*(?:=>|[:=])|["'];)|<([\p{L}_][\p{L}\p{N}_.:-]{0,200})[>\s]/gu

/** Null: nothing is masked. */
export function createMask(names: readonly string[]): Mask | null {
  const mask = createNameMask(names)
  if (mask === null) return null
  const inString =
    (depth: number): MaskString =>
    (text, path) =>
      maskText(mask, text, path, depth)
  return {
    value(field, value) {
      const { path, hides } = mask.within(ROOT, nameOf(field))
      const { bytes, text } = read(value)
      if (bytes?.length === 0 || text === '') return null
      if (hides) return WHOLE
      if (text === null || !isPlainText(text))
        return holdsPacked(mask, bytes ?? encoder.encode(text ?? ''), path, 0) ? WHOLE : null
      const masked = maskText(mask, text, path, 0)
      return masked === null ? null : masked === HIDDEN ? WHOLE : { text: masked, masked: 'part' }
    },
    tree: (field, root) => maskTree(mask, root, pathOf(mask, field), inString(1)),
    at(path, text) {
      let place = ROOT
      for (const name of path.split(/[.[\]$]+/)) {
        const told = mask.within(place, name)
        if (told.hides) return HIDDEN
        place = told.path
      }
      return maskText(mask, text, place, 1)
    },
    text: (field, text) => maskText(mask, text, pathOf(mask, field), 1),
  }
}

const known = new Map<string, Mask | null>()
const MOST_KNOWN = 50

/** The same for a connection's names; made once. Undefined: those that are masked by default. */
export function maskOf(names: readonly string[] = MASKED_NAMES): Mask | null {
  const key = JSON.stringify(names)
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const made = createMask(names)
  known.set(key, made)
  return made
}

function nameOf(name: Bytes): string {
  return typeof name === 'string' ? name : ascii(toUint8Array(name).subarray(0, MOST_NAME_BYTES))
}

/** Its text, where it is that, to the last whole character. */
function read(value: Bytes | Uint8Array): { readonly bytes: Uint8Array | null; readonly text: string | null } {
  if (typeof value === 'string') return { bytes: null, text: value }
  const bytes = value instanceof Uint8Array ? value : toUint8Array(value)
  return { bytes, text: utf8(upToCharacter(bytes)) }
}

function pathOf(mask: NameMask, field: string | null): NamePath {
  return field === null ? ROOT : mask.within(ROOT, field).path
}

/** Null: nothing of it is hidden. */
function maskText(mask: NameMask, text: string, path: NamePath, depth: number): string | null {
  const isPacked = text.length >= LEAST_PACKED && LOOKS_PACKED.test(text)
  if (isPacked) return holdsPacked(mask, encoder.encode(text.slice(0, PACKED_BYTES)), path, depth) ? HIDDEN : null
  // An escape may spell a name that does not stand there; and what is packed within says nothing either.
  if (!mask.mayHold(text) && !/\\u|[\w+/-]{24}/.test(text)) return null
  const inner: MaskString | undefined =
    depth >= MOST_NESTED ? undefined : (each, within) => maskText(mask, each, within, depth + 1)
  const json = /^\s*\ufeff?\s*["{[]/.test(text) ? maskJson(mask, text, path, inner) : null
  if (json !== null) return json === text ? null : json
  return isNamedIn(mask, text, path) ? HIDDEN : null
}

/** It is no JSON: a hidden name with a value behind it hides the whole. */
function isNamedIn(mask: NameMask, text: string, path: NamePath): boolean {
  if (!mask.mayHold(text)) return false
  for (const [, name, tag] of text.matchAll(NAMED)) if (mask.within(path, name ?? tag ?? '').hides) return true
  return false
}

/** Bytes that are no text, or text that looks like such bytes: whether a hidden name stands in what they are. */
function holdsPacked(mask: NameMask, value: Uint8Array, path: NamePath, depth: number): boolean {
  if (value.length < LEAST_PACKED / 2 || depth >= MOST_NESTED) return false
  return isHeldIn(mask, ascii(value.subarray(0, PACKED_BYTES)), path, depth)
}

/**
 * Names stand in plain letters in nearly all that is binary, beneath base64 and hex: a layer that has none there is not worth
 * decoding. One that is cut off is read as far as it goes.
 */
function isHeldIn(mask: NameMask, layer: string, path: NamePath, depth: number): boolean {
  if ((mask.mayHold(layer) || layer.includes(String.raw`\u`)) && saysHidden(mask, layer, path, depth)) return true
  if (depth >= MOST_NESTED || !LOOKS_PACKED.test(layer)) return false
  const text = layer.replace(/[\s=]+/g, '')
  return [fromHex(text), fromBase64(text)].some((inner) => inner !== null && isHeldIn(mask, inner, path, depth + 1))
}

function saysHidden(mask: NameMask, layer: string, path: NamePath, depth: number): boolean {
  const bytes = Uint8Array.from(layer, (char) => char.charCodeAt(0))
  const text = utf8(upToCharacter(bytes))
  if (text !== null && isPlainText(text))
    return !LOOKS_PACKED.test(text) && maskText(mask, text, path, depth + 1) !== null
  const { root } = decodeValue({ bytes, name: null, as: 'auto', schema: null, tools: null }, IN_PASSING)
  if (root !== null) return maskTree(mask, root, path, (each, at) => maskText(mask, each, at, depth + 1)) !== root
  return isSpelledIn(mask, layer.replaceAll('\0', ''), path)
}

function fromHex(text: string): string | null {
  if (!/^(?:0x)?[\da-f]+$/i.test(text)) return null
  return text.replace(/^0x/i, '').replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
}

function fromBase64(text: string): string | null {
  const body = text.slice(0, text.length - (text.length % 4 === 1 ? 1 : 0))
  try {
    return atob(body.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
}

/** Three letters stand in any bytes. */
const LEAST_LETTERS = 5
const LETTERS = /[A-Za-z][\w.-]{2,200}/g

function isSpelledIn(mask: NameMask, text: string, path: NamePath): boolean {
  for (const [run] of text.matchAll(LETTERS)) {
    if (mask.within(path, run).hides) return true
    // A length before it, or a value behind it, may be letters as well.
    if (run.length > LEAST_LETTERS && mask.isIn(run, LEAST_LETTERS)) return true
  }
  return false
}

/** Without the beginning of a character that is cut off. */
function upToCharacter(value: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, value.length); back += 1) {
    const byte = value[value.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? value.subarray(0, value.length - back) : value
  }
  return value
}
