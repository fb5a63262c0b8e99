import { isAppError, AppError } from '../../shared/error'
import { bytes, sameBytes } from '../../shared/bytes'
import type { Connection } from '../../shared/model/connection'
import { endpointName } from '../redis/client'
import { grantWritePermit } from '../redis/write-permit'
import type { Connections } from '../services/connections'
import { errorInfo } from '../services/error-info'
import type { Grant, Intention } from '../services/grant'
import { noCounts } from '../services/job-counts'
import type { Journal } from '../services/journal/journal'

export interface GuardedInput {
  readonly connectionId: string
  readonly key?: unknown
  readonly confirmation?: unknown
}

/**
 * The only door to a mutation. Refuses on read-only connections (READ_ONLY), asks for the stream's name where something
 * can't be undone on a production connection (CONFIRMATION_NEEDED), and gives a grant whose writers come with a journal
 * record only.
 */
export function createGuard(connections: Connections, journal: Journal) {
  return (input: GuardedInput, irreversible: boolean): Grant => {
    const connection = connections.get(input.connectionId)
    if (connection.readOnly) {
      const refused = `The connection "${connection.name}" is read-only in Sluice.`
      throw new AppError('READ_ONLY', { connection: connection.name }, refused)
    }
    if (irreversible && connection.environment === 'prod') demandConfirmation(connection, input)
    const client = connections.client(connection.id)

    const begin = async (intention: Intention) => {
      const record = await journal.begin({ ...intention, connectionId: connection.id, connectionName: connection.name })
      return { writer: client.writer(grantWritePermit()), record }
    }
    return {
      connection,
      server: connections.server(connection.id),
      begin,
      async once(intention, work) {
        const { writer, record } = await begin(intention)
        try {
          const result = await work(writer)
          await record.end({ state: 'done', counts: { ...noCounts, changed: 1 }, error: null })
          return result
        } catch (error) {
          const unknown = isAppError(error, 'UNKNOWN_OUTCOME') ? 1 : 0
          await record.end({ state: 'failed', counts: { ...noCounts, unknown }, error: errorInfo(error) })
          throw error
        }
      },
    }
  }
}

function demandConfirmation(connection: Connection, { key, confirmation }: GuardedInput): void {
  const expected = bytes.parse(key)
  const typed = bytes.safeParse(confirmation)
  if (typed.success && sameBytes(typed.data, expected)) return
  throw new AppError(
    'CONFIRMATION_NEEDED',
    { connection: connection.name, host: endpointName(connection), expected },
    `"${connection.name}" is a production connection and this can't be undone: type the stream's name to go on.`,
  )
}
