/** What one reply may hold. A bulk string of Redis is 512 MiB at the most. */
const MOST_BULK_BYTES = 512 * 1024 * 1024
const MOST_REPLY_BYTES = 640 * 1024 * 1024
const MOST_ELEMENTS = 5_000_000
const MOST_DEPTH = 32
const MOST_TEXT_BYTES = 64 * 1024
const MOST_DIGITS = 400

const CR = 13
const LF = 10
const [PLUS, MINUS, ZERO, NINE] = [43, 45, 48, 57]

/** How the rest of a line is read, by the type that it begins with. */
type Line = 'bulk' | 'list' | 'map' | 'integer' | 'big' | 'double' | 'boolean' | 'nothing' | 'text'
const BY_TYPE: Readonly<Record<string, Line>> = {
  ...{ $: 'bulk', '=': 'bulk', '!': 'bulk', '*': 'list', '~': 'list', '>': 'list', '%': 'map' },
  ...{ ':': 'integer', '(': 'big', ',': 'double', '#': 'boolean', _: 'nothing', '+': 'text', '-': 'text' },
}
const LINES: ReadonlyMap<number, Line> = new Map(
  Object.entries(BY_TYPE).map(([type, line]) => [type.charCodeAt(0), line] as const),
)
const DOUBLE = new Set(Buffer.from('0123456789+-.eEinfaNIF'))

export type ReplyFault =
  'bad-length' | 'bad-figure' | 'bad-boolean' | 'bad-null' | 'endless-line' | 'unknown-type' | 'too-much'

/** Takes in what comes; gives why it is no RESP, or too much of it. Then nothing more is to be read from there. */
export type ReplyCheck = (chunk: Uint8Array) => ReplyFault | null

/**
 * The frame of each reply, before a decoder sees it: its lengths are numbers, and what it announces can be. Bodies are passed
 * over. ioredis 6.0.0 takes any byte for a digit: `$0-0` is a length of -30 to it, and it never ends. Nor does a list of
 * 2 000 000 000 elements. https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function createReplyCheck(): ReplyCheck {
  let line: Line | null = null
  let read = 0
  let value = 0
  let isNegative = false
  let isAfterCr = false
  let skip = 0
  let bytes = 0
  let elements = 0
  const open: number[] = []

  function endValue(): void {
    while (open.length > 0) {
      const left = (open.pop() ?? 1) - 1
      if (left > 0) return void open.push(left)
    }
    bytes = 0
    elements = 0
  }

  function endLine(of: Line): ReplyFault | null {
    line = null
    if (of === 'bulk') {
      if (isNegative) return value === 1 ? (endValue(), null) : 'bad-length'
      bytes += value
      if (value > MOST_BULK_BYTES || bytes > MOST_REPLY_BYTES) return 'too-much'
      skip = value + 2
      return null
    }
    if (of === 'list' || of === 'map') {
      if (isNegative) return value === 1 ? (endValue(), null) : 'bad-length'
      const count = of === 'map' ? value * 2 : value
      elements += count
      if (elements > MOST_ELEMENTS || open.length >= MOST_DEPTH) return 'too-much'
      if (count > 0) open.push(count)
      else endValue()
      return null
    }
    if (of !== 'text' && of !== 'nothing' && read === (isNegative ? 1 : 0)) return 'bad-figure'
    endValue()
    return null
  }

  function take(of: Line, byte: number): ReplyFault | null {
    read += 1
    switch (of) {
      case 'text':
        return byte === LF || read > MOST_TEXT_BYTES ? 'endless-line' : null
      case 'double':
        return DOUBLE.has(byte) && read <= MOST_DIGITS ? null : 'bad-figure'
      case 'boolean':
        return read === 1 && (byte === 116 || byte === 102) ? null : 'bad-boolean'
      case 'nothing':
        return 'bad-null'
      default:
        if (read === 1 && (byte === MINUS || (byte === PLUS && of !== 'bulk' && of !== 'list' && of !== 'map'))) {
          isNegative = byte === MINUS
          if (byte === PLUS) read = 0
          return null
        }
        if (byte < ZERO || byte > NINE) return 'bad-figure'
        if (of === 'big') return read > MOST_DIGITS ? 'bad-figure' : null
        if (read > 20) return 'bad-figure'
        value = value * 10 + (byte - ZERO)
        return of !== 'integer' && value > 4e9 ? 'too-much' : null
    }
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at)
        at += step
        skip -= step
        if (skip === 0) endValue()
        continue
      }
      const byte = chunk[at++] ?? 0
      if (line === null) {
        line = LINES.get(byte) ?? null
        if (line === null) return 'unknown-type'
        read = 0
        value = 0
        isNegative = false
        continue
      }
      if (isAfterCr) {
        isAfterCr = false
        if (byte !== LF) return 'endless-line'
        const problem = endLine(line)
        if (problem !== null) return problem
      } else if (byte === CR) isAfterCr = true
      else {
        const problem = take(line, byte)
        if (problem !== null) return problem
      }
    }
    return null
  }
}
