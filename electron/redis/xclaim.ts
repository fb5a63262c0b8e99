import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import { checkBatch } from './batch'
import type { Writer } from './client'
import { orMissing } from './missing'
import { asId, asList } from './reply'

export interface ClaimOptions {
  /** Entries idle for less are left alone by Redis, ms. */
  readonly minIdleMs: number
  /** Sets the delivery count of every entry of the command. */
  readonly retryCount?: Count
  /** Sets the time of last delivery, ms since 1970. Slow on Redis 8.6+: it walks a list back from the newest. */
  readonly timeMs?: number
  /** Also creates the pending entry where there is none (any more). */
  readonly force?: boolean
}

/**
 * XCLAIM … JUSTID: the ids that now are the consumer's. JUSTID leaves delivery counts as they are. Beware: Redis 7+ drops
 * entries that no longer exist in the stream from the pending list. RangeError beyond 500 ids; NOT_FOUND group.
 * https://redis.io/docs/latest/commands/xclaim/
 */
export async function claimJustId(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  consumer: Buffer,
  ids: readonly EntryId[],
  { minIdleMs, retryCount, timeMs, force }: ClaimOptions,
): Promise<readonly EntryId[]> {
  checkBatch(ids)
  const options = [
    ...(timeMs === undefined ? [] : ['TIME', timeMs]),
    ...(retryCount === undefined ? [] : ['RETRYCOUNT', String(retryCount)]),
    ...(force ? ['FORCE'] : []),
    'JUSTID',
  ]
  const call = writer.write('XCLAIM', key, group, consumer, minIdleMs, ...ids, ...options)
  return asList(await orMissing(call, key, group)).map(asId)
}
