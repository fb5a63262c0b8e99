import { setTimeout as delay } from 'node:timers/promises'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { Entry } from '../../../shared/model/entry'
import { createByteBudget } from '../../redis/byte-budget'
import type { OwnConnection } from '../../redis/client'
import type { Source } from '../../redis/source'
import { noSuchStream } from '../../redis/missing'
import type { Reader } from '../../redis/reader-writer'
import { streamInfo } from '../../redis/xinfo'
import { readBlocking } from '../../redis/xread'
import { entryBytes } from '../../redis/xrange'
import { LIST_ROW, viewEntry } from './entry-view'

const BATCH = 500
/** After it the stream is looked at: XREAD goes on waiting for one that was deleted (XREADGROUP doesn't, since 7.0). */
const BLOCK_MS = 2_000
/** Beyond it, for the reply to come. */
const GRACE_MS = 10_000
/** Entries that come one by one are told together. */
const GATHER_MS = 50

/**
 * New entries from now on, by XREAD BLOCK on `blocking`, a connection for this alone, which closes when the signal aborts or the caller
 * leaves. `blockMs`: how often the stream is looked at when nothing comes. Throws NOT_FOUND stream, also when it is deleted meanwhile, or deleted and made again; UNREACHABLE when the
 * connection is lost.
 */
export async function* tailStream(
  { reader, key }: Source,
  blocking: OwnConnection,
  signal?: AbortSignal,
  blockMs = BLOCK_MS,
): AsyncGenerator<Entry[], void> {
  // Before the connection is made, so that entries added meanwhile are not missed.
  let last = (await streamInfo(reader, key)).lastGeneratedId
  const leave = (): void => blocking.close()
  signal?.addEventListener('abort', leave)
  const budget = createByteBudget(64)
  try {
    if (signal?.aborted) return
    await blocking.open()
    while (!signal?.aborted) {
      const asked = budget.count(BATCH)
      const rows = await within(
        readBlocking(blocking.reader, key, last, asked, blockMs),
        blockMs + GRACE_MS,
        blocking.endpoint,
      )
      if (rows.length === 0) {
        await checkSame(reader, key, last)
        continue
      }
      budget.saw(
        rows.length,
        rows.reduce((sum, row) => sum + entryBytes(row), 0),
      )
      last = rows.at(-1)?.id ?? last
      yield rows.map((row) => viewEntry(row, LIST_ROW))
      if (rows.length < asked) await delay(GATHER_MS, undefined, signal ? { signal } : {})
    }
  } catch (error) {
    if (!signal?.aborted) throw asDeleted(error, key)
  } finally {
    signal?.removeEventListener('abort', leave)
    blocking.close()
  }
}

async function checkSame(reader: Reader, key: Buffer, last: EntryId): Promise<void> {
  const { lastGeneratedId } = await streamInfo(reader, key)
  if (compareIds(lastGeneratedId, last) < 0) throw noSuchStream(key)
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
