import { isPlainText, utf8 } from '../decode/byte-text'
import type { DecodeLimits } from '../decode/budget'
import { decodeValue } from '../decode/chain'
import { HIDDEN } from './hidden'
import { maskJson } from './mask-json'
import { maskTree } from './mask-tree'
import type { NameMask, NamePath } from './names'

/** Looks into one value, with all that lies in it, within one bound: what is beyond it is hidden where a hidden name stands in it. */
export interface Look {
  /** What is shown of a text. Null: nothing of it is hidden. */
  text(text: string, path: NamePath): string | null
  /** Bytes that are no text, each a character: whether a hidden name stands in what they are. */
  isPacked(bytes: string, path: NamePath): boolean
}

const MOST_NESTED = 4
/** What is less can't hold a name and a value. */
const LEAST_PACKED = 12
/** Nor can this hold a name, what parts it from its value, and that. */
const LEAST_NAMED = 3
/** As it looks before it is tried: base64, also that of addresses, and hex. */
const LOOKS_PACKED = /^[\w+/\-\r\n]{12,}={0,2}\s*$/
const PACKED_RUNS = /[\w+/-]{12,}={0,2}/g
/** Of one value, in passing. */
const IN_PASSING: DecodeLimits = { ms: 10, depth: 64, nodes: 2_000, unpackedBytes: 256 * 1024, steps: 4 }
const MOST_DECODED = 16
const DECODED_BYTES = 64 * 1024
const NAME = String.raw`(?<![\p{L}\p{N}_.-])([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,200})`
const VALUE = String.raw`[^\s,;&"'}\])]`
/**
 * A name, what parts it from its value, and that, which may hold names itself: as in addresses, code, logs and PHP; as in headers and YAML, where one sign, or two, are prose;
 * and a tag of XML with something in it.
 */
const NAMED = new RegExp(
  [
    String.raw`${NAME}(?:["'\]]*\s*=>?\s*["'[{]*|["']\s*:\s*["'[{]*|["'];[a-z:]*\d*:?["']?)(?=(${VALUE}+))`,
    String.raw`${NAME}\s*:\s*["'[{]*(?=(${VALUE}{3,}))`,
    String.raw`<([\p{L}_][\p{L}\p{N}_.:-]{0,200})(?:\s[^<>]{0,500})?>[^<\s]`,
  ].join('|'),
  'gu',
)
const NOTHING: ReadonlySet<string> = new Set(['null', 'NULL', 'true', 'false', 'undefined', 'None', 'nil'])

export function createLook(mask: NameMask): Look {
  let decoded = 0

  function lookAt(text: string, path: NamePath, depth: number): string | null {
    if (text.length >= LEAST_PACKED && LOOKS_PACKED.test(text)) return isHeldIn(text, path, depth) ? HIDDEN : null
    if (text.length < LEAST_NAMED) return null
    const isNamed = mask.mayHold(text, path)
    // An escape may spell a name that does not stand there.
    const isEscaped = text.includes('\\')
    if (!isNamed && !(isEscaped ? /\\u|[\w+/-]{24}/.test(text) : isPackedIn(text, path, depth))) return null
    const inner = (each: string, within: NamePath): string | null =>
      depth >= MOST_NESTED ? (mask.standsIn(each) ? HIDDEN : null) : lookAt(each, within, depth + 1)
    const json = /^\s*["{[]/.test(text) ? maskJson(mask, text, path, inner) : null
    if (json !== null) return json === text ? null : json
    return isNamedIn(text, path) ? HIDDEN : null
  }

  /** Whether a hidden name stands in what is packed within it, which without escapes stands there as it is. It saves reading most of JSON. */
  function isPackedIn(text: string, path: NamePath, depth: number): boolean {
    for (const [run] of text.matchAll(PACKED_RUNS)) if (isUnpackedHeld(run, path, depth + 1)) return true
    return false
  }

  /** It is no JSON: a hidden name with a value behind it hides the whole. */
  function isNamedIn(text: string, path: NamePath): boolean {
    if (!mask.mayHold(text, path)) return false
    for (const [, name, value, word, prose, tag] of text.matchAll(NAMED))
      if (!NOTHING.has(value ?? prose ?? '') && mask.within(path, name ?? word ?? tag ?? '').hides) return true
    return false
  }

  /**
   * Names stand in plain letters in nearly all that is binary, beneath base64 and hex: a layer that has none there is not worth
   * decoding. One that is cut off is read as far as it goes.
   */
  function isHeldIn(layer: string, path: NamePath, depth: number): boolean {
    if (depth > MOST_NESTED) return mask.standsIn(layer)
    if ((mask.mayHold(layer, path) || layer.includes(String.raw`\u`)) && saysHidden(layer, path, depth)) return true
    return LOOKS_PACKED.test(layer) && isUnpackedHeld(layer, path, depth + 1)
  }

  function isUnpackedHeld(packed: string, path: NamePath, depth: number): boolean {
    const text = packed.replace(/[\s=]+/g, '')
    return [fromHex(text), fromBase64(text)].some((inner) => inner !== null && isHeldIn(inner, path, depth))
  }

  function saysHidden(layer: string, path: NamePath, depth: number): boolean {
    const bytes = Uint8Array.from(layer, (char) => char.charCodeAt(0))
    const text =
      utf8(bytes) ?? utf8(bytes.subarray(0, -1)) ?? utf8(bytes.subarray(0, -2)) ?? utf8(bytes.subarray(0, -3))
    if (text !== null && isPlainText(text)) return !LOOKS_PACKED.test(text) && lookAt(text, path, depth + 1) !== null
    const plain = layer.replaceAll('\0', '')
    decoded += 1
    if (decoded > MOST_DECODED) return mask.standsIn(plain)
    const head = bytes.subarray(0, DECODED_BYTES)
    const { root, isCut } = decodeValue({ bytes: head, name: null, as: 'auto', schema: null, tools: null }, IN_PASSING)
    if (root === null) return mask.standsIn(plain)
    if (maskTree(mask, root, path, (each, at) => lookAt(each, at, depth + 1)) !== root) return true
    return (isCut || head.length < bytes.length) && mask.standsIn(plain)
  }

  return {
    text: (text, path) => lookAt(text, path, 0),
    isPacked: (bytes, path) => bytes.length >= LEAST_PACKED / 2 && isHeldIn(bytes, path, 0),
  }
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
