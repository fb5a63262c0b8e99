import type { ServerInfo } from '../../../shared/model/connection'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { addEntry } from '../../redis/xadd'
import { createConsumer, createGroup } from '../../redis/xgroup'
import { streamInfo } from '../../redis/xinfo'
import { recordDraft } from '../jobs/record-draft'
import type { WriteGrant } from '../jobs/write-grant'
import { entriesReadAt } from '../inspection/entries-read'
import { requireCapability } from '../connections/require-capability'
import { message } from '../../../shared/words/messages'

const NOT_UNDONE = { possible: false, note: message('undo.addition') }

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
export function addOne(grant: WriteGrant, { key, id, fields, create }: NewEntry): Promise<{ id: EntryId }> {
  const server = grant.server(key)
  requireCapability(server, 'xadd')
  const flat = fields.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)])
  const noMkStream = server.capabilities.noMkStream.available
  const summary = message(create || noMkStream ? 'addition.entry' : 'addition.entry-after-look', { id })
  const asked = recordDraft('add entry', key, summary, { undo: NOT_UNDONE })
  return grant.once(asked, async (writer) => ({
    id: await addEntry(writer, toBuffer(key), id, flat, { create, noMkStream }),
  }))
}

export interface NewGroup {
  readonly key: Bytes
  readonly group: Bytes
  readonly start: '$' | EntryId
  readonly mkstream: boolean
  /** Sends ENTRIESREAD, where that can be counted. */
  readonly countRead?: boolean | undefined
}

/** XGROUP CREATE. A group that exists is left as it is: REDIS BUSYGROUP. */
export async function addGroup(grant: WriteGrant, reader: Reader, asked: NewGroup): Promise<void> {
  const { key, group, mkstream } = asked
  const server = grant.server(key)
  requireCapability(server, 'xgroup')
  const { start, entriesRead } = asked.countRead ? await counted(server, reader, asked) : { start: asked.start }
  const rest = `${mkstream ? ' MKSTREAM' : ''}${entriesRead === undefined ? '' : ` ENTRIESREAD ${entriesRead}`}`
  const line = `XGROUP CREATE ${cliArgument(key)} ${cliArgument(group)} ${start}${rest}`
  const about = { group, commands: [line], undo: NOT_UNDONE }
  const how = { mkstream, ...(entriesRead === undefined ? {} : { entriesRead }) }
  await grant.once(recordDraft('create group', key, message('addition.group', { start }), about), (writer) =>
    createGroup(writer, toBuffer(key), toBuffer(group), start, how),
  )
}

/** `$` is the last id that there was when it was counted: what is added in between would be counted as read. */
async function counted(
  server: ServerInfo,
  reader: Reader,
  { key, start }: NewGroup,
): Promise<{ readonly start: NewGroup['start']; readonly entriesRead?: Count }> {
  requireCapability(server, 'entriesRead')
  const source = { reader, key: toBuffer(key) }
  const stream = await streamInfo(reader, source.key).catch(whereMissing)
  if (stream === null) return { start }
  const position = start === '$' ? stream.lastGeneratedId : start
  const entriesRead = await entriesReadAt(source, stream, position)
  return entriesRead === null ? { start } : { start: position, entriesRead }
}

function whereMissing(error: unknown): null {
  if (isAppError(error, 'NOT_FOUND')) return null
  throw error
}

/** XGROUP CREATECONSUMER. False where there was one of this name. */
export function addConsumer(
  grant: WriteGrant,
  { key, group, consumer }: Pick<NewGroup, 'key' | 'group'> & { readonly consumer: Bytes },
): Promise<boolean> {
  requireCapability(grant.server(key), 'createConsumer')
  const names = [key, group, consumer].map(cliArgument).join(' ')
  const asked = recordDraft('create consumer', key, message('addition.consumer', { consumer }), {
    group,
    commands: [`XGROUP CREATECONSUMER ${names}`],
    undo: NOT_UNDONE,
  })
  return grant.once(asked, (writer) => createConsumer(writer, toBuffer(key), toBuffer(group), toBuffer(consumer)))
}
