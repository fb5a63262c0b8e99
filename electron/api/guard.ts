import type { z } from 'zod'
import { bytes, type Bytes } from '../../shared/bytes'
import { onConnection } from '../../shared/contract/base'
import { AppError, isAppError } from '../../shared/error'
import type { SavedConnection } from '../../shared/model/connection'
import type { Who } from '../../shared/model/who'
import { toBuffer } from '../redis/bytes'
import { endpointName } from '../redis/dial'
import type { Writer } from '../redis/reader-writer'
import { grantWritePermit } from '../redis/write-permit'
import type { Connections } from '../services/connections/connections'
import { BEGIN, type Begun } from '../services/jobs/begin-record'
import type { RecordDraft } from '../services/jobs/record-draft'
import type { WriteGrant } from '../services/jobs/write-grant'
import { watchTouched, type TouchedWriter } from '../services/jobs/watch-touched'
import type { MadeConsumer, Touches } from '../services/inspection/own-signs'
import { bindServer, type BoundServer } from '../services/jobs/bound-server'
import { checkedWriter } from '../services/jobs/checked-writer'
import type { Journal, RecordWriter } from '../services/journal/journal'
import { badInput } from '../services/lib/bad-input'

/** What the guard goes by. It stands before the procedure's own schema, so it reads this much of the input itself. */
const guarded = onConnection.extend({ key: bytes.optional(), confirmation: bytes.optional() })
const guardedForGood = guarded.required({ key: true })

export type EndedDraft = Pick<RecordDraft, 'action' | 'group'>

interface Guarded {
  readonly connections: Connections
  readonly journal: Journal
  /** Whether this host changes nothing, anywhere. */
  readonly readOnly: boolean
  /** Is told, when a mutation is over, which streams it may have changed or made. */
  onEnd(connectionId: string, keys: readonly Bytes[], draft: EndedDraft): void
}

/**
 * The only door to a mutation. Refuses on a read-only host and on read-only connections (READ_ONLY, later too: with each command), asks for the
 * name of what is destroyed on a production connection (CONFIRMATION_NEEDED), and gives a grant whose
 * writers come with a journal record only, which says who it was.
 */
export function createGuard({ connections, journal, readOnly, onEnd }: Guarded) {
  return (input: unknown, irreversible: boolean, who: Who): WriteGrant => {
    if (readOnly) throw new AppError('READ_ONLY', { connection: null })
    const connection = connections.get(readInput(guarded, input).connectionId)
    refuseReadOnly(connection)
    if (irreversible && connection.environment === 'prod') {
      const { key, confirmation } = readInput(guardedForGood, input)
      demandConfirmation(connection, key, confirmation)
    }
    const topology = connections.topology(connection.id)

    const begin = async ({ makes, ...draft }: RecordDraft): Promise<Begun> => {
      const client = topology.clientOf(toBuffer(draft.key))
      const bound = await bindServer(client, connection)
      const { id: connectionId, name: connectionName } = connection
      const begun = await journal.begin({ ...draft, who, connectionId, connectionName, server: bound.identity })
      const record = tellServer(begun, bound)
      const checked = (writer: Writer): Writer =>
        checkedWriter(writer, bound, () => {
          refuseReadOnly(connections.get(connection.id))
          record.requireAlive()
        })
      const writer = client.writer(grantWritePermit())
      const told = tellEnd(record, () => onEnd(connectionId, [draft.key, ...makes], draft))
      const { key, group } = draft
      if (group === null) return { writer: checked(writer), record: told }
      const watched = watchTouched(writer, { key, group }, journal.touched(connectionId, key, group))
      return { writer: checked(watched.writer), record: tellMade(tellTouched(told, watched.touched), watched) }
    }
    return {
      ...{ connection, who },
      server: (key) => connections.server(connection.id, key),
      confirm(name, typed) {
        if (connection.environment === 'prod') demandConfirmation(connection, name, typed)
      },
      [BEGIN]: begin,
    }
  }
}

function refuseReadOnly({ name, readOnly }: SavedConnection): void {
  if (!readOnly) return
  throw new AppError('READ_ONLY', { connection: name })
}

function tellEnd(record: RecordWriter, onEnd: () => void): RecordWriter {
  return { ...record, end: (how) => record.end(how).finally(onEnd) }
}

/** A replica that is promoted may not have heard of all that was done. */
function tellServer(record: RecordWriter, bound: BoundServer): RecordWriter {
  return {
    ...record,
    async end(how) {
      const server = how.state === 'interrupted' ? undefined : await bound.now()
      await record.end({ ...how, server })
    },
  }
}

/** Before the end: after it, what was made to look alive is seen by others. */
function tellTouched(record: RecordWriter, touched: () => Promise<Touches>): RecordWriter {
  return {
    ...record,
    async end(how) {
      // What was lost tells nothing more, and a disk that failed takes nothing more.
      const consumers = how.state === 'done' || how.state === 'cancelled' ? await touched() : []
      if (consumers.length > 0) await record.touched(consumers).catch(ignoreStorage)
      await record.end(how)
    },
  }
}

/**
 * With the first outcome, should this process end before the record does; and before its end, by when that was, which tells
 * what they showed by themselves later.
 */
function tellMade(record: RecordWriter, { madeConsumers }: TouchedWriter): RecordWriter {
  let said = 0
  const say = async (made: readonly MadeConsumer[]): Promise<void> => {
    if (made.length > 0) await record.madeConsumers(made).catch(ignoreStorage)
    said = made.length
  }
  return {
    ...record,
    async outcome(batch, outcome) {
      const made = await madeConsumers()
      if (made.length > said) await say(made.map(({ consumer }) => ({ consumer, by: null })))
      await record.outcome(batch, outcome)
    },
    async end(how) {
      await say(await madeConsumers())
      await record.end(how)
    },
  }
}

/** It is told when the end can't be written either; that some consumers look alive for a while is no reason to fail. */
function ignoreStorage(error: unknown): void {
  if (!isAppError(error, 'STORAGE')) throw error
}

function readInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const read = schema.safeParse(input)
  if (!read.success) throw badInput(read.error.issues)
  return read.data
}

/** Byte for byte: a name that looks alike is another's. */
function demandConfirmation(connection: SavedConnection, expected: Bytes, typed: Bytes | undefined): void {
  if (typed !== undefined && toBuffer(typed).equals(toBuffer(expected))) return
  const host = endpointName(connection)
  throw new AppError('CONFIRMATION_NEEDED', { connection: connection.name, host, expected })
}
