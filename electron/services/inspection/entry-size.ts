import { isAppError } from '../../../shared/error'
import { memoryUsage } from '../../redis/memory'
import { streamLength } from '../../redis/xlen'
import type { Source } from '../../redis/source'

/** Bytes that an entry of the stream takes on average, by the server's own sampling; null where nothing tells. */
export async function averageEntryBytes({ reader, key }: Source, length?: number): Promise<number | null> {
  try {
    const entries = length ?? (await streamLength(reader, key))
    const bytes = entries > 0 ? await memoryUsage(reader, key) : null
    return bytes === null ? null : bytes / entries
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}
