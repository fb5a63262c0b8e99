import type { Logger } from 'pino'
import type { ServerInfo } from '../../../shared/model/connection'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { GroupSource, Source } from '../../redis/source'
import { addEntry } from '../../redis/xadd'
import { createConsumer, createGroup } from '../../redis/xgroup'
import { streamInfo } from '../../redis/xinfo'
import type { JobServices } from '../jobs/job-services'
import { recordDraft } from '../jobs/record-draft'
import { doOnce } from '../jobs/start-job'
import type { WriteGrant } from '../jobs/write-grant'
import { entriesReadAt } from '../inspection/entries-read'
import { requireCapability } from '../connections/require-capability'
import { message } from '../../../shared/words/messages'
import { findByFields, findById, groupNow, hasConsumer, hasGroup, streamEnd, unlessRefused } from './find-added'
import { toldOrFound } from './told-or-found'

const NOT_UNDONE = { possible: false, note: message('undo.addition') }
const NEVER = new AbortController().signal

export interface NewEntry {
  readonly connectionId: string
  readonly key: Bytes
  readonly id: '*' | EntryId
  readonly fields: readonly (readonly [Bytes, Bytes])[]
  readonly create: boolean
}

export interface NewGroup {
  readonly connectionId: string
  readonly key: Bytes
  readonly group: Bytes
  readonly start: '$' | EntryId
  readonly mkstream: boolean
  /** Sends ENTRIESREAD, where that can be counted. */
  readonly countRead?: boolean | undefined
}

export interface NewConsumer {
  readonly connectionId: string
  readonly key: Bytes
  readonly group: Bytes
  readonly consumer: Bytes
}

interface ReplyLost {
  /** No reply told it: it was found by reading. */
  readonly replyLost: boolean
}

/**
 * What is added by hand, by one command each. A lost reply is read back: see `toldOrFound`. Once the signal aborts nobody
 * waits for that any more.
 */
export interface Additions {
  /**
   * XADD. The journal names the stream and the id, never the fields, and says so where the server is asked first whether
   * there is a stream, since it can't be told to make none.
   */
  addEntry(grant: WriteGrant, asked: NewEntry, signal?: AbortSignal): Promise<ReplyLost & { readonly id: EntryId }>
  /** XGROUP CREATE. A group that exists is left as it is: REDIS BUSYGROUP. */
  addGroup(grant: WriteGrant, reader: Reader, asked: NewGroup, signal?: AbortSignal): Promise<ReplyLost>
  /** XGROUP CREATECONSUMER. Not new: there was one of this name. */
  addConsumer(
    grant: WriteGrant,
    asked: NewConsumer,
    signal?: AbortSignal,
  ): Promise<ReplyLost & { readonly isNew: boolean }>
}

export function createAdditions({
  lostReply,
  log,
}: Pick<JobServices, 'lostReply'> & { readonly log: Pick<Logger, 'error'> }): Additions {
  return {
    async addEntry(grant, { connectionId, key, id, fields, create }, signal = NEVER) {
      const server = grant.server(key)
      requireCapability(server, 'xadd')
      const flat = fields.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)])
      const noMkStream = server.capabilities.noMkStream.available
      const summary = message(create || noMkStream ? 'addition.entry' : 'addition.entry-after-look', { id })
      const draft = recordDraft('add entry', key, summary, { undo: NOT_UNDONE })
      const { result, replyLost } = await doOnce(grant, draft, log, async (writer) => {
        const source: Source = { reader: writer.reader, key: toBuffer(key) }
        const before = id === '*' ? await unlessRefused(streamEnd(source)) : null
        const addition = {
          adds: { what: 'entry', command: 'XADD' } as const,
          send: () => addEntry(writer, source.key, id, flat, { create, noMkStream }),
          find: () => (id === '*' ? findByFields(source, before, flat) : findById(source, id, flat)),
        }
        return toldOrFound(lostReply(connectionId, key), addition, signal)
      })
      return { id: result, replyLost }
    },

    async addGroup(grant, reader, asked, signal = NEVER) {
      const { connectionId, key, group, mkstream } = asked
      const server = grant.server(key)
      requireCapability(server, 'xgroup')
      const { start, entriesRead } = asked.countRead ? await counted(server, reader, asked) : { start: asked.start }
      const rest = `${mkstream ? ' MKSTREAM' : ''}${entriesRead === undefined ? '' : ` ENTRIESREAD ${entriesRead}`}`
      const commands = [`XGROUP CREATE ${cliArgument(key)} ${cliArgument(group)} ${start}${rest}`]
      const summary = message('addition.group', { start })
      const draft = recordDraft('create group', key, summary, { group, commands, undo: NOT_UNDONE })
      const how = { mkstream, ...(entriesRead === undefined ? {} : { entriesRead }) }
      const { replyLost } = await doOnce(grant, draft, log, async (writer) => {
        const source = groupSource(writer.reader, asked)
        const wasThere = await unlessRefused(hasGroup(source))
        const end = start === '$' ? await unlessRefused(streamEnd(source)) : null
        const addition = {
          adds: { what: 'group', command: 'XGROUP CREATE' } as const,
          send: () => createGroup(writer, source.key, source.group, start, how),
          async find() {
            // One that was there before had been refused.
            const group = wasThere === true ? undefined : await groupNow(source)
            if (group === undefined) return 'absent' as const
            // Elsewhere it is another's, or has read on already.
            const from = start === '$' ? end?.lastGeneratedId : start
            const stands = group.lastDeliveredId
            const isAsAsked = from !== undefined && (start === '$' ? compareIds(stands, from) >= 0 : stands === from)
            return wasThere === null || !isAsAsked ? null : { added: undefined }
          },
        }
        return toldOrFound(lostReply(connectionId, key), addition, signal)
      })
      return { replyLost }
    },

    async addConsumer(grant, asked, signal = NEVER) {
      const { connectionId, key, group, consumer } = asked
      requireCapability(grant.server(key), 'createConsumer')
      const commands = [`XGROUP CREATECONSUMER ${[key, group, consumer].map(cliArgument).join(' ')}`]
      const summary = message('addition.consumer', { consumer })
      const draft = recordDraft('create consumer', key, summary, { group, commands, undo: NOT_UNDONE })
      const { result, replyLost } = await doOnce(grant, draft, log, async (writer) => {
        const source = groupSource(writer.reader, asked)
        const name = toBuffer(consumer)
        const wasThere = await unlessRefused(hasConsumer(source, name))
        const addition = {
          adds: { what: 'consumer', command: 'XGROUP CREATECONSUMER' } as const,
          send: () => createConsumer(writer, source.key, source.group, name),
          async find() {
            if (!(await hasConsumer(source, name))) return 'absent' as const
            return wasThere === null ? null : { added: !wasThere }
          },
        }
        return toldOrFound(lostReply(connectionId, key), addition, signal)
      })
      return { isNew: result, replyLost }
    },
  }
}

function groupSource(reader: Reader, { key, group }: Pick<NewGroup, 'key' | 'group'>): GroupSource {
  return { reader, key: toBuffer(key), group: toBuffer(group) }
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
