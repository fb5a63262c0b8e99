import { ORPCError } from '@orpc/client'
import type { Connection } from '../../shared/model/connection'
import { cliWords } from '../../shared/words/en/cli-words'
import { namedConnection } from '../host/named-connection'
import { UsageError } from '../host/usage-error'
import { untilAborted } from './aborted'
import { isAddress } from './address'
import type { Api, Call } from './call'
import type { Print } from './print/print'

interface ConnectorOptions {
  readonly api: Api
  readonly print: Print
  readonly signal: AbortSignal
  /** The name or id of `--connection`. */
  readonly wanted: string | undefined
  /** The id of the one that was given from outside; null: none was. */
  readonly opens: string | null
  /** Whether the command line itself names one. */
  readonly isNamed: boolean
  /** Asks a person for the password of the connection of this name. */
  password(name: string): Promise<string>
}

/** Finds the connection that is meant, and opens it. */
export function createConnector(options: ConnectorOptions): Pick<Call, 'connect' | 'find' | 'open' | 'named'> {
  const { api, print, signal, wanted, opens, isNamed } = options

  const meant = async (): Promise<Connection> => {
    const all = await api.connection.list()
    const named = wanted ?? opens ?? ''
    if (!all.some(({ id, name }) => id === named || name === named) && isAddress(named)) {
      throw new UsageError(cliWords.addressByItself)
    }
    return namedConnection(all, named)
  }

  const open = async (connection: Connection): Promise<Connection> => {
    const { id: connectionId, name } = connection
    tellGuards(print, connection)
    try {
      await untilAborted(api.connection.open({ connectionId }), signal)
    } catch (error) {
      if (!print.canAsk || !wantsPassword(error)) throw error
      const password = await options.password(name)
      await untilAborted(api.connection.open({ connectionId, password }), signal)
    }
    return connection
  }

  return {
    connect: async () => open(await meant()),
    find: async (connectionId) => (await api.connection.list()).find(({ id }) => id === connectionId) ?? null,
    open,
    named: async () => (isNamed ? meant() : null),
  }
}

/** What is given by an address has none of its own. */
function tellGuards(print: Print, { givenBy, environment, readOnly }: Connection): void {
  const isByAddress = givenBy === 'command-line' || givenBy === 'REDIS_URL'
  const isProduction = environment === 'prod'
  if (isByAddress && (isProduction || readOnly)) print.note(cliWords.goesByKnown(isProduction, readOnly))
}

function wantsPassword(error: unknown): boolean {
  if (!(error instanceof ORPCError) || error.code !== 'UNREACHABLE') return false
  return Reflect.get(Object(error.data) as object, 'reason') === 'password-needed'
}
