import { MAX_ID, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { isUnavailable } from '../../redis/errors'
import type { Source } from '../../redis/source'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { rangePage } from '../../redis/xrange'
import { checkExists } from '../inspection/entries'
import { couldBecome, removedBetween } from '../inspection/stream-snapshot'

/** A stream as it was when its export began. */
export interface StreamBefore {
  /** Null: XINFO is refused. */
  readonly info: StreamInfo | null
  /** What comes after it is newer. */
  readonly lastId: EntryId
}

/** Throws NOT_FOUND stream, and what XRANGE throws. */
export async function readBefore({ reader, key }: Source): Promise<StreamBefore> {
  try {
    const info = await streamInfo(reader, key)
    return { info, lastId: info.lastGeneratedId }
  } catch (error) {
    if (!isUnavailable(error)) throw error
  }
  const { entries } = await rangePage(reader, key, { from: '+', to: '-', count: 1, reverse: true }, 'cut')
  if (entries.length === 0) await checkExists(reader, key)
  return { info: null, lastId: entries[0]?.id ?? MAX_ID }
}

/** Whether it can be the same stream, and how many entries it lost since then; null: not known. */
export type StreamAfter =
  { readonly kind: 'same'; readonly removed: number | null } | { readonly kind: 'stream-gone' | 'stream-anew' }

export async function readAfter({ reader, key }: Source, { info }: StreamBefore): Promise<StreamAfter> {
  try {
    if (info === null) {
      await checkExists(reader, key)
      return { kind: 'same', removed: null }
    }
    const now = await streamInfo(reader, key)
    return couldBecome(info, now) ? { kind: 'same', removed: removedBetween(info, now) } : { kind: 'stream-anew' }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return { kind: 'stream-gone' }
    if (isAppError(error, 'REDIS') && error.data.prefix === 'WRONGTYPE') return { kind: 'stream-anew' }
    throw error
  }
}
