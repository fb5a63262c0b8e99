import { toUint8Array, type Bytes } from '../bytes'
import { ascii, isPlainText, utf8 } from '../decode/byte-text'
import type { TreeNode } from '../decode/tree'
import { HIDDEN } from './hidden'
import { createLook } from './look'
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
  /** What lies in a field at a path such as `body.items[0].token` or `$.token`, or its beginning. Null: nothing of it is hidden. */
  at(field: Bytes, path: string, text: string): string | null
  /** A text that a value of the field was decoded to. Null: nothing of it is hidden. */
  text(field: string | null, text: string): string | null
  /** Of what is too long to be looked into: whether a hidden name stands in it. */
  standsIn(bytes: Uint8Array): boolean
}

const MOST_NAME_BYTES = 1_000
const WHOLE: MaskedValue = { text: HIDDEN, masked: 'whole' }

/** Null: nothing is masked. */
export function createMask(names: readonly string[]): Mask | null {
  const mask = createNameMask(names)
  if (mask === null) return null
  return {
    value(field, value) {
      const { path, hides } = mask.within(ROOT, nameOf(field))
      if (value === '' || (value instanceof Uint8Array && value.length === 0)) return null
      if (hides) return WHOLE
      const look = createLook(mask)
      const bytes = typeof value === 'string' ? null : value instanceof Uint8Array ? value : toUint8Array(value)
      const text = typeof value === 'string' ? value : utf8(upToCharacter(bytes ?? new Uint8Array()))
      if (text === null || !isPlainText(text))
        return look.isPacked(bytes ? ascii(bytes) : (text ?? ''), path) ? WHOLE : null
      const masked = look.text(text, path)
      return masked === null ? null : masked === HIDDEN ? WHOLE : { text: masked, masked: 'part' }
    },
    tree: (field, root) => maskTree(mask, root, pathOf(mask, field), createLook(mask).text),
    at(field, path, text) {
      const outer = mask.within(ROOT, nameOf(field))
      if (outer.hides) return HIDDEN
      let namePath = outer.path
      for (const name of path.split(/[.[\]$]+/)) {
        // The place in a list is no name.
        if (name === '' || /^\d+$/.test(name)) continue
        const told = mask.within(namePath, name)
        if (told.hides) return HIDDEN
        namePath = told.path
      }
      return createLook(mask).text(text, namePath)
    },
    text: (field, text) => createLook(mask).text(text, pathOf(mask, field)),
    standsIn: (bytes) => mask.standsIn(ascii(bytes)),
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

function pathOf(mask: NameMask, field: string | null): NamePath {
  return field === null ? ROOT : mask.within(ROOT, field).path
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
