import { nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { Entry, EntryPage } from '../../../shared/model/entry'
import { createPageBudget, REPLY_BYTES } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import { noSuchStream } from '../../redis/missing'
import { asText } from '../../redis/reply'
import { entryBytes, range, type RawEntry } from '../../redis/xrange'
import { LIST_ROW, viewEntry } from './entry-view'

export interface EntryPageOptions {
  readonly order: 'oldest' | 'newest'
  /** Where to begin, included. */
  readonly from?: EntryId | undefined
  /** The last id seen, excluded. */
  readonly after?: EntryId | undefined
  readonly count: number
}

/**
 * A page of XRANGE or XREVRANGE, for a list. Read in commands of at most about 4 MiB, and cut short after as much.
 * Throws NOT_FOUND stream.
 */
export async function readPage(reader: Reader, key: Buffer, options: EntryPageOptions): Promise<EntryPage> {
  const { order, count } = options
  const budget = createPageBudget()
  const entries: Entry[] = []
  let start = firstBound(options)
  let more = start !== null
  for (let bytes = 0; start !== null && more && entries.length < count && bytes < REPLY_BYTES;) {
    const asked = budget.count(count - entries.length)
    const rows = await range(reader, key, bounds(order, start, asked))
    const size = rows.reduce((sum, row) => sum + entryBytes(row), 0)
    budget.saw(rows.length, size)
    bytes += size
    for (const row of rows) entries.push(viewEntry(row, LIST_ROW))
    more = rows.length === asked
    const last = rows.at(-1)
    if (last) start = beyond(order, last.id)
  }
  // Redis takes a stream that isn't there for an empty one.
  if (entries.length === 0) await checkExists(reader, key)
  return { entries, next: more && start !== null ? (entries.at(-1)?.id ?? null) : null }
}

function firstBound({ order, from, after }: EntryPageOptions): string | null {
  if (after !== undefined) return beyond(order, after)
  return from ?? (order === 'oldest' ? '-' : '+')
}

function beyond(order: 'oldest' | 'newest', id: EntryId): string | null {
  return order === 'oldest' ? nextId(id) : previousId(id)
}

function bounds(order: 'oldest' | 'newest', from: string, count: number): Parameters<typeof range>[2] {
  return order === 'oldest' ? { from, to: '+', count } : { from, to: '-', count, reverse: true }
}

/** One entry as it is stored. Throws NOT_FOUND entry, or stream. */
export async function readEntry(reader: Reader, key: Buffer, id: EntryId): Promise<RawEntry> {
  const [found] = await range(reader, key, { from: id, to: id, count: 1 })
  if (found) return found
  await checkExists(reader, key)
  throw new AppError('NOT_FOUND', { what: 'entry', name: id })
}

/** Throws NOT_FOUND stream when there is no key. A key of another type has had its WRONGTYPE before. */
export async function checkExists(reader: Reader, key: Buffer): Promise<void> {
  if (asText(await reader.call('TYPE', key)) === 'none') throw noSuchStream(key)
}
