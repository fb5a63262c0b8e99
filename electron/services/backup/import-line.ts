import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { entryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { toBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'

/** What a line of JSON Lines is, as `sluice export` or somebody else wrote it. */
export type ImportLine =
  | { readonly kind: 'entry'; readonly entry: RawEntry }
  /** The first and the last one of an export. */
  | { readonly kind: 'head' }
  | { readonly kind: 'end'; readonly rows: number }
  | { readonly kind: 'blank' }

const head = z.object({ stream: bytes, of: z.string(), as: z.string().optional() })
const end = z.object({ end: z.object({ rows: z.int() }) })
const withId = z.object({ id: entryId, fields: z.unknown() })
const pairs = z.array(z.tuple([bytes, bytes])).min(1)
/** Half of a pair, such as \ud83d alone: no bytes stand for it. */
const HALF_LETTER = /\p{Surrogate}/u

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** `line`: its number, from 1. Throws BAD_INPUT with it, and with what to do. */
export function readImportLine(raw: Buffer, line: number): ImportLine {
  const json = parse(raw, line)
  if (json === undefined) return { kind: 'blank' }
  const isEnd = end.safeParse(json)
  if (isEnd.success) return { kind: 'end', rows: isEnd.data.end.rows }
  if (line === 1) {
    const isHead = head.safeParse(json)
    if (isHead.success) {
      if (isHead.data.of === 'entries' && isHead.data.as === undefined) return { kind: 'head' }
      throw wrongLine(line, message('entry-import.other-kind'), message('entry-import.export-raw'))
    }
  }
  const about = withId.safeParse(json)
  if (!about.success) throw wrongLine(line, message('entry-import.no-entry'), message('entry-import.give-entries'))
  return { kind: 'entry', entry: { id: about.data.id, fields: fieldsOf(about.data.fields, line) } }
}

/** Undefined: there is nothing on it. */
function parse(raw: Buffer, line: number): unknown {
  let text: string
  try {
    // A byte order mark, which only the first line may have, goes.
    text = utf8.decode(raw)
  } catch {
    throw wrongLine(line, message('entry-import.not-utf8'), message('entry-import.use-base64'))
  }
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw wrongLine(line, message('entry-import.no-json'), message('entry-import.give-entries'))
  }
}

function fieldsOf(fields: unknown, line: number): readonly Buffer[] {
  // Of an object all members, one called __proto__ too.
  const isObject = typeof fields === 'object' && fields !== null && !Array.isArray(fields)
  const read = pairs.safeParse(isObject ? Object.entries(fields) : fields)
  if (!read.success) throw wrongLine(line, message('entry-import.bad-fields'), message('entry-import.as-text'))
  const flat = read.data.flat()
  if (flat.some((part) => typeof part === 'string' && HALF_LETTER.test(part))) {
    throw wrongLine(line, message('entry-import.half-letter'), message('entry-import.use-base64'))
  }
  return flat.map(toBuffer)
}

export function wrongLine(line: number, why: Message, remedy: Message): AppError<'BAD_INPUT'> {
  return new AppError('BAD_INPUT', { field: 'file', problem: message('entry-import.line', { line, why }), remedy })
}
