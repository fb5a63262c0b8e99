import { isAppError } from '../../../shared/error'
import type { Stream } from '../../../shared/model/stream'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { StreamLook } from '../../redis/stream-look'
import { timeToLiveMs } from '../../redis/server'
import { streamInfo } from '../../redis/xinfo'
import { createLooker } from './look'
import { lookMemory, refusesCommand } from './look-memory'

/** XINFO STREAM brings its first and last entry: where these are smaller than this on average, that is no matter. */
const SMALL_ENTRY_BYTES = 4 * 1024
/** The same of all of it, or of the two as a look has just seen them. */
const SMALL_STREAM_BYTES = 32 * 1024

/**
 * All that the server tells of a stream as a whole, and no entry of it: it is asked for again and again. Where entries are
 * large, its ends are not known. Throws NOT_FOUND stream.
 */
export async function inspectStream(reader: Reader, key: Buffer): Promise<Stream> {
  const looker = createLooker(reader, undefined, ['c', 'p', 'r'])
  const [looks, ttlMs] = await Promise.all([looker.look([{ key, first: 0 }], 0), timeToLive(reader, key)])
  const [look] = looks
  if (look === undefined || isAppError(look)) throw look ?? new Error('one look per stream')
  const { memoryBytes, large } = look
  const told = isSmall(look) ? await streamInfo(reader, key) : infoOf(look)
  return {
    key: fromBuffer(key),
    ...told,
    // 0-0: nothing was ever deleted by its id.
    maxDeletedId: told.maxDeletedId === '0-0' ? null : told.maxDeletedId,
    ...{ memoryBytes, ttlMs, large },
  }
}

function isSmall({ large, length, memoryBytes, ends }: StreamLook): boolean {
  return (
    !large &&
    (ends?.bytes ?? 0) <= SMALL_STREAM_BYTES &&
    (length === 0 || (memoryBytes !== null && memoryBytes <= Math.max(SMALL_STREAM_BYTES, SMALL_ENTRY_BYTES * length)))
  )
}

function infoOf({ length, groups, ends }: StreamLook) {
  const { lastGeneratedId = null, firstId = null, lastId = null, maxDeletedId = null, entriesAdded = null } = ends ?? {}
  const counters = { radixTreeKeys: null, radixTreeNodes: null, entriesAdded }
  return { length, groups: groups.length, lastGeneratedId, firstId, lastId, maxDeletedId, ...counters }
}

/** Unknown where the server or its ACL refuses: the rest is worth showing. */
async function timeToLive(reader: Reader, key: Buffer): Promise<Stream['ttlMs']> {
  const memory = lookMemory(reader)
  if (!memory.hasTtl) return 'unknown'
  try {
    return await timeToLiveMs(reader, key)
  } catch (error) {
    if (!isAppError(error, 'REDIS') && !isAppError(error, 'UNSUPPORTED')) throw error
    if (error.code === 'UNSUPPORTED' || refusesCommand(error, 'pttl')) memory.hasTtl = false
    return 'unknown'
  }
}
