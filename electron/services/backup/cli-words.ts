const [BACKSLASH, DOUBLE, SINGLE] = [0x5c, 0x22, 0x27]
const NAMED: Readonly<Record<number, number>> = { 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09, 0x62: 0x08, 0x61: 0x07 }
const HEX = /^\\x[0-9a-fA-F]{2}$/

/**
 * The words of a line as redis-cli reads it (`sdssplitargs`): parted by blanks; in double quotes `\xff` stands for a byte, and \n, \r, \t,
 * \b, \a for theirs; in single quotes \' for one. Null: a quote is not closed, or something follows it. `most`: of more than so many one more is
 * given, and the rest not looked at: each takes memory, however short.
 */
export function cliWords(line: Buffer, most = Infinity): readonly Buffer[] | null {
  const words: Buffer[] = []
  // None is longer than it is written, so all of them find room in one.
  const out = Buffer.allocUnsafe(line.length)
  for (let at = 0; at < line.length && words.length <= most;) {
    if (isBlank(line[at])) {
      at += 1
      continue
    }
    const read = wordAt(line, at, out)
    if (read === null) return null
    words.push(read.word)
    at = read.end
  }
  return words
}

/** A text as redis-cli prints it, its quotes included. Null: it is none, or not all of it. */
export function quotedText(text: Buffer): Buffer | null {
  const read = text[0] === DOUBLE ? wordAt(text, 0, Buffer.allocUnsafe(text.length)) : null
  return read?.end === text.length ? read.word : null
}

/** Written to where it stands in the line. */
function wordAt(line: Buffer, from: number, out: Buffer): { readonly word: Buffer; readonly end: number } | null {
  const word = out.subarray(from)
  let size = 0
  let quote: number | null = null
  let at = from
  for (; at < line.length; at += 1) {
    const byte = line[at] ?? 0
    if (quote === null) {
      if (isBlank(byte)) break
      if (byte === DOUBLE || byte === SINGLE) quote = byte
      else word[size++] = byte
    } else if (byte === quote) {
      const next = line[at + 1]
      return next === undefined || isBlank(next) ? { word: word.subarray(0, size), end: at + 1 } : null
    } else if (byte === BACKSLASH && quote === DOUBLE && at + 1 < line.length) {
      const isHex = HEX.test(line.subarray(at, at + 4).toString('latin1'))
      const next = line[at + 1] ?? 0
      word[size++] = isHex
        ? Number.parseInt(line.subarray(at + 2, at + 4).toString('latin1'), 16)
        : (NAMED[next] ?? next)
      at += isHex ? 3 : 1
    } else if (byte === BACKSLASH && quote === SINGLE && line[at + 1] === SINGLE) {
      word[size++] = SINGLE
      at += 1
    } else word[size++] = byte
  }
  return quote === null ? { word: word.subarray(0, size), end: at } : null
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
}
