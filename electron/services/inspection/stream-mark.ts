import { z } from 'zod'
import { parseCount } from '../../../shared/count'
import { entryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Reader } from '../../redis/reader-writer'
import { streamInfo } from '../../redis/xinfo'
import { couldBecome } from './stream-snapshot'

/**
 * What a stream is known again by: figures that never go back on one and the same stream. They do when it was deleted and
 * made anew, when a backup was restored, and when a failover lost the last of it. `entriesAdded` as text: it may not fit a
 * JSON number; null before 7.0.
 */
export const streamMark = z.object({
  lastGeneratedId: entryId,
  firstId: entryId.nullable(),
  entriesAdded: z
    .string()
    .regex(/^\d{1,19}$/)
    .nullable(),
})
export type StreamMark = z.infer<typeof streamMark>

/** Null where the stream is gone, or can't be asked. */
export async function readStreamMark(reader: Reader, key: Buffer): Promise<StreamMark | null> {
  try {
    const { lastGeneratedId, firstId, entriesAdded } = await streamInfo(reader, key)
    return { lastGeneratedId, firstId, entriesAdded: entriesAdded === null ? null : String(entriesAdded) }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND') || isAppError(error, 'REDIS')) return null
    throw error
  }
}

/** Whether the stream that is there now can be the one of then. */
export function canBeTheSame(then: StreamMark, now: StreamMark): boolean {
  return couldBecome(figures(then), figures(now))
}

function figures({ lastGeneratedId, firstId, entriesAdded }: StreamMark) {
  return { lastGeneratedId, firstId, entriesAdded: entriesAdded === null ? null : parseCount(entriesAdded) }
}
