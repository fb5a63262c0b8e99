import { z } from 'zod'

/**
 * Any bytes Redis may hold: a string when they are valid UTF-8, else their base64. Keys, groups, consumers, fields and
 * values all travel as this, so that no name is ever mangled on its way to the screen and back.
 */
export const bytes = z.union([z.string(), z.strictObject({ base64: z.base64() })])
export type Bytes = z.infer<typeof bytes>

/**
 * One string for the same bytes, however they were written down, to compare by or to use as a map key: the only way to make
 * one of a name (of a buffer: `nameKey` of `electron/redis/bytes.ts`). Not for display.
 */
export function bytesKey(value: Bytes): string {
  const one = typeof value === 'string' ? value : fromUint8Array(toUint8Array(value))
  return typeof one === 'string' ? `s${one}` : `b${one.base64}`
}

/** The value again. */
export function keyBytes(key: string): Bytes {
  return key.startsWith('s') ? key.slice(1) : { base64: key.slice(1) }
}

export function sameBytes(a: Bytes, b: Bytes): boolean {
  return bytesKey(a) === bytesKey(b)
}

/** The raw bytes behind a value. */
export function toUint8Array(value: Bytes): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value)
  return Uint8Array.from(atob(value.base64), (char) => char.charCodeAt(0))
}

/** The value of raw bytes: text when they are valid UTF-8 (a byte order mark is kept), else base64. */
export function fromUint8Array(raw: Uint8Array): Bytes {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    let binary = ''
    for (let at = 0; at < raw.length; at += 0x8000) binary += String.fromCharCode(...raw.subarray(at, at + 0x8000))
    return { base64: btoa(binary) }
  }
}

const NAMED_ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
}

/** As redis-cli prints it: printable ASCII as it is, the rest escaped, in double quotes. redis-cli reads it back. */
export function quoteBytes(value: Bytes): string {
  if (typeof value === 'string' && /^[ -~]*$/.test(value)) return `"${value.replace(/["\\]/g, '\\$&')}"`
  let quoted = ''
  for (const byte of toUint8Array(value)) quoted += NAMED_ESCAPES[byte] ?? (isPrintable(byte) ? char(byte) : hex(byte))
  return `"${quoted}"`
}

/**
 * A redis-cli argument: bare when that is safe, else quoted. A line that is pasted into a shell by mistake must not run
 * what someone put into a name: what a shell expands inside quotes is escaped too.
 */
export function cliArgument(value: Bytes): string {
  if (typeof value === 'string' && /^[\w:.@/+-]+$/.test(value)) return value
  return quotedArgument(value)
}

/** The same, always in quotes. */
export function quotedArgument(value: Bytes): string {
  return quoteBytes(value).replace(/[$`!]/g, (sign) => hex(sign.charCodeAt(0)))
}

function isPrintable(byte: number): boolean {
  return byte >= 32 && byte < 127
}

function char(byte: number): string {
  return String.fromCharCode(byte)
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

/** For people: text as it is with control and direction-changing characters made visible; other bytes as redis-cli escapes. */
export function displayBytes(value: Bytes): string {
  if (typeof value !== 'string') return quoteBytes(value).slice(1, -1)
  return value.replace(NOT_DRAWN, (char) => {
    const code = char.codePointAt(0) ?? 0
    return NAMED_ESCAPES[code] ?? `\\u{${code.toString(16)}}`
  })
}

/**
 * Controls, breaks of lines, and what is drawn as nothing or turns direction, and so could make one name look like another:
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point. Joiners and variants of letters stay: emoji and several scripts
 * need them.
 */
export const NOT_DRAWN =
  /[\p{Cc}\u2028\u2029\ufff9-\ufffb]|(?!\u200c|\u200d|\u180f|[\u180b-\u180d]|[\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/gu
