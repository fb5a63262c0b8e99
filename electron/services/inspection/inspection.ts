import { isAppError } from '../../../shared/error'
import type { Stream } from '../../../shared/model/stream'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { memoryUsage } from '../../redis/memory'
import { timeToLiveMs } from '../../redis/server'
import { streamInfo } from '../../redis/xinfo'

/** All that the server tells of a stream as a whole. Throws NOT_FOUND stream. */
export async function inspectStream(reader: Reader, key: Buffer): Promise<Stream> {
  const [info, memoryBytes, ttlMs] = await Promise.all([
    streamInfo(reader, key),
    orUntold(memoryUsage(reader, key)),
    orUntold(timeToLiveMs(reader, key)),
  ])
  return {
    key: fromBuffer(key),
    ...info,
    // 0-0: nothing was ever deleted by its id.
    maxDeletedId: info.maxDeletedId === '0-0' ? null : info.maxDeletedId,
    memoryBytes,
    ttlMs,
  }
}

/** Null where the server or its ACL refuses: the rest is worth showing. */
async function orUntold<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}
