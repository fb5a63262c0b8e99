import { createReadStream } from 'node:fs'

export interface RawLine {
  /** Without its line feed. */
  readonly bytes: Buffer
  /** Where in the file it ends, its line feed included. */
  readonly end: number
  /** False for a last line without line feed (cut short by a crash, or still being written), or one that is too long. */
  readonly whole: boolean
}

const LINE_FEED = 10

/**
 * The lines of a file from a byte offset on. One of more than `most` bytes, which is then not whole, ends it. Throws the
 * system's error when it can't be read.
 */
export async function* linesOf(file: string, from = 0, most = Infinity): AsyncGenerator<RawLine, void> {
  yield* linesIn(createReadStream(file, { start: from, highWaterMark: 1 << 18 }), from, most)
}

/** The same of bytes as they come. */
export async function* linesIn(
  chunks: AsyncIterable<Buffer>,
  from = 0,
  most = Infinity,
): AsyncGenerator<RawLine, void> {
  let begun: Buffer[] = []
  let begunBytes = 0
  let end = from
  for await (const chunk of chunks) {
    let start = 0
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, start)) {
      const bytes = Buffer.concat([...begun, chunk.subarray(start, feed)])
      end += bytes.length + 1
      yield { bytes, end, whole: true }
      begun = []
      begunBytes = 0
      start = feed + 1
    }
    if (start < chunk.length) begun.push(chunk.subarray(start))
    begunBytes += chunk.length - start
    if (begunBytes > most) break
  }
  if (begun.length === 0) return
  const bytes = Buffer.concat(begun)
  yield { bytes, end: end + bytes.length, whole: false }
}
