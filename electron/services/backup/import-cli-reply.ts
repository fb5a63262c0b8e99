import { entryId, type EntryId } from '../../../shared/entry-id'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { linesIn } from '../journal/reading'
import { createReplyReader, type ReplyValue } from './cli-reply'
import { MOST_CELLS } from './csv-rows'
import { wrongLine, type ImportRead } from './import-read'

/** Before a reply, where it was copied from a terminal, and behind one that took long. */
const PROMPT = /^\S{1,300}> /
const TOOK = /^\(\d+\.\d+s\)$/

interface Begun {
  readonly id: EntryId
  readonly line: number
  readonly fields: Buffer[]
  /** Of these. */
  bytes: number
}

/**
 * Of what `redis-cli --no-raw` prints of XRANGE, XREVRANGE, XCLAIM, or of XREAD of one stream. That it is whole nobody tells: only that it does not
 * end in the midst of an entry.
 */
export async function* cliReplyReads(
  chunks: AsyncIterable<Buffer>,
  mostLineBytes: number,
): AsyncGenerator<ImportRead, void> {
  const read = createReplyReader()
  let line = 0
  let begun: Begun | null = null
  let shape: Shape | null = null
  let first: ReplyValue | null = null
  const wrong = (why: Message = message('entry-import.cli-no-reply')): ImportRead => {
    return { kind: 'fault', fault: wrongLine(line, why, message('entry-import.cli-range')) }
  }
  for await (const { bytes, whole } of linesIn(chunks, 0, mostLineBytes)) {
    line += 1
    if (!whole && bytes.length > mostLineBytes) {
      yield wrong(message('entry-import.too-long', { bytes: mostLineBytes }))
      return
    }
    const bare = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes
    if (isBeside(bare, first === null)) continue
    const value = read(bare)
    if (value === null) {
      yield wrong()
      return
    }
    if (first === null) {
      first = value
      continue
    }
    if (shape === null) {
      shape = shapeOf(first, value)
      const part = shape === ENTRIES ? partOf(first, shape) : null
      if (part?.kind === 'id') begun = { id: part.id, line: line - 1, fields: [], bytes: 0 }
    }
    const part = shape === null ? null : partOf(value, shape)
    if (part?.kind === 'id') {
      const entry = begun === null ? null : entryOf(begun)
      if (entry !== null) yield entry
      if (entry?.kind === 'fault') return
      begun = { id: part.id, line, fields: [], bytes: 0 }
    } else if (part === null || begun === null) {
      yield wrong()
      return
    } else if (begun.fields.push(part.text) > 2 * MOST_CELLS) {
      yield wrong(message('entry-import.too-many'))
      return
    } else if ((begun.bytes += part.text.length) > mostLineBytes) {
      yield wrong(message('entry-import.too-long', { bytes: mostLineBytes }))
      return
    }
  }
  if (begun !== null) yield entryOf(begun)
  else if (first !== null) yield wrong()
}

function isBeside(line: Buffer, isBegin: boolean): boolean {
  if (line.length > 1_000) return false
  const text = line.toString('latin1')
  return text.trim() === '' || TOOK.test(text) || (isBegin && PROMPT.test(text))
}

function entryOf({ id, line, fields }: Begun): ImportRead {
  if (fields.length > 0 && fields.length % 2 === 0) return { kind: 'entry', line, entry: { id, fields } }
  return {
    kind: 'fault',
    fault: wrongLine(line, message('entry-import.cli-odd'), message('entry-import.cli-range')),
  }
}

/** In how many lists the list of entries is. */
type Shape = number
const ENTRIES: Shape = 0
const OF_STREAM: Shape = 2

/** By its first two values: id and field name, or the name of the stream and the first id. */
function shapeOf(first: ReplyValue, second: ReplyValue): Shape | null {
  if (first.path.join() !== '1,1') return null
  const then = second.path.join()
  if (then === '1,2,1') return ENTRIES
  return then === '1,2,1,1' ? OF_STREAM : null
}

type PartOfEntry = { readonly kind: 'id'; readonly id: EntryId } | { readonly kind: 'text'; readonly text: Buffer }

/** Null: it is neither an id nor a field of an entry, or of another stream. */
function partOf({ path, text }: ReplyValue, shape: Shape): PartOfEntry | null {
  if (text === null) return null
  const [, what, ...deeper] = path.slice(shape)
  if (what === 2 && deeper.length === 1) return { kind: 'text', text }
  const id = what === 1 && deeper.length === 0 ? entryId.safeParse(text.toString('latin1')) : null
  return id?.success === true ? { kind: 'id', id: id.data } : null
}
