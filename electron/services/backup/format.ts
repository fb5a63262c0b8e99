import { open } from 'node:fs/promises'
import { z } from 'zod'
import { bytes, type Bytes } from '../../../shared/bytes'
import { entryId } from '../../../shared/entry-id'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'

/**
 * A backup's file format: JSON Lines. A line about the stream, then one per entry: `{"id","fields":[[name, value]…]}`.
 */
const header = z.object({ stream: bytes, savedAt: z.iso.datetime(), ids: z.boolean().default(true) })
const entry = z.object({ id: entryId, fields: z.array(z.tuple([bytes, bytes])).min(1) })

export interface BackupHeader {
  readonly stream: Bytes
  /** ms since 1970. */
  readonly savedAt: number
  /** Of an import: the entries have ids of their own; those that are written down only number them otherwise. */
  readonly ids: boolean
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export interface HeaderFacts {
  /** Absent: they have. See `BackupHeader`. */
  readonly ids?: boolean
}

/** The first line, with its line feed. */
export function headerLine(stream: Bytes, { ids = true }: HeaderFacts = {}): string {
  return `${JSON.stringify({ stream, savedAt: new Date().toISOString(), ...(!ids && { ids }) })}\n`
}

/** One entry as JSON, with its line feed. */
export function entryLine({ id, fields }: RawEntry): string {
  const pairs: [Bytes, Bytes][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    pairs.push([fromBuffer(fields[at] ?? Buffer.alloc(0)), fromBuffer(fields[at + 1] ?? Buffer.alloc(0))])
  }
  return `${JSON.stringify({ id, fields: pairs })}\n`
}

/** Null where the line is damaged; so with `parseEntry`. */
export function parseHeader(line: Buffer): BackupHeader | null {
  const read = header.safeParse(parse(line))
  return read.success ? { ...read.data, savedAt: Date.parse(read.data.savedAt) } : null
}

export function parseEntryLine(line: Buffer): RawEntry | null {
  const read = entry.safeParse(parse(line))
  if (!read.success) return null
  return { id: read.data.id, fields: read.data.fields.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)]) }
}

/** Bytes that are no UTF-8 are damage: a letter lost would make another value of it. */
function parse(line: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(line))
  } catch {
    return null
  }
}

/** The new name is on the disk, too. Windows can't sync a folder, and does not need to. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
