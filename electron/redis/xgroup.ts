import type { EntryId } from '../../shared/entry-id'
import type { Writer } from './client'
import { orMissing } from './missing'

/**
 * XGROUP CREATE. `start`: `$` for new entries only, else the id after which the group reads. NOT_FOUND stream unless
 * `mkstream`; REDIS BUSYGROUP when the group exists. https://redis.io/docs/latest/commands/xgroup-create/
 */
export async function createGroup(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  start: '$' | EntryId,
  { mkstream }: { readonly mkstream: boolean },
): Promise<void> {
  await orMissing(writer.write('XGROUP', 'CREATE', key, group, start, ...(mkstream ? ['MKSTREAM'] : [])), key)
}
