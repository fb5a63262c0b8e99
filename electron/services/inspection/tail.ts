import { setTimeout as delay } from 'node:timers/promises'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { EntryQuery, TailEvent } from '../../../shared/model/entry-query'
import type { Entry } from '../../../shared/model/entry'
import { createPageBudget } from '../../redis/byte-budget'
import type { OwnConnection } from '../../redis/client'
import type { Source } from '../../redis/source'
import { noSuchStream } from '../../redis/missing'
import { streamInfo, streamInfoMeasured } from '../../redis/xinfo'
import { streamLength } from '../../redis/xlen'
import { readBlocking } from '../../redis/xread'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { entryTest } from './entry-test'
import { rowView } from './entry-paths'
import { sift } from './sift'
import { createTimeSlice } from '../lib/time-slice'

const BATCH = 500
/** No more is asked for than so many times what came last: a burst may be of large entries. */
const GROWTH = 4
const FEW = 16
/** What the first and the last entry may hold for the server to copy them every two seconds. */
const SMALL_ENDS_BYTES = 64 * 1024
/** After it the stream is looked at: XREAD goes on waiting for one that was deleted (XREADGROUP doesn't, since 7.0). */
const BLOCK_MS = 2_000
/** Beyond it, for the reply to come. */
const GRACE_MS = 10_000
/** Entries that come one by one are told together. */
const GATHER_MS = 50
/** How many are passed over is told so often where many come and none is looked for. */
const TELL_EVERY_MS = 200
/** While a key is on its way to another node of a cluster: there it is read once it has arrived. */
const MOVING_MS = 200

export interface TailOptions {
  /** The last id that is known; else what is there by now. */
  readonly after?: EntryId | undefined
  /** What is looked for; else all. */
  readonly query?: EntryQuery | undefined
  /** See `rowView`. */
  readonly paths?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
  /** How often the stream is looked at when nothing comes. */
  readonly blockMs?: number
}

/**
 * New entries from now on, by XREAD BLOCK on a connection for this alone, which closes when the signal aborts or the caller leaves.
 * `beside` makes it, once more where a cluster gave the stream to another node. Throws NOT_FOUND stream, also when it
 * is deleted meanwhile, or deleted and made again; UNREACHABLE when the connection is lost.
 */
export async function* tailStream(
  { reader, key }: Source,
  beside: () => OwnConnection,
  { after, query, paths, signal, blockMs = BLOCK_MS }: TailOptions = {},
): AsyncGenerator<TailEvent, void> {
  const view = rowView(paths)
  const isIt = query === undefined ? null : await entryTest(query)
  // Before the connection is made, so that entries added meanwhile are not missed.
  const { lastGeneratedId } = await streamInfo(reader, key)
  if (after !== undefined && compareIds(lastGeneratedId, after) < 0) throw noSuchStream(key)
  let last = after ?? lastGeneratedId
  let [passed, partly] = [0, 0]
  let toldAt = performance.now()
  let blocking = beside()
  const leave = (): void => blocking.close()
  signal?.addEventListener('abort', leave)
  const budget = createPageBudget()
  const checkSame = createSameCheck({ reader, key })
  let came = 0
  try {
    if (signal?.aborted) return
    await blocking.open()
    while (!signal?.aborted) {
      const asked = budget.count(Math.min(BATCH, Math.max(FEW, GROWTH * came)))
      const read = readBlocking(blocking.reader, key, last, asked, blockMs).catch(whereToReadOn)
      const rows = await within(read, blockMs + GRACE_MS, blocking.endpoint)
      if (rows === 'elsewhere') {
        blocking.close()
        // Asks for it by the connection that all use, which learns who has it by now.
        await checkSame(last)
        if (signal?.aborted) return
        blocking = beside()
        await blocking.open()
        continue
      }
      if (rows === 'later') {
        await delay(MOVING_MS, undefined, signal ? { signal } : {})
        continue
      }
      if (rows.length === 0) {
        await checkSame(last)
        continue
      }
      budget.saw(
        rows.length,
        rows.reduce((sum, row) => sum + entryBytes(row), 0),
      )
      came = rows.length
      last = rows.at(-1)?.id ?? last
      const { found, untold } = isIt === null ? { found: rows, untold: 0 } : await sift(rows, isIt, signal)
      passed += rows.length - found.length
      partly += rows.filter(({ cut }) => cut !== undefined).length + untold
      const isAll = rows.length < asked
      if (found.length > 0 || isAll || performance.now() - toldAt >= TELL_EVERY_MS) {
        yield { entries: await viewed(found, view, signal), passed, partly, at: last }
        ;[passed, partly] = [0, 0]
        toldAt = performance.now()
      }
      if (isAll) await delay(GATHER_MS, undefined, signal ? { signal } : {})
    }
  } catch (error) {
    if (!signal?.aborted) throw asDeleted(error, key)
  } finally {
    signal?.removeEventListener('abort', leave)
    blocking.close()
  }
}

async function viewed(
  rows: readonly RawEntry[],
  view: ReturnType<typeof rowView>,
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  const slice = createTimeSlice(signal)
  const entries: Entry[] = []
  for (const row of rows) {
    entries.push(await view(row, slice))
    if (slice.isOver()) await slice.rest()
  }
  return entries
}

/**
 * Throws NOT_FOUND where the stream is gone, or another one by now, which its figures tell. Where the server would have to copy
 * large entries for these, they are asked for again only once the length is another.
 */
function createSameCheck({ reader, key }: Source): (last: EntryId) => Promise<void> {
  let lengthOfLarge: number | null = null
  return async (last) => {
    if (lengthOfLarge !== null && lengthOfLarge > 0 && (await streamLength(reader, key)) === lengthOfLarge) return
    const { info, endsBytes } = await streamInfoMeasured(reader, key)
    lengthOfLarge = endsBytes > SMALL_ENDS_BYTES ? info.length : null
    if (compareIds(info.lastGeneratedId, last) < 0) throw noSuchStream(key)
  }
}

/** What a node of a cluster says of a stream that was given to another one, or is about to be. Throws every other error. */
function whereToReadOn(error: unknown): 'elsewhere' | 'later' {
  const prefix = isAppError(error, 'REDIS') ? error.data.prefix : null
  if (prefix === 'MOVED') return 'elsewhere'
  if (prefix === 'ASK' || prefix === 'TRYAGAIN') return 'later'
  throw error
}

/** What servers say that do tell a waiting XREAD. */
function asDeleted(error: unknown, key: Buffer): unknown {
  return isAppError(error, 'REDIS') && error.data.prefix === 'UNBLOCKED' ? noSuchStream(key) : error
}

/** A blocking connection has no time limit of its own: a dead one would wait for ever. */
async function within<T>(work: Promise<T>, limitMs: number, endpoint: string): Promise<T> {
  const done = new AbortController()
  const late = delay(limitMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new AppError('UNREACHABLE', { reason: 'timeout', endpoint, detail: null })
  })
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}
