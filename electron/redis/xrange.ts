import type { EntryId } from '../../shared/entry-id'
import { isAppError } from '../../shared/error'
import { createByteBudget, REPLY_BYTES } from './byte-budget'
import type { Reader } from './reader-writer'
import { asBuffer, asId, asList, asPairs, type Reply } from './reply'

export interface RawEntry {
  readonly id: EntryId
  /** name, value, name, value… in order; names may repeat. */
  readonly fields: readonly Buffer[]
}

export interface EntryRange {
  /** The command's own words: `-`, `+`, an id, or `(id` (6.2+). Where to begin: the greater end when `reverse`. */
  readonly from: string
  readonly to: string
  readonly count: number
  readonly reverse?: boolean
}

/**
 * XRANGE, or XREVRANGE when `reverse`. Empty for a stream that doesn't exist: Redis gives no error there.
 * https://redis.io/docs/latest/commands/xrange/
 */
export async function range(
  reader: Reader,
  key: Buffer,
  { from, to, count, reverse }: EntryRange,
): Promise<readonly RawEntry[]> {
  return parseEntries(await reader.call(reverse ? 'XREVRANGE' : 'XRANGE', key, from, to, 'COUNT', count))
}

export function parseEntries(reply: Reply): readonly RawEntry[] {
  return asList(reply).map(parseEntry)
}

export function parseEntry(reply: Reply): RawEntry {
  const [id, fields] = asList(reply)
  return { id: asId(id), fields: asPairs(fields).map(asBuffer) }
}

/** All bytes of names and values. */
export function entryBytes({ fields }: RawEntry): number {
  return fields.reduce((sum, part) => sum + part.length, 0)
}

/** Entries by id, each looked up on its own; those that don't exist are left out. Pipelined, at most 100 a time. */
export async function entriesById(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
): Promise<ReadonlyMap<EntryId, RawEntry>> {
  const found = new Map<EntryId, RawEntry>()
  await forEachEntry(reader, key, ids, (entry) => found.set(entry.id, entry))
  return found
}

/** Which of the ids still exist in the stream. Redis can't tell without sending the entries, so slices are kept small. */
export async function existingIds(reader: Reader, key: Buffer, ids: readonly EntryId[]): Promise<ReadonlySet<EntryId>> {
  const found = new Set<EntryId>()
  await forEachEntry(reader, key, ids, (entry) => found.add(entry.id))
  return found
}

/** Entries by id, one after the other, so that none need be kept. Pipelined, at most 100 a time. */
export async function forEachEntry(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  take: (entry: RawEntry) => void,
): Promise<void> {
  const budget = createByteBudget(1, REPLY_BYTES, 100)
  for (let at = 0; at < ids.length;) {
    const slice = ids.slice(at, at + budget.count(100))
    const replies = await reader.pipeline(slice.map((id) => ['XRANGE', key, id, id, 'COUNT', 1] as const))
    let bytes = 0
    for (const reply of replies) {
      if (isAppError(reply)) throw reply
      for (const entry of parseEntries(reply)) {
        bytes += entryBytes(entry)
        take(entry)
      }
    }
    budget.saw(slice.length, bytes)
    at += slice.length
  }
}
