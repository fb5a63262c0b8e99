import type { Logger } from 'pino'
import { isAppError } from '../../../shared/error'
import type { ConnectionStatus, ServerInfo } from '../../../shared/model/connection'
import type { ClientChange, OwnedClient } from '../../redis/client'
import { needsPerson, unreachable } from '../../redis/errors'
import { replicaState } from '../../redis/replication'
import { readServerInfo } from './capabilities'
import { errorInfo } from '../lib/error-info'
import { errorText } from '../../../shared/words/errors'
import { createSingleAttempt } from './single-attempt'
import { createStatusBoard, type StatusBoard } from './status-board'

const RETRY_MS = 1_000
const NOTHING_KNOWN = { latencyMs: null, server: null, replica: null, error: null }

/** The connection to one server as it lives: opened, lost and found again, closed. It never opens by itself. */
export interface ServerLink extends Omit<StatusBoard, 'set'> {
  /** Null unless it is open, or was and reconnects. */
  client(): OwnedClient | null
  /**
   * False while what was sent on it may still be carried out, after whatever is sent now. Of one that gave up: as it was
   * when it did.
   */
  isFenced(): boolean
  /** Opens, or joins what is open or opening. Throws UNREACHABLE. */
  open(): Promise<ConnectionStatus>
  close(): void
  /** Asks once more what the server is, where it is open. Throws UNREACHABLE. */
  refresh(): Promise<void>
  /**
   * Resolves once it is open (again): to true when nothing that was sent before can still be carried out, and so what is
   * read now is the last word on it. Throws UNREACHABLE when it is closed or failed, and the signal's reason.
   */
  whenReady(signal?: AbortSignal): Promise<boolean>
}

export interface ServerLinkOptions {
  readonly connectionId: string
  readonly endpoint: () => string
  /** A client that is not open yet, of the profile and password as they are now. May reject: so does `open` then. */
  readonly connect: () => Promise<OwnedClient>
  /** Throws UNREACHABLE not-primary for a server that is not the one: it is left, and looked for anew. */
  readonly check?: (server: ServerInfo, endpoint: string) => void
  /** This very server is looked at, be it a cluster's replica. */
  readonly byItself?: boolean
  readonly log: Logger
}

export function createServerLink(options: ServerLinkOptions): ServerLink {
  const { connectionId, endpoint, connect, check, byItself = false, log } = options
  const board = createStatusBoard(connectionId, async () => {
    const mine = client
    const follows = board.status().server?.role === 'replica'
    if (mine === null) return
    const [latencyMs, replica] = await Promise.all([
      mine.ping().catch(() => null),
      follows ? replicaState(mine.reader).catch(() => null) : null,
    ])
    if (client !== mine || !isOpen()) return
    board.set({ latencyMs, replica: replica === 'primary' ? null : replica })
    // Promoted, and no connection was lost by it.
    if (replica === 'primary') await refresh().catch(() => undefined)
  })
  let client: OwnedClient | null = null
  let wasFenced = true
  const notOpen = () => unreachable('not-open', endpoint())
  const isOpen = (): boolean => board.status().state === 'open'

  const readServer = async (mine: OwnedClient): Promise<ServerInfo> => {
    const server = await readServerInfo(mine)
    check?.(server, mine.endpoint)
    if (byItself && server.mode === 'cluster' && server.role === 'replica') {
      // A user who may not is sent on, and told so by what he reads.
      await mine.readReplica().catch((error: unknown) => {
        if (isAppError(error, 'UNREACHABLE')) throw error
      })
    }
    return server
  }

  const fail = (mine: OwnedClient, error: unknown): void => {
    mine.close()
    if (client !== mine) return
    wasFenced = mine.isFenced()
    client = null
    log.warn({ endpoint: mine.endpoint, reason: errorText(errorInfo(error)) }, 'connection failed')
    board.set({ ...NOTHING_KNOWN, state: 'failed', error: errorInfo(error) })
  }

  const attempt = createSingleAttempt(async (signal) => {
    board.set({ ...NOTHING_KNOWN, state: 'connecting' })
    const mine = await connect().catch((error: unknown) => {
      if (!signal.aborted) board.set({ state: 'failed', error: errorInfo(error) })
      throw error
    })
    if (signal.aborted) {
      mine.close()
      throw notOpen()
    }
    client = mine
    try {
      await mine.open()
      mine.onChange((change) => onChange(mine, change))
      const server = await readServer(mine)
      await mine.fence()
      if (client !== mine) throw notOpen()
      board.set({ state: 'open', server })
      log.info({ endpoint: mine.endpoint, product: server.product, version: server.version }, 'connection open')
    } catch (error) {
      fail(mine, error)
      throw error
    }
  })

  const onChange = (mine: OwnedClient, { state, error }: ClientChange): void => {
    // While connecting, the attempt itself hears of it.
    if (client !== mine || board.status().state === 'connecting') return
    if (state === 'ready') return void comeBack(mine)
    // A changed password doesn't heal by trying, and some servers lock a user out for it.
    if (isAppError(error, 'UNREACHABLE') && needsPerson(error.data.reason)) return fail(mine, error)
    if (isOpen()) log.warn({ endpoint: mine.endpoint, reason: error?.message }, 'connection lost')
    board.set({ state: 'reconnecting', error: error ? errorInfo(error) : null })
  }

  /** After a loss the server may be another one: a replica promoted, an upgrade, a user with other rights. */
  const comeBack = async (mine: OwnedClient): Promise<void> => {
    try {
      await mine.ping()
      const server = await readServer(mine)
      await mine.fence()
      if (client !== mine || !mine.isReady()) return
      board.set({ state: 'open', server, error: null })
      log.info({ endpoint: mine.endpoint }, 'connection back')
    } catch (error) {
      if (client !== mine || !mine.isReady()) return
      // It answers, but doesn't serve yet (LOADING, MASTERDOWN, BUSY).
      board.set({ state: 'reconnecting', error: errorInfo(notServing(error, mine.endpoint)) })
      if (isAppError(error, 'UNREACHABLE') && error.data.reason === 'not-primary') return mine.redial()
      setTimeout(() => client === mine && mine.isReady() && void comeBack(mine), RETRY_MS).unref()
    }
  }

  const refresh = async (): Promise<void> => {
    const mine = client
    if (!mine || !isOpen()) return
    const server = await readServerInfo(mine)
    if (client === mine && isOpen()) board.set({ server })
  }

  return {
    ...board,
    client: () => (board.status().state === 'connecting' ? null : client),
    isFenced: () => client?.isFenced() ?? wasFenced,
    async open() {
      if (client === null || board.status().state === 'connecting') await attempt.join()
      return board.status()
    },
    close() {
      attempt.callOff()
      client?.close()
      client = null
      board.set({ ...NOTHING_KNOWN, state: 'closed' })
    },
    refresh,
    async whenReady(signal) {
      for await (const { state } of board.states(signal)) {
        if (state === 'open') return client?.isFenced() ?? false
        if (state === 'closed' || state === 'failed') throw notOpen()
      }
      signal?.throwIfAborted()
      throw notOpen()
    },
  }
}

function notServing(error: unknown, endpoint: string): unknown {
  return isAppError(error, 'REDIS') && error.data.prefix === 'LOADING' ? unreachable('loading', endpoint) : error
}
