import type { EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { Entry, EntryPage, HeldPage } from '../../../shared/model/entry'
import { createPageBudget, REPLY_BYTES } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import { noSuchStream } from '../../redis/missing'
import { asText } from '../../redis/reply'
import { entryBytes, range, rangePage, type RawEntry } from '../../redis/xrange'
import { rowView } from './entry-paths'
import { createTimeSlice } from '../lib/time-slice'
import { lookForHeld } from './held-entries'
import { beyond, endOf, startOf, type Order } from './order'

export interface EntryPageOptions {
  readonly order: Order
  /** Where to begin, included. */
  readonly from?: EntryId | undefined
  /** The last id seen, excluded. */
  readonly after?: EntryId | undefined
  readonly count: number
  /** What the caller has of it. */
  readonly held?: HeldPage | undefined
  /** See `rowView`. */
  readonly paths?: readonly string[] | undefined
}

/**
 * A page of XRANGE or XREVRANGE, for a list. Read in commands of at most about 4 MiB, and cut short after as much.
 * Throws NOT_FOUND stream.
 */
export async function readPage(reader: Reader, key: Buffer, options: EntryPageOptions): Promise<EntryPage> {
  const { order, count, held, paths } = options
  if (held && held.entries.length > 0)
    return (await readAgain(reader, key, options, held)) ?? readPage(reader, key, { ...options, held: undefined })
  const { entries, more } = await readStretch(reader, key, {
    order,
    start: firstBound(options),
    end: endOf(order),
    count,
    paths,
  })
  // Redis takes a stream that isn't there for an empty one.
  if (entries.length === 0) await checkExists(reader, key)
  return { entries, next: more ? (entries.at(-1)?.id ?? null) : null }
}

/**
 * The same page, of which the caller has a part: what came before that, what of it is there still, and what lies behind. Null
 * where it is to be read whole: none of those looked for is there, though they were several.
 */
async function readAgain(
  reader: Reader,
  key: Buffer,
  { order, from, count, paths }: EntryPageOptions,
  held: HeldPage,
): Promise<EntryPage | null> {
  const [first, last] = [held.entries[0]?.[0], held.entries.at(-1)?.[0]]
  if (first === undefined || last === undefined) return null
  const before = beyond(order === 'oldest' ? 'newest' : 'oldest', first)
  const start = from === undefined && before !== null ? startOf(order) : null
  const leading = await readStretch(reader, key, { order, start, end: before ?? first, count, paths })
  // So much is new that the page ends before what is held.
  if (leading.more) return { entries: leading.entries, next: leading.entries.at(-1)?.id ?? null, kept: [] }
  const { looked, present } = await lookForHeld(reader, key, held)
  const isOne = looked.length === 1 && held.entries.length > 1
  if (looked.length > 0 && present.size === 0 && !isOne) return null
  if (present.size === 0) await checkExists(reader, key)
  const gone = new Set(looked.filter((id) => !present.has(id)))
  const kept = held.entries.map(([id]) => id).filter((id) => !gone.has(id))
  const left = count - leading.entries.length - kept.length
  if (left <= 0) return { entries: leading.entries, next: last, kept }
  const trailing = await readStretch(reader, key, {
    order,
    start: beyond(order, last),
    end: endOf(order),
    count: left,
    paths,
  })
  const next = trailing.more ? (trailing.entries.at(-1)?.id ?? last) : null
  return { entries: [...leading.entries, ...trailing.entries], next, kept }
}

interface Stretch {
  readonly order: Order
  /** Both included; null: there is nothing beyond. */
  readonly start: string | null
  readonly end: string
  readonly count: number
  readonly paths: readonly string[] | undefined
}

async function readStretch(
  reader: Reader,
  key: Buffer,
  { order, start: from, end, count, paths }: Stretch,
): Promise<{ readonly entries: Entry[]; readonly more: boolean }> {
  const budget = createPageBudget()
  const view = rowView(paths)
  const slice = createTimeSlice(undefined)
  const entries: Entry[] = []
  let start = from
  let more = start !== null
  for (let bytes = 0; start !== null && more && entries.length < count && bytes < REPLY_BYTES;) {
    const asked = budget.count(count - entries.length)
    const span = { from: start, to: end, count: asked, reverse: order === 'newest' }
    const { entries: rows, isWhole } = await rangePage(reader, key, span, 'cut')
    const size = rows.reduce((sum, row) => sum + entryBytes(row), 0)
    budget.saw(rows.length, size)
    bytes += size
    slice.begin()
    for (const row of rows) {
      entries.push(await view(row, slice))
      if (slice.isOver()) await slice.rest()
    }
    more = !isWhole || rows.length === asked
    const last = rows.at(-1)
    if (last) start = beyond(order, last.id)
  }
  return { entries, more: more && start !== null }
}

function firstBound({ order, from, after }: EntryPageOptions): string | null {
  if (after !== undefined) return beyond(order, after)
  return from ?? startOf(order)
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
