import { firstNotBase64, firstNotHex, withoutPadding } from './alphabets'
import { NotDecoded } from './budget'
import { ascii, utf8 } from './byte-text'
import { leaf, type TreeNode } from './tree'

const notThis = (): NotDecoded => new NotDecoded({ code: 'not-this' })
const encoder = new TextEncoder()

/** The text of bytes, or not-this. */
function textOf(bytes: Uint8Array): string {
  const text = utf8(bytes)
  if (text === null) throw notThis()
  return text
}

/** Base64 with or without its padding and line ends, also of the alphabet for addresses. https://www.rfc-editor.org/rfc/rfc4648 */
export function fromBase64(bytes: Uint8Array): Uint8Array {
  const written = textOf(bytes)
  const text = written.replace(/[\r\n]+/g, '').trim()
  const body = withoutPadding(text)
  const wrong = firstNotBase64(body)
  if (wrong >= 0) throw new NotDecoded({ code: 'broken', at: written.indexOf(body[wrong] ?? '') })
  if (body === '' || body.length % 4 === 1) throw notThis()
  const binary = atob(body.replaceAll('-', '+').replaceAll('_', '/'))
  const made = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) made[at] = binary.charCodeAt(at)
  return made
}

/** Pairs of digits, which spaces, colons or line ends may part; `0x` and `\x` before them are left out. */
export function fromHex(bytes: Uint8Array): Uint8Array {
  const text = textOf(bytes)
  const digits = text.replace(/\\x|^\s*0x|[\s:]/g, '')
  const wrong = firstNotHex(digits)
  if (wrong >= 0) throw new NotDecoded({ code: 'broken', at: text.indexOf(digits[wrong] ?? '') })
  if (digits === '' || digits.length % 2 === 1) throw notThis()
  const made = new Uint8Array(digits.length / 2)
  for (let at = 0; at < made.length; at += 1) made[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16)
  return made
}

const LITTLE = [0xff, 0xfe]
const BIG = [0xfe, 0xff]

/** By its byte order mark; without one little-endian, or big where the zeros say so. As UTF-8. */
export function fromUtf16(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0 || bytes.length % 2 === 1) throw notThis()
  const starts = (mark: readonly number[]): boolean => mark.every((byte, at) => bytes[at] === byte)
  const big = starts(BIG) || (!starts(LITTLE) && zeros(bytes, 0) > zeros(bytes, 1))
  return recoded(bytes, big ? 'utf-16be' : 'utf-16le')
}

/** Of each second byte, from the first or the second. */
export function zeros(bytes: Uint8Array, from: 0 | 1): number {
  let count = 0
  for (let at = from; at < Math.min(bytes.length, 512); at += 2) if (bytes[at] === 0) count += 1
  return count
}

/** Each byte a character, as ISO 8859-1 has it: `latin1` of a TextDecoder is windows-1252. */
export function fromLatin1(bytes: Uint8Array): Uint8Array {
  return encoder.encode(ascii(bytes))
}

export function fromGbk(bytes: Uint8Array): Uint8Array {
  return recoded(bytes, 'gbk')
}

/** The same text as UTF-8. */
function recoded(bytes: Uint8Array, label: string): Uint8Array {
  try {
    return encoder.encode(new TextDecoder(label, { fatal: true }).decode(bytes))
  } catch {
    throw notThis()
  }
}

const UUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i
/** From the beginning of the Gregorian calendar to 1970, in 100 ns. */
const GREGORIAN = 0x01b2_1dd2_1381_4000n

/** A UUID as text or sixteen bytes; of versions 1, 6 and 7 when it was made. https://www.rfc-editor.org/rfc/rfc9562 */
export function readUuid(bytes: Uint8Array): TreeNode {
  const text = bytes.length === 16 ? hexOf(bytes) : (utf8(bytes) ?? '').trim()
  const parts = UUID.exec(text)?.slice(1)
  if (!parts) throw notThis()
  const uuid = parts.join('-').toLowerCase()
  const version = Number.parseInt(uuid.charAt(14), 16)
  const members = [{ key: 'uuid', bare: true as const, value: leaf('mark', uuid) }]
  if (isVariant(uuid)) {
    const at = madeAtMs(uuid.replaceAll('-', ''), version)
    return {
      kind: 'object',
      members: [
        ...members,
        { key: 'version', bare: true as const, value: leaf('number', version) },
        ...(at === null ? [] : [{ key: 'time', bare: true as const, value: leaf('time', new Date(at).toISOString()) }]),
      ],
    }
  }
  return { kind: 'object', members }
}

/** Of RFC 9562, of a version that there is. */
function isVariant(uuid: string): boolean {
  return /^[89ab]/i.test(uuid.charAt(19)) && /^[1-8]/.test(uuid.charAt(14))
}

const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1990), Date.UTC(2045)]

/** Whether sixteen bytes are more than chance: of a time that there can be, or, unless they were only found in something, of version 4. */
export function isTellingUuid(bytes: Uint8Array, within: boolean): boolean {
  const digits = hexOf(bytes)
  const version = Number(digits.charAt(12))
  if (!/^[89ab]/.test(digits.charAt(16))) return false
  const at = madeAtMs(digits, version)
  return at === null ? version === 4 && !within : at >= EARLIEST_MS && at <= LATEST_MS
}

export function isUuidText(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function madeAtMs(digits: string, version: number): number | null {
  if (version === 7) return Number.parseInt(digits.slice(0, 12), 16)
  const time =
    version === 1
      ? digits.slice(13, 16) + digits.slice(8, 12) + digits.slice(0, 8)
      : version === 6
        ? digits.slice(0, 12) + digits.slice(13, 16)
        : null
  return time === null ? null : Number((BigInt(`0x${time}`) - GREGORIAN) / 10_000n)
}

const EPOCH = /^-?\d{1,19}(?:\.\d{1,9})?$/
const YEAR_2500_S = 16_725_225_600

/** A time since 1970 in s, ms, µs or ns, by its size: `null` where it is none. */
export function epochMs(text: string): { readonly ms: number; readonly unit: 's' | 'ms' | 'µs' | 'ns' } | null {
  if (!EPOCH.test(text)) return null
  const value = Number(text)
  const size = Math.abs(value)
  if (size < YEAR_2500_S) return { ms: value * 1_000, unit: 's' }
  if (size < YEAR_2500_S * 1e3) return { ms: value, unit: 'ms' }
  if (size < YEAR_2500_S * 1e6) return { ms: value / 1e3, unit: 'µs' }
  return size < YEAR_2500_S * 1e9 ? { ms: value / 1e6, unit: 'ns' } : null
}

export function readTime(bytes: Uint8Array): TreeNode {
  const text = (utf8(bytes) ?? '').trim()
  const epoch = epochMs(text)
  if (epoch !== null) return leaf('time', new Date(Math.floor(epoch.ms)).toISOString(), `${text} ${epoch.unit}`)
  throw notThis()
}
