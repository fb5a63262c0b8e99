import { AppError } from '../../shared/error'
import type { Argument } from './reader-writer'
import { asNumber, asText, type Reply } from './reply'
import { parseInfo } from './server'

/**
 * The connections before this one. A command that was sent just before a connection fell silent may lie on its way for
 * long, in a proxy say, and be carried out whenever it arrives. So before anybody reads what became of it, the server is
 * told to end the connection that it was sent on: what arrives by it later is not carried out any more.
 * https://redis.io/docs/latest/commands/client-kill/
 */
export interface PreviousConnections {
  /** A connection was made; nothing is known of it yet. */
  begin(): void
  /** The one that is sent on now, to be named to `lost`. */
  now(): ConnectionRef
  /** The reply to a command that may have changed something was lost on it. */
  lost(on: ConnectionRef): void
  /** Learns which connection this is, and ends those before it that replies were lost on. Throws UNREACHABLE. */
  fence(): Promise<void>
  /** Of the server process on this connection; null: not told. Undefined: not known yet. */
  runId(): string | null | undefined
  /** False while a command whose reply was lost may still be carried out, after whatever is sent now. */
  isFenced(): boolean
}

export interface ConnectionRef {
  /** Null: the server won't tell. Undefined: not known yet. */
  identity: Identity | null | undefined
}

interface Identity {
  /** CLIENT ID: never given out twice by one server process. */
  readonly clientId: number
  /** Of the server process: one that was started anew counts its clients from 1 again. */
  readonly runId: string
}

interface Here extends Identity {
  /** A replica may be given by its primary what is sent there late. */
  readonly isMaster: boolean
}

/** `pipeline`: sends the commands together; each result is that command's reply or its error. Throws UNREACHABLE. */
export function createPreviousConnections(
  pipeline: (commands: readonly (readonly [string, ...Argument[]])[]) => Promise<readonly (Reply | AppError)[]>,
): PreviousConnections {
  let current: ConnectionRef = { identity: undefined }
  const open = new Set<ConnectionRef>()

  const identify = async (): Promise<Here | null> => {
    const [id, about] = await pipeline([['CLIENT', 'ID'], ['INFO']])
    if (id === undefined || about === undefined || id instanceof AppError || about instanceof AppError) return null
    const told = parseInfo(asText(about))
    const runId = told.get('run_id') ?? ''
    return runId === '' ? null : { clientId: asNumber(id), runId, isMaster: told.get('role') === 'master' }
  }

  /** Whether nothing that was sent on it can be carried out here any more. */
  const end = async ({ identity }: ConnectionRef, here: Here): Promise<boolean> => {
    if (!identity) return false
    // Another process: the id would be somebody else's there, and what the former one does is its own affair.
    if (identity.runId !== here.runId) return here.isMaster
    // Two connections of one id: something between us and the server shares its own among its clients.
    if (identity.clientId === here.clientId) return false
    const [killed] = await pipeline([['CLIENT', 'KILL', 'ID', identity.clientId]])
    return killed !== undefined && !(killed instanceof AppError)
  }

  return {
    begin() {
      current = { identity: undefined }
    },
    now: () => current,
    runId: () => current.identity && current.identity.runId,
    lost: (on) => void open.add(on),
    async fence() {
      const mine = current
      const here = await identify()
      if (mine !== current) return
      mine.identity = here
      if (here === null) return
      for (const each of open) if (each !== current && (await end(each, here))) open.delete(each)
    },
    // Replies come in order: on the very same connection what is read is read after it.
    isFenced: () => [...open].every((each) => each === current),
  }
}
