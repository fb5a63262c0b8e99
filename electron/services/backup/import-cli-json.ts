import { z } from 'zod'
import { entryId } from '../../../shared/entry-id'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { isHalfLetter } from './import-line'
import { MOST_CELLS } from './csv-rows'
import { wrongEntry, type ImportRead } from './import-read'

const [QUOTE, ESCAPE, OPEN, CLOSE, COMMA] = [0x22, 0x5c, 0x5b, 0x5d, 0x2c]
/** All of them, one, and its fields. */
const MOST_DEPTH = 3
const pair = z.tuple([
  entryId,
  z
    .array(z.string())
    .min(2)
    .max(2 * MOST_CELLS),
])
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Of what `redis-cli --json` prints of XRANGE: one list of `["1-0",["name","value"]]`, mostly in one line. */
export async function* cliJsonReads(
  chunks: AsyncIterable<Buffer>,
  mostBytes: number,
): AsyncGenerator<ImportRead, void> {
  let nth = 0
  let begun: Buffer[] = []
  let begunBytes = 0
  let [depth, parts, isText, isEscaped, isEnded] = [0, 0, false, false, false]
  const wrong = (why: Message, remedy: Message): ImportRead => ({
    kind: 'fault',
    fault: wrongEntry(nth + 1, why, remedy),
  })
  const tooLong = (): ImportRead =>
    wrong(message('entry-import.too-long', { bytes: mostBytes }), message('entry-import.leave-out'))
  const noReply = (): ImportRead => wrong(message('entry-import.cli-no-reply'), message('entry-import.cli-range'))
  for await (const chunk of chunks) {
    // Of the entry that is being read.
    let start = depth >= 2 ? 0 : -1
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (isText) {
        if (isEscaped) isEscaped = false
        else if (byte === ESCAPE) isEscaped = true
        else if (byte === QUOTE) isText = false
        continue
      }
      if (byte === OPEN) {
        depth += 1
        if (isEnded || depth > MOST_DEPTH) {
          yield noReply()
          return
        }
        if (depth === 2) [start, parts] = [at, 0]
      } else if (byte === CLOSE) {
        depth -= 1
        if (depth === 1) {
          const bytes = Buffer.concat([...begun, chunk.subarray(start, at + 1)])
          begun = []
          begunBytes = 0
          start = -1
          const read: ImportRead = bytes.length > mostBytes ? tooLong() : entryOf(bytes, nth + 1)
          yield read
          if (read.kind !== 'entry') return
          nth += 1
        } else if (depth === 0) isEnded = true
      } else if (depth >= 2) {
        isText = byte === QUOTE
        if (byte === COMMA) parts += 1
        if (parts > 2 * MOST_CELLS) {
          yield wrong(message('entry-import.too-many'), message('entry-import.leave-out'))
          return
        }
      } else if (byte !== COMMA && !isSpace(byte)) {
        yield noReply()
        return
      }
    }
    if (start === -1) continue
    begun.push(chunk.subarray(start))
    begunBytes += chunk.length - start
    if (begunBytes > mostBytes) {
      yield tooLong()
      return
    }
  }
  if (!isEnded) yield wrong(message('entry-import.cli-cut'), message('entry-import.cli-range'))
}

function entryOf(bytes: Buffer, nth: number): ImportRead {
  const fault = (why: Message, remedy: Message): ImportRead => ({ kind: 'fault', fault: wrongEntry(nth, why, remedy) })
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return fault(message('entry-import.not-utf8'), message('entry-import.cli-any-bytes'))
  }
  const read = pair.safeParse(parsed(text))
  if (!read.success || read.data[1].length % 2 !== 0) {
    return fault(message('entry-import.cli-no-reply'), message('entry-import.cli-range'))
  }
  const [id, fields] = read.data
  if (fields.some(isHalfLetter))
    return fault(message('entry-import.half-letter'), message('entry-import.cli-any-bytes'))
  return { kind: 'entry', line: nth, entry: { id, fields: fields.map((field) => Buffer.from(field)) } }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
