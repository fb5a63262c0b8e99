import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { PriorEntry } from '../../../shared/model/journal'
import { isMissing, journalFiles, storageError } from './folder'
import { parseLine, unpackIntent, type BeginLine, type GroupStoodLine, type Intent, type JournalLine } from './lines'
import { linesOf } from './reading'
import { message } from '../../../shared/words/messages'

/** One batch as it was before, and which of its entries were changed. `until` null: no outcome was written. */
export interface JournalBatch {
  readonly at: number
  readonly until: number | null
  readonly changed: readonly PriorEntry[]
  /** The consumer that they went to. */
  readonly to: Bytes | null
  /** The copies that were written, by the id of the entry. */
  readonly copies: ReadonlyMap<EntryId, EntryId>
  /** By the id of a copy: a digest of what it was given. */
  readonly held?: ReadonlyMap<EntryId, string>
  /** Of `changed`: what others may have changed instead, a consumer that acked it, say. */
  readonly unsure: ReadonlySet<EntryId>
  /** What has a copy was acked in the same step. Not in older records. */
  readonly atomic?: boolean | undefined
}

/** Where the lines of a record are: from this byte of this file on, to its end, or wherever that may be while there is none. */
export interface Span {
  readonly file: string
  readonly from: number
  readonly end: { readonly file: string; readonly to: number } | null
}

/** The batches of a record, in the order of their outcomes; those without one come last. */
export async function* readBatches(folder: string, id: string, span: Span): AsyncGenerator<JournalBatch, void> {
  const waiting = new Map<number, Intent>()
  for await (const line of linesWithin(folder, id, span)) {
    if (line.t === 'intent') waiting.set(line.batch, unpackIntent(line))
    if (line.t !== 'outcome') continue
    const intent = waiting.get(line.batch)
    if (!intent) continue
    waiting.delete(line.batch)
    const except = new Set(line.except)
    const { prior, ...sent } = intent
    const changed = prior.filter((entry) => !except.has(entry.id))
    // What an older Sluice wrote does not tell which of them the unknown ones are.
    const unsure = line.unsure ?? (line.counts.unknown > 0 ? idsOf(changed) : [])
    const held = new Map((line.held ?? []).flatMap((digest, at) => withCopy(line.copies[at], digest)))
    yield { ...sent, until: line.until, changed, copies: new Map(line.copies), held, unsure: new Set(unsure) }
  }
  for (const { prior, ...sent } of waiting.values()) {
    yield { ...sent, until: null, changed: prior, copies: new Map(), unsure: new Set(idsOf(prior)) }
  }
}

function withCopy(copied: readonly [EntryId, EntryId] | undefined, digest: string): (readonly [EntryId, string])[] {
  return copied === undefined ? [] : [[copied[1], digest]]
}

function idsOf(entries: readonly PriorEntry[]): readonly EntryId[] {
  return entries.map(({ id }) => id)
}

/** The beginning of a record as it was written; null where its file has gone. */
export async function readBegin({ file, from }: Span, id: string): Promise<BeginLine | null> {
  for await (const line of linesOfRecord(file, id, from)) if (line.t === 'begin') return line
  return null
}

/** Where a group stood in the moment of its change, if that was told. */
export async function readStood(folder: string, id: string, span: Span): Promise<GroupStoodLine | null> {
  let stood: GroupStoodLine | null = null
  for await (const line of linesWithin(folder, id, span)) if (line.t === 'outcome') stood = line.stood ?? stood
  return stood
}

type RecordLine = Exclude<JournalLine, { t: 'format' }>

/** A sweep has thousands of records in one file: each is read where it is, and nothing beside it. */
async function* linesWithin(folder: string, id: string, { file, from, end }: Span): AsyncGenerator<RecordLine, void> {
  const files = await journalFiles(folder)
  for (const each of files.slice(Math.max(0, files.indexOf(file)))) {
    const isLast = each === end?.file
    yield* linesOfRecord(each, id, each === file ? from : 0, isLast ? end?.to : undefined)
    if (isLast) return
  }
}

async function* linesOfRecord(file: string, id: string, from: number, to = Infinity): AsyncGenerator<RecordLine, void> {
  try {
    for await (const { bytes, end } of linesOf(file, from)) {
      const line = bytes.includes(id) ? parseLine(bytes) : 'unknown'
      if (typeof line === 'object' && line.t !== 'format' && line.id === id) yield line
      if (end >= to) return
    }
  } catch (error) {
    // A file removed meanwhile was another process's, and held nothing of this record.
    if (!isMissing(error)) throw storageError(file, 'read', message('journal.not-read'), error)
  }
}
