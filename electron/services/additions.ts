import { cliArgument, type Bytes } from '../../shared/bytes'
import type { EntryId } from '../../shared/entry-id'
import { toBuffer } from '../redis/bytes'
import { addEntry } from '../redis/xadd'
import { createConsumer, createGroup } from '../redis/xgroup'
import { intention, type Grant } from './grant'
import { requireCapability } from './require-capability'

const NOT_UNDONE = { possible: false, note: 'Sluice does not take additions back.' }

export interface NewEntry {
  readonly key: Bytes
  readonly id: '*' | EntryId
  readonly fields: readonly (readonly [Bytes, Bytes])[]
  readonly create: boolean
}

/**
 * XADD. The journal names the stream and the id, never the fields, and says so where the server is asked first whether
 * there is a stream, since it can't be told to make none.
 */
export function addOne(grant: Grant, { key, id, fields, create }: NewEntry): Promise<{ id: EntryId }> {
  requireCapability(grant.server, 'xadd')
  const flat = fields.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)])
  const noMkStream = grant.server.capabilities.noMkStream.available
  const how = create || noMkStream ? '' : ', after a look whether the stream is there: this server has no NOMKSTREAM'
  const asked = intention('add entry', key, `add entry ${id}${how}`, { undo: NOT_UNDONE })
  return grant.once(asked, async (writer) => ({
    id: await addEntry(writer, toBuffer(key), id, flat, { create, noMkStream }),
  }))
}

export interface NewGroup {
  readonly key: Bytes
  readonly group: Bytes
  readonly start: '$' | EntryId
  readonly mkstream: boolean
}

/** XGROUP CREATE. A group that exists is left as it is: REDIS BUSYGROUP. */
export function addGroup(grant: Grant, { key, group, start, mkstream }: NewGroup): Promise<void> {
  requireCapability(grant.server, 'xgroup')
  const line = `XGROUP CREATE ${cliArgument(key)} ${cliArgument(group)} ${start}${mkstream ? ' MKSTREAM' : ''}`
  const asked = intention('create group', key, `create group at ${start}`, {
    group,
    commands: [line],
    undo: NOT_UNDONE,
  })
  return grant.once(asked, (writer) => createGroup(writer, toBuffer(key), toBuffer(group), start, { mkstream }))
}

/** XGROUP CREATECONSUMER. False where there was one of this name. */
export function addConsumer(
  grant: Grant,
  { key, group, consumer }: Pick<NewGroup, 'key' | 'group'> & { readonly consumer: Bytes },
): Promise<boolean> {
  requireCapability(grant.server, 'createConsumer')
  const names = [key, group, consumer].map(cliArgument).join(' ')
  const asked = intention('create consumer', key, `create consumer ${cliArgument(consumer)}`, {
    group,
    commands: [`XGROUP CREATECONSUMER ${names}`],
    undo: NOT_UNDONE,
  })
  return grant.once(asked, (writer) => createConsumer(writer, toBuffer(key), toBuffer(group), toBuffer(consumer)))
}
