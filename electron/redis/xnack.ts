import type { EntryId } from '../../shared/entry-id'
import { checkBatch } from './batch'
import type { Writer } from './reader-writer'
import { orMissing } from './missing'
import { asNumber } from './reply'

/**
 * SILENT: the delivery that is given back does not count. FAIL: it counts. FATAL: the delivery count becomes the greatest
 * there is (2^63-1), so that whoever looks at it takes the entry for poison.
 */
export type ReleaseMode = 'SILENT' | 'FAIL' | 'FATAL'

/**
 * XNACK (8.8+): gives entries back to the group, for its next reader to get; how many were pending. Until then they are
 * pending without an owner: their consumer's name is empty. UNSUPPORTED before; NOT_FOUND group; RangeError beyond 500
 * ids. https://redis.io/docs/latest/commands/xnack/
 */
export async function release(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  ids: readonly EntryId[],
  mode: ReleaseMode,
): Promise<number> {
  checkBatch(ids)
  const call = writer.write('XNACK', key, group, mode, 'IDS', ids.length, ...ids)
  return asNumber(await orMissing(call, key, group))
}
