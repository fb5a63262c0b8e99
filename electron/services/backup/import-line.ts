import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { createBudget, NotDecoded } from '../../../shared/decode/budget'
import { readJson } from '../../../shared/decode/json'
import type { TreeNode } from '../../../shared/decode/tree'
import { entryId, type EntryId } from '../../../shared/entry-id'
import { message } from '../../../shared/words/messages'
import { toBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'
import { MOST_CELLS } from './csv-rows'
import { wrongLine } from './import-read'

/** What a line of JSON Lines is, as `sluice export` or somebody else wrote it. */
export type ImportLine =
  /** `id` null: none of its own. */
  | { readonly kind: 'entry'; readonly id: EntryId | null; readonly fields: RawEntry['fields'] }
  /** The first and the last one of an export. */
  | { readonly kind: 'head' }
  /** The first one of an export of something else. */
  | { readonly kind: 'other' }
  | { readonly kind: 'end'; readonly rows: number }
  | { readonly kind: 'blank' }

const head = z.object({ stream: bytes, of: z.string(), as: z.string().optional() })
const end = z.object({ end: z.object({ rows: z.int() }) })
const about = z.object({ id: entryId.optional(), fields: z.unknown() })
const pairs = z.array(z.tuple([bytes, bytes])).min(1)
const [QUOTE, ESCAPE] = [0x22, 0x5c]
/** A name and a value, each as {"base64":"…"}, of every field. */
const MOST_TEXTS = 4 * MOST_CELLS + 16
const HALF_LETTER = /\p{Surrogate}/u

/** Of a line that was read once already: all of it. */
const ALL = { ms: 60_000, depth: 256, nodes: 50_000_000, unpackedBytes: 0, steps: 0 }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** `line`: its number, from 1. Throws BAD_INPUT with it, and with what to do. */
export function readImportLine(raw: Buffer, line: number): ImportLine {
  if (textsIn(raw) > MOST_TEXTS) {
    throw wrongLine(line, message('entry-import.too-many'), message('entry-import.leave-out'))
  }
  const text = textOf(raw, line)
  if (text.trim() === '') return { kind: 'blank' }
  const json = parse(text, line)
  const isEnd = end.safeParse(json)
  if (isEnd.success) return { kind: 'end', rows: isEnd.data.end.rows }
  if (line === 1) {
    const isHead = head.safeParse(json)
    if (isHead.success) {
      return { kind: isHead.data.of === 'entries' && isHead.data.as === undefined ? 'head' : 'other' }
    }
  }
  const read = about.safeParse(json)
  if (!read.success || read.data.fields === undefined) {
    throw wrongLine(line, message('entry-import.no-entry'), message('entry-import.give-entries'))
  }
  return { kind: 'entry', id: read.data.id ?? null, fields: fieldsOf(read.data.fields, text, line) }
}

/** How many texts there are in a line of JSON: so many are made of it before anything else of it is known. */
function textsIn(raw: Buffer): number {
  let quotes = 0
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] === ESCAPE) at += 1
    else if (raw[at] === QUOTE) quotes += 1
  }
  return quotes / 2
}

function textOf(raw: Buffer, line: number): string {
  try {
    // A byte order mark, which only the first line may have, goes.
    return utf8.decode(raw)
  } catch {
    throw wrongLine(line, message('entry-import.not-utf8'), message('entry-import.use-base64'))
  }
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrongLine(line, message('entry-import.no-json'), message('entry-import.give-entries'))
  }
}

function fieldsOf(fields: unknown, text: string, line: number): readonly Buffer[] {
  const isObject = typeof fields === 'object' && fields !== null && !Array.isArray(fields)
  const read = pairs.safeParse(isObject ? membersOf(text) : fields)
  if (!read.success) throw wrongLine(line, message('entry-import.bad-fields'), message('entry-import.as-text'))
  const flat = read.data.flat()
  if (flat.some((part) => typeof part === 'string' && isHalfLetter(part))) {
    throw wrongLine(line, message('entry-import.half-letter'), message('entry-import.use-base64'))
  }
  return flat.map(toBuffer)
}

/** Of `fields` as an object, in the order in which they stand, and each time that they do: `JSON.parse` keeps neither. */
function membersOf(text: string): readonly (readonly [string, unknown])[] | null {
  const tree = treeOf(text)
  const fields = tree?.kind === 'object' ? tree.members.findLast(({ key }) => key === 'fields')?.value : undefined
  return fields?.kind === 'object' ? fields.members.map(({ key, value }) => [key, bytesOf(value)] as const) : null
}

/** Null: it is too deep. */
function treeOf(text: string): TreeNode | null {
  try {
    return readJson(text, createBudget(ALL))
  } catch (error) {
    if (error instanceof NotDecoded) return null
    throw error
  }
}

function bytesOf(node: TreeNode): unknown {
  if (node.kind === 'string') return node.text
  return node.kind === 'object' ? Object.fromEntries(node.members.map(({ key, value }) => [key, bytesOf(value)])) : null
}

/** Half of a pair, such as \ud83d alone: no bytes stand for it. */
export function isHalfLetter(text: string): boolean {
  return HALF_LETTER.test(text)
}
