import { leaf, stringNode, type TreeNode } from './tree'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Null where it is no UTF-8. A byte order mark is kept. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

/** Each byte one character. */
export function ascii(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x4000) text += String.fromCharCode(...bytes.subarray(at, at + 0x4000))
  return text
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** Text as somebody wrote it: no controls but those that lay it out. */
export function isPlainText(text: string): boolean {
  return !CONTROL.test(text)
}

const HEX_BYTES = 4_096

export function hexText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes.subarray(0, HEX_BYTES)) text += byte.toString(16).padStart(2, '0')
  return bytes.length > HEX_BYTES ? `${text}…` : text
}

export function bytesNode(bytes: Uint8Array, note?: string): TreeNode {
  return leaf('bytes', hexText(bytes), note)
}

/** Of bytes that are said to be text: where they are none, their hex and that. */
export function declaredText(bytes: Uint8Array): TreeNode {
  return textNode(bytes, utf8(bytes) === null ? '≠ utf-8' : undefined)
}

/** Text where the bytes are that, else their hex. */
export function textNode(bytes: Uint8Array, note?: string): TreeNode {
  const text = utf8(bytes)
  return text === null ? bytesNode(bytes, note) : stringNode(text, note)
}
