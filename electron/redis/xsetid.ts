import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import type { Argument, Writer } from './reader-writer'
import { orMissing } from './missing'

export interface StreamCounters {
  /** How many entries were ever added. */
  readonly entriesAdded: Count
  /** The greatest id ever deleted; `0-0`, which is none, leaves what the stream knows. */
  readonly maxDeletedId: EntryId
}

/**
 * XSETID: the stream's last id; a new entry gets a greater one. With `counters` (7.0+) also what the server tells lags
 * from. NOT_FOUND stream; REDIS ERR where it is smaller than the last entry's, or the counters can't be true.
 * https://redis.io/docs/latest/commands/xsetid/
 */
export async function setLastId(
  writer: Writer,
  key: Buffer,
  lastId: EntryId,
  counters?: StreamCounters,
): Promise<void> {
  const rest: readonly Argument[] = counters
    ? ['ENTRIESADDED', String(counters.entriesAdded), 'MAXDELETEDID', counters.maxDeletedId]
    : []
  await orMissing(writer.write('XSETID', key, lastId, ...rest), key)
}
