import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import { checkBatch } from './batch'
import type { Argument, Writer } from './reader-writer'
import { orMissing } from './missing'
import { asId, asList } from './reply'

export interface ClaimOptions {
  /** Entries idle for less are left alone by Redis, ms. */
  readonly minIdleMs: number
  /** Sets the delivery count of every entry of the command. */
  readonly retryCount?: Count
  /**
   * Sets the time of last delivery, ms since 1970; else it is now. Slow on Redis 8.6+, and so is `idleMs`: it walks a list
   * back from the newest, for each id.
   */
  readonly timeMs?: number
  /** The same as so long ago by the server's clock, ms. One of the two. */
  readonly idleMs?: number
  /** Also creates the pending entry where there is none (any more). */
  readonly force?: boolean
}

/** What follows the ids. */
export function claimArguments({ retryCount, timeMs, idleMs, force }: ClaimOptions): readonly Argument[] {
  if (timeMs !== undefined && idleMs !== undefined)
    throw new RangeError('a claim sets a time or an idle time, not both')
  return [
    ...(timeMs === undefined ? [] : ['TIME', timeMs]),
    ...(idleMs === undefined ? [] : ['IDLE', idleMs]),
    ...(retryCount === undefined ? [] : ['RETRYCOUNT', String(retryCount)]),
    ...(force ? ['FORCE'] : []),
    'JUSTID',
  ]
}

/**
 * XCLAIM … JUSTID: the ids that now are the consumer's. JUSTID leaves delivery counts as they are; to raise them, set what
 * they were plus one. Beware: Redis 7+ drops
 * entries that no longer exist in the stream from the pending list. RangeError beyond 500 ids; NOT_FOUND group.
 * https://redis.io/docs/latest/commands/xclaim/
 */
export async function claimJustId(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  consumer: Buffer,
  ids: readonly EntryId[],
  options: ClaimOptions,
): Promise<readonly EntryId[]> {
  checkBatch(ids)
  const rest = claimArguments(options)
  const call = writer.write('XCLAIM', key, group, consumer, options.minIdleMs, ...ids, ...rest)
  return asList(await orMissing(call, key, group)).map(asId)
}
