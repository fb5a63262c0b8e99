import type { EntryId } from '../../shared/entry-id'
import { checkBatch } from './batch'
import type { Writer } from './reader-writer'
import { asNumber } from './reply'

/**
 * XACK: how many entries were pending until now. 0 also where group or stream is gone: Redis gives no error there.
 * RangeError beyond 500 ids. https://redis.io/docs/latest/commands/xack/
 */
export async function ack(writer: Writer, key: Buffer, group: Buffer, ids: readonly EntryId[]): Promise<number> {
  checkBatch(ids)
  return asNumber(await writer.write('XACK', key, group, ...ids))
}
