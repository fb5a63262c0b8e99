import type { RedisOptions } from 'ioredis'
import type { ConnectionProfile } from '../../shared/model/connection'
import type { OwnPurpose } from './client'
import type { CommandSink } from './command-tap'
import { dialOptions, type ClientKey, type Dialled, type Tunnel } from './dial'
import { GuardedConnector, type ReplyLimit } from './guarded-connector'
import type { Located, Reached } from './locate'
import type { AskPassword } from './password-renewal'
import type { ProgressLimit } from './progress'
import type { Awaiting } from './reply-gate'
import type { Traffic } from './traffic'

/** How long a connection waits, ms. What is not given is as for a person at a server far away. */
export interface ConnectionTimings {
  readonly connectTimeoutMs?: number
  readonly commandTimeoutMs?: number
  /** A connection on which replies are due, and nothing at all comes for so long, is dead: a new one is made. */
  readonly silenceMs?: number
  /** Before a lost connection is made anew; before each further attempt twice as long, up to 5 s. */
  readonly reconnectMs?: number
  /** An SSH connection that says nothing is asked so often whether it is there; the third time in vain ends it. */
  readonly sshKeepAliveMs?: number
}

export interface ConnectOptions extends ConnectionTimings {
  readonly profile: Pick<ConnectionProfile, 'username' | 'db'> & Dialled
  readonly password: string | null
  /** Asked once where a server refuses, on a connection made anew, the one that it took before. */
  readonly passwordAgain?: AskPassword | undefined
  readonly clientKey?: ClientKey | null | undefined
  /** Where it leads instead of what the profile says. */
  readonly located?: Located | undefined
  /** READONLY, on each connection. https://redis.io/docs/latest/commands/readonly/ */
  readonly readsReplica?: boolean
  /** Counts what goes over it. */
  readonly traffic?: Traffic | undefined
  /** Takes note of each command that is sent. */
  readonly commands?: CommandSink | undefined
  /** How it is reached where it can't be from here. */
  readonly tunnel?: Tunnel | undefined
}

export const CONNECT_TIMEOUT_MS = 10_000
const COMMAND_TIMEOUT_MS = 15_000
const SILENCE_MS = 20_000
export const RECONNECT_MS = 250
export const MOST_RECONNECT_MS = 5_000

/** What a connection is for: all that is asked, or one thing only. */
export type Purpose = 'usual' | OwnPurpose

/** A command on which all else depends waits a minute at most; a large reply as long as it takes, while it comes. */
export function progressLimit(purpose: Purpose, options: ConnectionTimings): ProgressLimit | null {
  if (purpose === 'blocking') return null
  return { ms: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS, most: purpose === 'usual' ? 4 : Infinity }
}

/**
 * ioredis, held so that nothing is ever sent twice: no resend after a reconnect, no retry, no queue while offline
 * (`autoResendUnfulfilledCommands`, `maxRetriesPerRequest`, `enableOfflineQueue`), no auto-pipelining.
 */
export function ioredisOptions(
  options: ConnectOptions,
  purpose: Purpose,
  mayReconnect: () => boolean,
  awaiting: (nth: number) => Awaiting | null,
  reach: (() => Promise<Reached>) | null = null,
): RedisOptions & {
  replyMapping: 'legacy'
  replyLimit?: ReplyLimit
  awaiting: (nth: number) => Awaiting | null
  traffic?: Traffic
  reach?: () => Promise<Reached>
} {
  const { username, db } = options.profile
  const { reconnectMs = RECONNECT_MS } = options
  return {
    ...dialOptions(options.profile, options.clientKey ?? null),
    ...(reach ? { reach } : {}),
    Connector: GuardedConnector,
    awaiting,
    ...(options.traffic ? { traffic: options.traffic } : {}),
    ...(username ? { username } : {}),
    ...(options.password ? { password: options.password } : {}),
    ...(purpose === 'blocking' ? {} : { socketTimeout: options.silenceMs ?? SILENCE_MS }),
    ...(typeof purpose === 'object' ? { replyLimit: purpose } : {}),
    db,
    readOnly: options.readsReplica ?? false,
    connectionName: 'sluice',
    connectTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    disconnectTimeout: 500,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    stringNumbers: true,
    replyMapping: 'legacy',
    retryStrategy: (attempt) =>
      mayReconnect()
        ? Math.min(reconnectMs * 2 ** (attempt - 1), MOST_RECONNECT_MS) + Math.random() * reconnectMs
        : null,
  }
}
