import { z } from 'zod'
import { bytes, type Bytes } from '../../../../shared/bytes'
import { entryId, type EntryId } from '../../../../shared/entry-id'
import { fromBuffer, toBuffer } from '../../../redis/bytes'
import type { WrittenValue } from '../../../redis/scripts/give-fields-back'

/** One field of a hash: what it held before it was written, and what was written, which is in the entry. */
export interface SavedField {
  readonly name: Buffer
  /** Null: there was no such field. */
  readonly before: Buffer | null
  /** When it was to expire by itself, ms since 1970. */
  readonly expireAt: number | null
  readonly written: WrittenValue
}

/** What the hash of one entry held in the fields that the entry has. */
export interface SavedHash {
  readonly id: EntryId
  readonly key: Buffer
  /** Null: it could not be looked at. */
  readonly fields: readonly SavedField[] | null
}

/**
 * The file of what hashes held: JSON Lines. One about the stream, then one per write, in the order of the writes, each
 * on the disk before it; and one with the entries whose writes were refused, after those.
 */
const header = z.object({ hashesOf: bytes, savedAt: z.iso.datetime() })
const saved = z.object({
  id: entryId,
  key: bytes,
  fields: z.array(z.tuple([bytes, bytes.nullable(), z.number().nullable(), z.string(), z.int()])).nullable(),
})
const refused = z.object({ refused: z.array(entryId) })
const line = z.union([saved, refused, header])

export function hashHeaderLine(stream: Bytes): string {
  return `${JSON.stringify({ hashesOf: stream, savedAt: new Date().toISOString() })}\n`
}

export function savedHashLine({ id, key, fields }: SavedHash): string {
  const packed = fields?.map(({ name, before, expireAt, written }) => [
    fromBuffer(name),
    before === null ? null : fromBuffer(before),
    expireAt,
    written.sha,
    written.size,
  ])
  return `${JSON.stringify({ id, key: fromBuffer(key), fields: packed ?? null })}\n`
}

export function refusedLine(ids: readonly EntryId[]): string {
  return `${JSON.stringify({ refused: ids })}\n`
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Null: the line is damaged, or says nothing of a hash. */
export function parseHashLine(raw: Buffer): SavedHash | { readonly refused: readonly EntryId[] } | null {
  const read = line.safeParse(parse(raw))
  if (!read.success || 'hashesOf' in read.data) return null
  if ('refused' in read.data) return read.data
  const { id, key, fields } = read.data
  const unpacked = fields?.map(([name, before, expireAt, sha, size]): SavedField => {
    return { name: toBuffer(name), before: before === null ? null : toBuffer(before), expireAt, written: { sha, size } }
  })
  return { id, key: toBuffer(key), fields: unpacked ?? null }
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(raw))
  } catch {
    return null
  }
}
