import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import type { Argument, Writer } from './reader-writer'
import { orMissing } from './missing'
import { asNumber } from './reply'

/** `$`: after the last entry that was ever added; else the id after which the group reads. */
export type GroupPosition = '$' | EntryId

/** ENTRIESREAD (7.0+): how many entries lie before its position, from which the server tells the lag. Never checked by Redis. */
function entriesReadArguments(entriesRead: Count | undefined): readonly Argument[] {
  return entriesRead === undefined ? [] : ['ENTRIESREAD', String(entriesRead)]
}

/**
 * XGROUP CREATE. NOT_FOUND stream unless `mkstream`; REDIS BUSYGROUP when the group exists.
 * https://redis.io/docs/latest/commands/xgroup-create/
 */
export async function createGroup(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  start: GroupPosition,
  { mkstream, entriesRead }: { readonly mkstream: boolean; readonly entriesRead?: Count },
): Promise<void> {
  const rest = [...(mkstream ? ['MKSTREAM'] : []), ...entriesReadArguments(entriesRead)]
  await orMissing(writer.write('XGROUP', 'CREATE', key, group, start, ...rest), key)
}

/**
 * XGROUP SETID: what the group reads next comes after `position`. Pending entries stay as they are. Without `entriesRead`
 * the server loses count, and often can't tell the lag. NOT_FOUND stream or group.
 * https://redis.io/docs/latest/commands/xgroup-setid/
 */
export async function setGroupId(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  position: GroupPosition,
  entriesRead?: Count,
): Promise<void> {
  const rest = entriesReadArguments(entriesRead)
  await orMissing(writer.write('XGROUP', 'SETID', key, group, position, ...rest), key, group)
}

/**
 * XGROUP DESTROY, with all that is pending; false where there was no such group. A million pending entries keep a server
 * busy for seconds: ack them in batches first. NOT_FOUND stream. https://redis.io/docs/latest/commands/xgroup-destroy/
 */
export async function destroyGroup(writer: Writer, key: Buffer, group: Buffer): Promise<boolean> {
  return asNumber(await orMissing(writer.write('XGROUP', 'DESTROY', key, group), key)) > 0
}

/**
 * XGROUP CREATECONSUMER (6.2+); false where it was there already. NOT_FOUND stream or group.
 * https://redis.io/docs/latest/commands/xgroup-createconsumer/
 */
export async function createConsumer(writer: Writer, key: Buffer, group: Buffer, consumer: Buffer): Promise<boolean> {
  const call = writer.write('XGROUP', 'CREATECONSUMER', key, group, consumer)
  return asNumber(await orMissing(call, key, group)) > 0
}

/**
 * XGROUP DELCONSUMER: how many pending entries it held. They are dropped, and nobody gets them any more: see
 * `removeConsumerIfEmpty`. 0 also where there was no such consumer. NOT_FOUND stream or group.
 * https://redis.io/docs/latest/commands/xgroup-delconsumer/
 */
export async function deleteConsumer(writer: Writer, key: Buffer, group: Buffer, consumer: Buffer): Promise<number> {
  const call = writer.write('XGROUP', 'DELCONSUMER', key, group, consumer)
  return asNumber(await orMissing(call, key, group))
}
