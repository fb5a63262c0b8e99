import { createReplySize, MOST_REPLY_BYTES, type ReplySize } from './reply-size'

const MOST_BULK_BYTES = 512 * 1024 * 1024
const MOST_DEPTH = 32
const MOST_TEXT_BYTES = 64 * 1024
const MOST_DIGITS = 400
/** Nothing that is asked of Redis is answered by one; the decoder takes time for each digit as it is long. */
const MOST_BIG_DIGITS = 40
const MOST_LENGTH = 4e9

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
/** As Redis writes it; the decoder passes over five bytes once it has seen the first of inf or nan. */
const DOUBLE = /^(?:[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[+-]?inf|nan)$/
const [BULK, LIST, VERBATIM, PUSH, BLOB_ERROR] = [36, 42, 61, 62, 33]
/** A verbatim string begins with its format, and a colon. */
const FORMAT_BYTES = 4

export type ReplyFault =
  'bad-length' | 'bad-figure' | 'bad-boolean' | 'bad-null' | 'endless-line' | 'unknown-type' | 'too-much' | 'unasked'

/** Takes in what comes; gives why it is no RESP, or too much of it. Then nothing more is to be read from there. */
export interface ReplyCheck {
  (chunk: Uint8Array): ReplyFault | null
  /** Whether a reply has begun that has not ended. */
  isWithin(): boolean
  /** Where in the last chunk a length begins that is not whole yet, negative: before it; null: there is none. */
  unfinished(): number | null
}

/** Told of replies as they come, with positions in the chunk that is looked at. */
export interface ReplyWatch {
  /** A reply begins, or a push. What it gives is wrong with that. */
  begins?(at: number, isPush: boolean): ReplyFault | null
  /** Behind its last byte. */
  ends(at: number, isPush: boolean): void
  /** A body of so many bytes is announced. */
  body?(bytes: number): void
  /** It holds more than its share since the line from `from` to `to` has come, and has not ended with it. Told once. */
  isOver?(where: Excess): void
}

export interface Excess {
  readonly from: number
  readonly to: number
  /** The line announces a body or a list that is to come. */
  readonly announces: boolean
  /** So many values that are no lists would make the reply whole, in the place of what is announced and of all behind it. */
  readonly missing: number
}

/**
 * The frame of each reply, before a decoder sees it: its lengths are numbers, and what it announces can be. Bodies are passed
 * over. ioredis 6.0.0 takes any byte for a digit: `$0-0` is a length of -30 to it, and it never ends. Nor does a list of
 * 2 000 000 000 elements. https://redis.io/docs/latest/develop/reference/protocol-spec/
 * `size`: of one reply. What is more than any may hold is a fault; what is more than the share of this one, its watcher's affair.
 */
export function createReplyCheck(
  watch: ReplyWatch = { ends: () => undefined },
  size: ReplySize = createReplySize(MOST_REPLY_BYTES),
): ReplyCheck {
  let line: Line | null = null
  let type = 0
  let digits = 0
  let isSigned = false
  let text = ''
  /** Bytes of the end of a body that are still to come. */
  let ending = 0
  let read = 0
  let value = 0
  let isNegative = false
  let isAfterCr = false
  let skip = 0
  /** Of the line that is read, in the chunk that is looked at; and where that stands. */
  let lineAt = 0
  let at = 0
  let isPush = false
  let isTold = false
  /** By the line that was read last. */
  let announced: 'body' | 'list' | null = null
  const open: number[] = []

  function endValue(): void {
    while (open.length > 0) {
      const left = (open.pop() ?? 1) - 1
      if (left > 0) return void open.push(left)
    }
    size.end()
    isTold = false
    watch.ends(at, isPush)
  }

  function tellIfOver(): void {
    if (isTold || !size.isOver() || !isWithin()) return
    isTold = true
    const [inner = 1, ...outer] = (announced === 'list' ? open.slice(0, -1) : open).toReversed()
    const missing = outer.reduce((sum, left) => sum + left - 1, inner)
    watch.isOver?.({ from: lineAt, to: at, announces: announced !== null, missing })
  }

  function endLine(of: Line): ReplyFault | null {
    line = null
    announced = null
    const isLong = size.bytes(of === 'bulk' ? 0 : read)
    if (isLong || ((type === MINUS || type === BLOB_ERROR) && size.error())) return 'too-much'
    switch (of) {
      case 'bulk':
      case 'list':
      case 'map':
        return digits === 0 ? 'bad-figure' : endLength(of)
      case 'double':
        if (!DOUBLE.test(text)) return 'bad-figure'
        break
      case 'integer':
      case 'big':
        if (digits === 0) return 'bad-figure'
        break
      case 'boolean':
        if (read !== 1) return 'bad-boolean'
        break
      case 'nothing':
      case 'text':
        break
    }
    endValue()
    return null
  }

  function endLength(of: 'bulk' | 'list' | 'map'): ReplyFault | null {
    if (isNegative) {
      if (value !== 1 || digits !== 1 || (type !== BULK && type !== LIST)) return 'bad-length'
      endValue()
      return null
    }
    if (of === 'bulk') {
      if (type === VERBATIM && value < FORMAT_BYTES) return 'bad-length'
      if (type === BLOB_ERROR && value > MOST_TEXT_BYTES) return 'too-much'
      if (value > MOST_BULK_BYTES || size.bytes(value)) return 'too-much'
      watch.body?.(value)
      skip = value
      ending = 2
      announced = 'body'
      return null
    }
    const count = of === 'map' ? value * 2 : value
    if (size.values(count) || open.length >= MOST_DEPTH) return 'too-much'
    if (count === 0) endValue()
    else {
      open.push(count)
      announced = 'list'
    }
    return null
  }

  function take(of: Line, byte: number): ReplyFault | null {
    read += 1
    switch (of) {
      case 'text':
        return byte === LF || read > MOST_TEXT_BYTES ? 'endless-line' : null
      case 'double':
        text += String.fromCharCode(byte)
        return read > MOST_DIGITS ? 'bad-figure' : null
      case 'boolean':
        return read === 1 && (byte === 116 || byte === 102) ? null : 'bad-boolean'
      case 'nothing':
        return 'bad-null'
      case 'bulk':
      case 'list':
      case 'map':
      case 'integer':
      case 'big':
        return takeFigure(of, byte)
    }
  }

  function takeFigure(of: 'bulk' | 'list' | 'map' | 'integer' | 'big', byte: number): ReplyFault | null {
    const isLength = of !== 'integer' && of !== 'big'
    if (byte === MINUS || byte === PLUS) {
      if (isSigned || digits > 0 || (byte === PLUS && isLength)) return 'bad-figure'
      isSigned = true
      isNegative = byte === MINUS
      return null
    }
    if (byte < ZERO || byte > NINE) return 'bad-figure'
    digits += 1
    if (digits > (of === 'big' ? MOST_BIG_DIGITS : 20)) return 'bad-figure'
    if (!isLength) return null
    value = value * 10 + (byte - ZERO)
    return value > MOST_LENGTH ? 'too-much' : null
  }

  function isWithin(): boolean {
    return line !== null || skip > 0 || ending > 0 || open.length > 0
  }

  const check = (chunk: Uint8Array): ReplyFault | null => {
    if (isWithin() && !isTold && size.piece(chunk.length)) return 'too-much'
    lineAt -= at
    for (at = 0; at < chunk.length;) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at)
        at += step
        skip -= step
        continue
      }
      const byte = chunk[at++] ?? 0
      if (ending > 0) {
        if (byte !== (ending === 2 ? CR : LF)) return 'bad-length'
        ending -= 1
        if (ending === 0) endValue()
        continue
      }
      if (line === null) {
        line = LINES.get(byte) ?? null
        // A push is no element of another reply, and the decoder throws.
        if (line === null || (byte === PUSH && open.length > 0)) return 'unknown-type'
        lineAt = at - 1
        if (open.length === 0) {
          isPush = byte === PUSH
          const problem = watch.begins?.(lineAt, isPush) ?? null
          if (problem !== null) return problem
        }
        type = byte
        read = 0
        digits = 0
        value = 0
        text = ''
        isSigned = false
        isNegative = false
        continue
      }
      if (isAfterCr) {
        isAfterCr = false
        if (byte !== LF) return 'endless-line'
        const problem = endLine(line)
        if (problem !== null) return problem
        tellIfOver()
      } else if (byte === CR) isAfterCr = true
      else {
        const problem = take(line, byte)
        if (problem !== null) return problem
      }
    }
    return null
  }
  const unfinished = (): number | null => (line === 'bulk' || line === 'list' || line === 'map' ? lineAt : null)
  return Object.assign(check, { isWithin, unfinished })
}
