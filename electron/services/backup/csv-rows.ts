/** A cell as it stands there, without the quotes around it. */
export interface CsvCell {
  readonly bytes: Buffer
  readonly isQuoted: boolean
}

/** `line`: where it begins in the file, from 1. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly CsvCell[]
  /** A line feed ends it; not so the last one of a file that was cut short. */
  readonly isEnded: boolean
}

/** Why what follows can't be told apart. `column`: the cell's, from 1; null: of none. */
export interface CsvStop {
  readonly line: number
  readonly column: number | null
  readonly why: 'open-quote' | 'after-quote' | 'quote-inside' | 'lone-cr' | 'too-long' | 'too-many'
}

export interface CsvRowsOptions {
  /** One byte. */
  readonly separator: string
  /** The longest row that is read. */
  readonly mostBytes: number
}

/** Of a row, and fields of an entry: each takes memory, also an empty one. */
export const MOST_CELLS = 100_000
const QUOTE = 0x22
const FEED = 0x0a
const RETURN = 0x0d

/**
 * The rows of CSV as RFC 4180 has it, as their bytes come; a line feed alone ends a row as well. Ends behind what is wrong with its
 * quotes or length: where the next row begins is not known then.
 */
export async function* csvRows(
  chunks: AsyncIterable<Buffer>,
  { separator, mostBytes }: CsvRowsOptions,
): AsyncGenerator<CsvRow | CsvStop, void> {
  let begun: Buffer[] = []
  let begunBytes = 0
  let isInside = false
  let line = 1
  const take = (last: Buffer, isEnded: boolean): CsvRow | CsvStop => {
    const bytes = begun.length === 0 ? last : Buffer.concat([...begun, last])
    begun = []
    begunBytes = 0
    const row = cellsOf(bytes, separator, line, isEnded)
    line += 1 + count(bytes, FEED)
    return row
  }
  for await (const chunk of chunks) {
    let start = 0
    let quote = chunk.indexOf(QUOTE)
    let feed = chunk.indexOf(FEED)
    for (;;) {
      if (isInside) {
        if (quote === -1) break
        isInside = false
        if (feed !== -1 && feed < quote) feed = chunk.indexOf(FEED, quote + 1)
        quote = chunk.indexOf(QUOTE, quote + 1)
      } else if (quote !== -1 && (feed === -1 || quote < feed)) {
        isInside = true
        quote = chunk.indexOf(QUOTE, quote + 1)
      } else if (feed !== -1) {
        const row = take(chunk.subarray(start, feed), true)
        yield row
        if (isStop(row)) return
        start = feed + 1
        feed = chunk.indexOf(FEED, start)
      } else break
    }
    if (start < chunk.length) begun.push(chunk.subarray(start))
    begunBytes += chunk.length - start
    if (begunBytes > mostBytes) {
      yield { line, column: null, why: 'too-long' }
      return
    }
  }
  if (begun.length === 0) return
  if (isInside) yield { line, column: null, why: 'open-quote' }
  else yield take(Buffer.alloc(0), false)
}

export function isStop(read: CsvRow | CsvStop): read is CsvStop {
  return 'why' in read
}

function cellsOf(all: Buffer, separator: string, line: number, isEnded: boolean): CsvRow | CsvStop {
  const bytes = isEnded && all.at(-1) === RETURN ? all.subarray(0, -1) : all
  const cells: CsvCell[] = []
  const stop = (why: CsvStop['why']): CsvStop => ({
    line: line + count(bytes.subarray(0, at), FEED),
    column: cells.length + 1,
    why,
  })
  let at = 0
  for (;;) {
    let end: number
    if (bytes[at] === QUOTE) {
      const close = closingQuote(bytes, at + 1)
      // Told by `open-quote` before: each row has an even number of them.
      if (close === -1) return stop('open-quote')
      end = close + 1
      if (end < bytes.length && bytes[end] !== separator.charCodeAt(0)) return stop('after-quote')
      cells.push({ bytes: unquoted(bytes.subarray(at + 1, close)), isQuoted: true })
    } else {
      const next = bytes.indexOf(separator, at)
      end = next === -1 ? bytes.length : next
      const cell = bytes.subarray(at, end)
      if (cell.includes(QUOTE)) return stop('quote-inside')
      if (cell.includes(RETURN)) return stop('lone-cr')
      cells.push({ bytes: cell, isQuoted: false })
    }
    if (end >= bytes.length) return { line, cells, isEnded }
    if (cells.length >= MOST_CELLS) return stop('too-many')
    at = end + 1
  }
}

/** From behind the opening one; two of them are one that is meant. */
function closingQuote(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 2)) {
    if (bytes[at + 1] !== QUOTE) return at
  }
  return -1
}

/** In one buffer, whatever stands in it: a cell of quotes alone would be millions of parts. */
function unquoted(bytes: Buffer): Buffer {
  if (!bytes.includes(QUOTE)) return bytes
  const plain = Buffer.allocUnsafe(bytes.length)
  let size = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    plain[size] = byte
    size += 1
    // Of two that stand for one, the second goes.
    if (byte === QUOTE) at += 1
  }
  return plain.subarray(0, size)
}

function count(bytes: Buffer, byte: number): number {
  let found = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) found += 1
  return found
}
