import type { Logger } from 'pino'
import { isAppError, type AppError } from '../../../shared/error'
import type { ServerEndpoint, SshHop, SshTunnel } from '../../../shared/model/connection'
import type { Tunnel } from '../dial'
import type { KnownHost } from './host-key'
import type { HopSecrets } from './login'
import { openSshLine, type SshLine } from './ssh-line'
import type { TunnelStream } from './tunnel-stream'

/** Longer than the longest pause between two attempts to reconnect: a server that is down does not cost a login each time. */
const IDLE_MS = 10_000
const KEEP_ALIVE_MS = 5_000
const STEP_MS = 10_000

/** One SSH connection, which all connections of a profile go through; made anew where it was lost. */
export interface SharedTunnel extends Tunnel {
  /** Makes the SSH connection, or joins what there is. Rejects UNREACHABLE. */
  connect(): Promise<void>
  /** A login that was refused is not tried again, by whatever goes through it, until a person says so. */
  forgive(): void
  /** What is open goes on to its end, and the SSH connection ends with the last. Whoever comes later gets another one. */
  close(): void
}

export interface TunnelOptions {
  /** As it is by now; null: there is none, and nobody asks for it. */
  readonly way: () => SshTunnel | null
  readonly secrets: (which: 'ssh' | 'jump') => Promise<HopSecrets>
  /** Rejects STORAGE. */
  readonly known: (hop: SshHop) => Promise<KnownHost>
  readonly log: Logger
  readonly stepMs?: number | undefined
  readonly keepAliveMs?: number | undefined
}

interface Shared {
  readonly line: Promise<SshLine>
  readonly streams: Set<TunnelStream>
  readonly ending: AbortController
  coming: number
  isLast: boolean
  idle: NodeJS.Timeout | undefined
}

export function createTunnel(options: TunnelOptions): SharedTunnel {
  const { way, log, stepMs = STEP_MS, keepAliveMs = KEEP_ALIVE_MS } = options
  let current: Shared | null = null
  let refusal: AppError<'UNREACHABLE'> | null = null

  const hopLine = async (hop: SshHop, which: 'ssh' | 'jump', over: TunnelStream | null, signal: AbortSignal) => {
    const known = await options.known(hop)
    return openSshLine({ hop, secrets: () => options.secrets(which), known, over, stepMs, keepAliveMs, signal })
  }
  const makeLine = async (signal: AbortSignal): Promise<SshLine> => {
    const through = way()
    if (through === null) throw new Error('no tunnel was asked for')
    const { jump, ...hop } = through
    if (jump === null) return hopLine(hop, 'ssh', null, signal)
    const first = await hopLine(jump, 'jump', null, signal)
    try {
      const over = await first.forward({ kind: 'tcp', host: hop.host, port: hop.port })
      const second = await hopLine(hop, 'ssh', over, signal)
      first.onEnded((reason) => over.destroy(reason))
      second.onEnded(() => first.end())
      return { ...second, hold: first.hold }
    } catch (error) {
      first.end()
      throw error
    }
  }
  const make = (): Shared => {
    const ending = new AbortController()
    const shared: Shared = {
      ...{ line: makeLine(ending.signal), streams: new Set<TunnelStream>(), ending },
      ...{ coming: 0, isLast: false, idle: undefined },
    }
    shared.line.then(
      ({ onEnded }) => onEnded((reason) => lost(shared, reason)),
      (error: unknown) => {
        if (isAppError(error, 'UNREACHABLE') && error.data.reason === 'ssh-auth') refusal = error
        forget(shared)
      },
    )
    return shared
  }
  const forget = (shared: Shared): void => {
    clearTimeout(shared.idle)
    if (current === shared) current = null
  }
  const lost = (shared: Shared, reason: AppError<'UNREACHABLE'>): void => {
    forget(shared)
    if (shared.streams.size > 0) log.warn({ ssh: reason.data.endpoint, reason: reason.message }, 'ssh connection lost')
    for (const stream of [...shared.streams]) stream.destroy(reason)
  }
  /** Nobody goes through it any more, or somebody does again. */
  const settle = (shared: Shared): void => {
    clearTimeout(shared.idle)
    const isIdle = shared.streams.size === 0 && shared.coming === 0
    if (isIdle && shared.isLast) return shared.ending.abort()
    void shared.line.then(({ hold }) => hold(!isIdle)).catch(() => undefined)
    if (isIdle) shared.idle = setTimeout(() => retire(shared), IDLE_MS).unref()
  }
  const retire = (shared: Shared): void => {
    shared.isLast = true
    forget(shared)
    if (shared.streams.size === 0) shared.ending.abort()
  }
  const joined = (): Shared => {
    if (refusal !== null) throw refusal
    return (current ??= make())
  }

  return {
    async connect() {
      const shared = joined()
      shared.coming += 1
      try {
        await shared.line
      } finally {
        shared.coming -= 1
        settle(shared)
      }
    },
    async open(to: ServerEndpoint) {
      const shared = joined()
      shared.coming += 1
      try {
        const stream = await (await shared.line).forward(to)
        shared.streams.add(stream)
        stream.once('close', () => {
          shared.streams.delete(stream)
          settle(shared)
        })
        return stream.asSocket()
      } finally {
        shared.coming -= 1
        settle(shared)
      }
    },
    forgive() {
      refusal = null
    },
    close() {
      if (current) retire(current)
    },
  }
}
