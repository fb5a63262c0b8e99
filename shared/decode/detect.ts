import { looksBase64, looksHex } from './alphabets'
import { isAvroContainer } from './avro'
import { ascii, isPlainText, utf8 } from './byte-text'
import { epochMs, isUuidText, zeros } from './codings'
import { isFastStream } from './faststream'
import type { DecoderId } from './ids'
import { isSnappyStream } from './snappy'

/**
 * What a value may be. `sure`: it says so itself, so that where it can't be read it is broken, and not something else. `weak`:
 * anything might be read so; it counts only where what is within is telling.
 */
export interface Candidate {
  readonly id: DecoderId
  readonly how: 'sure' | 'likely' | 'weak'
}

const sure = (id: DecoderId): Candidate => ({ id, how: 'sure' })
const likely = (id: DecoderId): Candidate => ({ id, how: 'likely' })
const weak = (id: DecoderId): Candidate => ({ id, how: 'weak' })

/** The likeliest first; none for what is plain text, or nothing known. `name`: of the field, which may tell of times. */
export function candidates(bytes: Uint8Array, name: string | null): readonly Candidate[] {
  if (bytes.length === 0) return []
  const marked = byMark(bytes)
  if (marked) return [marked]
  const text = utf8(bytes)
  return text !== null && isPlainText(text) ? ofText(text, name) : ofBytes(bytes, text)
}

/** A mark and two characters. */
const LEAST_UTF16 = 6

function byMark(bytes: Uint8Array): Candidate | null {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes
  if (first === 0x1f && second === 0x8b && third === 0x08) return sure('gzip')
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return sure('zstd')
  if (first === 0x04 && second === 0x22 && third === 0x4d && fourth === 0x18) return sure('lz4')
  if (isSnappyStream(bytes)) return sure('snappy')
  if (isFastStream(bytes)) return sure('faststream')
  if (isAvroContainer(bytes)) return sure('avro')
  if (first === 0xac && second === 0xed && third === 0 && fourth === 5) return sure('java')
  if (first === 0x80 && second >= 2 && second <= 5 && bytes.at(-1) === 0x2e) return likely('pickle')
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isMark && bytes.length >= LEAST_UTF16 && bytes.length % 2 === 0) return likely('utf16')
  return null
}

// An array that is none may be a line of a log (`[4711] started`) or an interval (`[10,20)`).
const JSON_SURELY = /^\ufeff?\s*(?:\{\s*"|\[\s*(?:"|\{\s*")|(?:\[\s*){2}(?:[{"\d]|\[))/
const JSON_PERHAPS = /^\ufeff?\s*(?:[[{]|"\s*\\?["[{])/
const PHP = /^(?:a:\d+:\{|O:\d+:"|C:\d+:"|E:\d+:"|s:\d+:"|[bi]:-?\d+;$|d:[-\dEe.+]+;$|N;$)/
const TIME_WORDS =
  'time|timestamp|ts|date|datetime|at|on|epoch|created|updated|modified|expires?|expiry|exp|iat|nbf|until|since'
const TIME_UNITS = 's|sec|secs|ms|millis|us|micros|ns|nanos|at|on|utc'
const TIME_NAMES = [
  new RegExp(`(?:^|[_.-])(?:${TIME_WORDS})(?:[_.-]?(?:${TIME_UNITS}))?$`, 'i'),
  // createdAt, updatedMs
  /[a-z\d](?:Time|Timestamp|Ts|TS|Date|At|On|Epoch|Expiry|Until|Since)(?:S|Sec|Ms|MS|Millis|Us|Micros|Ns|Nanos|Utc)?$/,
]
const EARLIEST_S = 631_152_000
const LATEST_S = 4_102_444_800

function ofText(text: string, name: string | null): readonly Candidate[] {
  if (JSON_SURELY.test(text)) return [sure('json')]
  if (JSON_PERHAPS.test(text)) return [likely('json')]
  if (PHP.test(text)) return [likely('php')]
  if (isUuidText(text)) return [likely('uuid')]
  if (isTime(text, name)) return [likely('time')]
  const line = text.replace(/\r?\n/g, '')
  const found: Candidate[] = []
  // Digits alone are a number.
  const isNumber = !/\D/.test(line)
  if (!isNumber && looksHex(line)) found.push(weak('hex'))
  if (!isNumber && line.length >= 8 && looksBase64(line)) found.push(weak('base64'))
  return found
}

/** Any number is a time, so it is one only where the field is named after one, and it lies between 1990 and 2100. */
function isTime(text: string, name: string | null): boolean {
  const epoch = epochMs(text)
  if (epoch === null || name === null || !TIME_NAMES.some((pattern) => pattern.test(name))) return false
  return epoch.ms >= EARLIEST_S * 1_000 && epoch.ms <= LATEST_S * 1_000
}

function ofBytes(bytes: Uint8Array, text: string | null): readonly Candidate[] {
  const [first = 0, second = 0, third = 0] = bytes
  const found: Candidate[] = []
  if (text !== null && PHP.test(text)) found.push(likely('php'))
  // The check of its header: https://www.rfc-editor.org/rfc/rfc1950#section-2.2
  if ((first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0) found.push(likely('zlib'))
  if (first === 0xd9 && second === 0xd9 && third === 0xf7) found.push(sure('cbor'))
  if (isPackedMap(first) && bytes.length > 1) found.push(likely('msgpack'))
  // Maps, lists and tags.
  if (first >= 0x80 && first <= 0xdf && bytes.length > 1) found.push(likely('cbor'))
  if (text === null && bytes.length === 16) found.push(likely('uuid'))
  if (isUtf16(bytes)) found.push(likely('utf16'))
  if (isProtobufTag(first)) found.push(likely('protobuf'))
  if (isPhpBytes(bytes)) found.push(likely('php'))
  if (text !== null) return [...found, weak('snappy')]
  if (isGbk(bytes)) found.push(weak('gbk'))
  return [...found, weak('snappy'), weak('lz4'), weak('brotli'), weak('deflate')]
}

/** A map or a list. */
function isPackedMap(first: number): boolean {
  return (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)
}

/** Of the fields 1 to 15, as most messages begin. */
function isProtobufTag(first: number): boolean {
  return first < 0x80 && first >> 3 > 0 && [0, 1, 2, 5].includes(first & 7)
}

/** PHP's strings hold any bytes. */
function isPhpBytes(bytes: Uint8Array): boolean {
  return /^(?:a:\d+:\{|[OCs]:\d+:")/.test(ascii(bytes.subarray(0, 24)))
}

/** Every second byte is zero, mostly. */
function isUtf16(bytes: Uint8Array): boolean {
  if (bytes.length < 4 || bytes.length % 2 === 1) return false
  const pairs = Math.min(bytes.length, 512) / 2
  const [even, odd] = [zeros(bytes, 0), zeros(bytes, 1)]
  return Math.max(even, odd) >= pairs * 0.7 && Math.min(even, odd) <= pairs * 0.1
}

const LEAST_PAIRS = 3

/** Two bytes for each character that is no ASCII, all of them among the frequent ones (GB 2312). */
function isGbk(bytes: Uint8Array): boolean {
  let pairs = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) {
      if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) return false
      continue
    }
    const next = bytes[at + 1] ?? 0
    if (byte < 0xa1 || byte > 0xf7 || next < 0xa1) return false
    pairs += 1
    at += 1
  }
  return pairs >= LEAST_PAIRS && pairs * 4 >= bytes.length
}
