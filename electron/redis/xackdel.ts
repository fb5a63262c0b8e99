import type { EntryId } from '../../shared/entry-id'
import { checkBatch } from './batch'
import type { Writer } from './reader-writer'
import { parseDeletions, type DeletionResult, type ReferenceMode } from './xdelex'

/**
 * XACKDEL (8.2+): XACK, and deletion as by XDELEX; what came of each entry, in order. `kept` was acked all the same.
 * `absent` was not pending for this group and stays in the stream; it is also what a stream or group that is gone gives:
 * Redis gives no error there. UNSUPPORTED before 8.2; RangeError beyond 500 ids.
 * https://redis.io/docs/latest/commands/xackdel/
 */
export async function ackAndDelete(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  ids: readonly EntryId[],
  mode: ReferenceMode,
): Promise<readonly DeletionResult[]> {
  checkBatch(ids)
  return parseDeletions(await writer.write('XACKDEL', key, group, mode, 'IDS', ids.length, ...ids), ids.length)
}
