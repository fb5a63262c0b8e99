import type { Logger } from 'pino'
import { isAppError } from '../../../shared/error'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { ClientChange, OwnedClient } from '../../redis/client'
import { unreachable } from '../../redis/errors'
import { readServerInfo } from './capabilities'
import { errorInfo } from '../lib/error-info'
import { createLatest } from '../lib/latest-values'
import { errorText } from '../../../shared/words/errors'

const PING_EVERY_MS = 2_000
const RETRY_MS = 1_000

/** The connection to one server as it lives: opened, lost and found again, closed. It never opens by itself. */
export interface ServerLink {
  /** Null unless it is open, or was and reconnects. */
  client(): OwnedClient | null
  status(): ConnectionStatus
  /** Opens, or joins what is open or opening. Throws UNREACHABLE. */
  open(): Promise<ConnectionStatus>
  close(): void
  /** Asks once more what the server is, where it is open. Throws UNREACHABLE. */
  refresh(): Promise<void>
  /** The status now, then as it changes, with a fresh latency every 2 s while somebody watches. */
  watch(signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
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
  readonly log: Logger
}

export function createServerLink({ connectionId, endpoint, connect, log }: ServerLinkOptions): ServerLink {
  const latest = createLatest<ConnectionStatus>()
  let client: OwnedClient | null = null
  let opening: Promise<void> | null = null
  /** Counts what was closed, so that one that is still on its way to its password learns of it. */
  let closings = 0
  let watchers = 0
  let pingTimer: NodeJS.Timeout | undefined
  let status: ConnectionStatus = {
    connectionId,
    state: 'closed',
    latencyMs: null,
    server: null,
    error: null,
    nodes: [],
  }

  const set = (change: Partial<ConnectionStatus>): void => {
    status = { ...status, ...change }
    latest.set(connectionId, status)
  }
  latest.set(connectionId, status)
  const notOpen = () => unreachable('not-open', endpoint())

  const fail = (mine: OwnedClient, error: unknown): void => {
    mine.close()
    if (client !== mine) return
    client = null
    log.warn({ endpoint: mine.endpoint, reason: errorText(errorInfo(error)) }, 'connection failed')
    set({ state: 'failed', latencyMs: null, server: null, error: errorInfo(error) })
  }

  const attempt = async (): Promise<void> => {
    const turn = closings
    set({ state: 'connecting', latencyMs: null, server: null, error: null })
    const mine = await connect().catch((error: unknown) => {
      if (turn === closings) set({ state: 'failed', error: errorInfo(error) })
      throw error
    })
    if (turn !== closings) {
      mine.close()
      throw notOpen()
    }
    client = mine
    try {
      await mine.open()
      mine.onChange((change) => onChange(mine, change))
      const server = await readServerInfo(mine)
      await mine.fence()
      if (client !== mine) throw notOpen()
      set({ state: 'open', server })
      log.info({ endpoint: mine.endpoint, product: server.product, version: server.version }, 'connection open')
    } catch (error) {
      fail(mine, error)
      throw error
    }
    schedulePing(0)
  }

  const onChange = (mine: OwnedClient, { state, error }: ClientChange): void => {
    // While connecting, the attempt itself hears of it.
    if (client !== mine || status.state === 'connecting') return
    if (state === 'ready') return void comeBack(mine)
    // A changed password doesn't heal by trying, and some servers lock a user out for it.
    if (isAppError(error, 'UNREACHABLE') && error.data.reason.startsWith('password')) return fail(mine, error)
    if (status.state === 'open') log.warn({ endpoint: mine.endpoint, reason: error?.message }, 'connection lost')
    set({ state: 'reconnecting', error: error ? errorInfo(error) : null })
  }

  /** After a loss the server may be another one: a replica promoted, an upgrade, a user with other rights. */
  const comeBack = async (mine: OwnedClient): Promise<void> => {
    try {
      await mine.ping()
      const server = await readServerInfo(mine)
      await mine.fence()
      if (client !== mine || !mine.isReady()) return
      set({ state: 'open', server, error: null })
      log.info({ endpoint: mine.endpoint }, 'connection back')
      schedulePing(0)
    } catch (error) {
      if (client !== mine || !mine.isReady()) return
      // It answers, but doesn't serve yet (LOADING, MASTERDOWN, BUSY).
      set({ state: 'reconnecting', error: errorInfo(notServing(error, mine.endpoint)) })
      setTimeout(() => client === mine && mine.isReady() && void comeBack(mine), RETRY_MS).unref()
    }
  }

  const schedulePing = (inMs: number): void => {
    clearTimeout(pingTimer)
    if (watchers > 0 && status.state === 'open') pingTimer = setTimeout(() => void ping(), inMs).unref()
  }
  const ping = async (): Promise<void> => {
    const mine = client
    if (!mine || status.state !== 'open') return
    const latencyMs = await mine.ping().catch(() => null)
    if (client === mine && status.state === 'open') set({ latencyMs })
    schedulePing(PING_EVERY_MS)
  }

  return {
    client: () => (status.state === 'connecting' ? null : client),
    status: () => status,
    async open() {
      if (client === null && opening === null) {
        const mine = attempt().finally(() => {
          if (opening === mine) opening = null
        })
        opening = mine
      }
      await opening
      return status
    },
    close() {
      closings += 1
      client?.close()
      client = null
      opening = null
      set({ state: 'closed', latencyMs: null, server: null, error: null })
    },
    async refresh() {
      const mine = client
      if (!mine || status.state !== 'open') return
      const server = await readServerInfo(mine)
      if (client === mine && status.state === 'open') set({ server })
    },
    async *watch(signal) {
      watchers += 1
      if (watchers === 1) schedulePing(0)
      try {
        yield* latest.watch(signal)
      } finally {
        watchers -= 1
        if (watchers === 0) clearTimeout(pingTimer)
      }
    },
    states: (signal) => latest.watch(signal),
    async whenReady(signal) {
      for await (const { state } of latest.watch(signal)) {
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
