import { setTimeout as delay } from 'node:timers/promises'
import type { EntryId } from '../../../shared/entry-id'
import type { Entry } from '../../../shared/model/entry'
import { MOST_FOUND, type EntryQuery, type SearchEvent } from '../../../shared/model/entry-query'
import type { Reader } from '../../redis/reader-writer'
import { entryBytes } from '../../redis/xrange'
import { requireRange } from '../lib/require-range'
import { createTimeSlice } from '../lib/time-slice'
import { checkExists } from './entries'
import { entryTest } from './entry-test'
import { rowView } from './entry-paths'
import { beyond, endOf, startOf, type Order } from './order'
import { walk } from './stream-walk'

export interface SearchOptions {
  readonly query: EntryQuery
  readonly order: Order
  /** The last id gone through, excluded. */
  readonly after?: EntryId | undefined
  /** From the smaller id to the greater one, both included. */
  readonly from?: EntryId | undefined
  readonly to?: EntryId | undefined
  /** So many found are enough: of one call no more than `MOST_FOUND`. */
  readonly most?: number | undefined
  /** No more entries are gone through. */
  readonly reach?: number | undefined
  /** See `rowView`. */
  readonly paths?: readonly string[] | undefined
}

const TELL_EVERY_MS = 200
/** A server that takes longer for a page is left alone for as long as that took. */
const SLOW_MS = 50

/**
 * Walks a stream from one end by XRANGE or XREVRANGE, one bounded page at a time, and tells what is like `query` as it is found. Ends
 * with `most`, at the end of the range or of the `reach`, or when the signal aborts. Throws NOT_FOUND stream, also of one that goes meanwhile; BAD_INPUT; UNREACHABLE.
 */
export async function* searchEntries(
  reader: Reader,
  key: Buffer,
  { query, order, after, from: smallest, to: greatest, most = MOST_FOUND, reach = Infinity, paths }: SearchOptions,
  signal?: AbortSignal,
): AsyncGenerator<SearchEvent, void> {
  requireRange({ from: smallest, to: greatest }, 'from')
  const isIt = await entryTest(query)
  const view = rowView(paths)
  const [first, last] = order === 'oldest' ? [smallest, greatest] : [greatest, smallest]
  const from = after === undefined ? (first ?? startOf(order)) : beyond(order, after)
  const seen = { entries: 0, bytes: 0, partly: 0 }
  let foundCount = 0
  let lastId: EntryId | null = null
  let toldAt = performance.now()
  let askedAt = toldAt
  const slice = createTimeSlice(signal)
  if (from === null) {
    yield { kind: 'end', next: null }
    return
  }
  for await (const page of walk(reader, key, {
    from,
    to: last ?? endOf(order),
    reverse: order === 'newest',
    large: 'cut',
  })) {
    signal?.throwIfAborted()
    const tookMs = performance.now() - askedAt
    let found: Entry[] = []
    slice.begin()
    for (const entry of page) {
      seen.entries += 1
      seen.bytes += entryBytes(entry)
      const is = isIt(entry)
      if (entry.cut || is === null) seen.partly += 1
      lastId = entry.id
      if (is === true) {
        found.push(await view(entry, slice))
        foundCount += 1
      }
      if (foundCount >= most || seen.entries >= reach) break
      if (!slice.isOver()) continue
      if (found.length > 0) {
        yield { kind: 'found', entries: found }
        yield { kind: 'read', ...seen, at: lastId }
      }
      found = []
      await slice.rest()
    }
    if (found.length > 0) yield { kind: 'found', entries: found }
    const isEnough = foundCount >= most || seen.entries >= reach
    const now = performance.now()
    if (lastId !== null && (found.length > 0 || isEnough || now - toldAt >= TELL_EVERY_MS)) {
      yield { kind: 'read', ...seen, at: lastId }
      toldAt = now
    }
    if (isEnough) {
      yield { kind: 'end', next: lastId }
      return
    }
    if (tookMs > SLOW_MS) await delay(tookMs, undefined, { signal })
    askedAt = performance.now()
  }
  if (lastId !== null) yield { kind: 'read', ...seen, at: lastId }
  // A stream that goes looks as if it ended there.
  await checkExists(reader, key)
  yield { kind: 'end', next: null }
}
