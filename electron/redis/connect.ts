import { Redis } from 'ioredis'
import { isAppError } from '../../shared/error'
import { commandError, connectionError, unreachable } from './errors'
import { explain } from './explain'
import { bothFilters, createSecretFilter, prefixSaid } from './hide-secret'
import { createPasswordRenewal, isRefusal } from './password-renewal'
import { createPing } from './ping'
import { createPreviousConnections } from './previous-connections'
import type { ClientChange, OwnedClient, OwnPurpose } from './client'
import {
  CONNECT_TIMEOUT_MS,
  ioredisOptions,
  MOST_RECONNECT_MS,
  progressLimit,
  RECONNECT_MS,
  type ConnectOptions,
  type Purpose,
} from './connect-options'
import { createCommandTap } from './command-tap'
import { endpointName } from './dial'
import { isSelectFailure, usePassword } from './ioredis-inner'
import { createLargeCalls } from './large-calls'
import { createLocator } from './locate'
import { failedCommand } from './command-key'
import { checkReads, checkWrites } from './commands'
import { probeCommand, refusalOf } from './probe'
import type { Argument, Reader, Writer } from './reader-writer'
import type { Reply } from './reply'
import { keepingUp } from './sent-by'
import { TappedRedis } from './tapped-redis'
import { createTransactions } from './transaction'
import { createWire, type Line } from './wire'
import { timedOut, withinTime } from './within-time'

/** Beyond the time to connect, for TLS and HELLO. */
const HANDSHAKE_MS = 2_000
/** Of all clients, so that no two connections have one number. */
let lines = 0

export function createRedisClient(options: ConnectOptions, purpose: Purpose = 'usual'): OwnedClient {
  const endpoint = options.located?.name ?? endpointName(options.profile)
  const password = createPasswordRenewal(options.password, options.passwordAgain)
  let secrets = createSecretFilter(options.password)
  const whyLost = (error: unknown) => secrets.error(connectionError(error, endpoint))
  const whyFailed = (error: unknown, line: Line, wrote: boolean) =>
    secrets.error(commandError(error, failedCommand(line, wrote), endpoint))
  let wasOpen = false
  let closed = false
  let usable = false
  /** The first error since it was usable, or since this attempt began: the ones that follow are its echo. */
  let reason: unknown = null
  let attemptBegins = false
  let line = 0
  const listeners = new Set<(change: ClientChange) => void>()
  const mayReconnect = (): boolean => wasOpen && !closed
  const { located, tunnel, passwordAgain, reconnectMs = RECONNECT_MS } = options
  const locator =
    (located ?? tunnel ?? passwordAgain) &&
    createLocator({
      ...{ located, tunnel, endpoint: options.profile.endpoint },
      ...{ mayRetry: mayReconnect, firstMs: reconnectMs, mostMs: MOST_RECONNECT_MS },
      failed(error) {
        reason = error
        tell('lost')
      },
    })
  const reach = locator && (() => renewPassword().then(locator.reach))
  const tap =
    options.commands &&
    createCommandTap({
      sink: options.commands,
      node: () => endpointName({ endpoint: locator?.last() ?? options.profile.endpoint }),
      prefixOf: (said) => prefixSaid(said, secrets),
    })
  const wire = createWire({
    redis: (): Redis => redis,
    tap,
    limit: progressLimit(purpose, options),
    mostBytes: typeof purpose === 'object' ? purpose.bytes : undefined,
  })
  const given = ioredisOptions(options, purpose, mayReconnect, wire.awaiting, reach)
  const redis = tap ? new TappedRedis(given, tap) : new Redis(given)
  /** The very server that it leads to now. */
  const here = (): ConnectOptions => {
    const at = locator?.last()
    const now = { ...options, password: password.current() }
    return at ? { ...now, located: undefined, profile: { ...options.profile, endpoint: at } } : now
  }
  /** Before each connection. Rejects where the server's refusal stands. */
  const renewPassword = async (): Promise<void> => {
    const before = password.current()
    const refusal = await password.renew()
    if (refusal !== null) {
      reason = refusal
      tell('lost')
      closed = true
      throw refusal
    }
    const now = password.current()
    if (now === before || now === null) return
    secrets = bothFilters(secrets, createSecretFilter(now))
    usePassword(redis, now)
  }

  const tell = (state: ClientChange['state']): void => {
    const error = state === 'ready' ? null : reason === null ? unreachable('closed', endpoint) : whyLost(reason)
    if (state === 'ready' && options.traffic) options.traffic.reconnects += 1
    keepingUp(() => listeners.forEach((listener) => listener({ state, error })))
  }
  const lost = (): void => {
    const error = reason === null ? null : whyLost(reason)
    if (error !== null && password.keepsBack(error)) reason = null
    tell('lost')
    if (error === null || reason === null || !isRefusal(error)) return
    closed = true
    redis.disconnect()
  }
  redis.on('connecting', () => {
    attemptBegins = true
  })
  redis.on('error', (error: unknown) => {
    if (reason === null || attemptBegins) reason = error
    attemptBegins = false
  })
  let greeted: NodeJS.Timeout | undefined
  redis.on('connect', () => {
    const limitMs = (options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) + HANDSHAKE_MS
    greeted = setTimeout(() => redis.stream.destroy(timedOut()), limitMs)
  })
  redis.on('ready', () => {
    clearTimeout(greeted)
    // ioredis goes on when SELECT fails, on database 0: writes would land in the wrong one.
    if (!attemptBegins && isSelectFailure(reason)) return redis.disconnect(wasOpen)
    usable = true
    reason = null
    password.taken()
    line = lines += 1
    previous.begin()
    if (wasOpen) tell('ready')
  })
  redis.on('close', () => {
    clearTimeout(greeted)
    usable = false
    // What was lost on it is on no connection that there is now.
    previous.begin()
    transactions.forget()
    pinging.forget()
    if (wasOpen && !closed) lost()
  })
  redis.on('end', () => {
    if (wasOpen && !closed) tell('ended')
  })

  /** Here nothing has been sent yet, so this is no unknown outcome. */
  const refuseUnlessUsable = (): void => {
    if (!usable) throw reason === null ? unreachable('closed', endpoint) : whyLost(reason)
  }
  const pinging = createPing(
    (command) => wire.send([command]),
    () => unreachable('not-redis', endpoint),
  )
  const transactions = createTransactions(wire, {
    ...{ whyFailed, refuseUnlessUsable },
    reconnect: () => redis.disconnect(true),
  })
  const call = async (line: Line, asking: boolean): Promise<Reply> => {
    if (!asking) return (await wire.send(line)) as Reply
    const [, [error, reply] = []] = await wire.sendAll([['ASKING'], line])
    if (error) throw error
    return reply as Reply
  }
  const send = async (command: string, args: readonly Argument[], wrote: boolean, asking = false): Promise<Reply> => {
    refuseUnlessUsable()
    try {
      return secrets.reply(command, await call([command, ...args], asking))
    } catch (error) {
      throw whyFailed(error, [command, ...args], wrote)
    }
  }
  const sendAll = async (lines: readonly Line[]) => {
    refuseUnlessUsable()
    const results = await wire.sendAll(lines)
    return results.map(([error, reply], at) => {
      const line = lines[at] ?? ['PING']
      return error ? whyFailed(error, line, false) : secrets.reply(line[0], reply as Reply)
    })
  }
  const previous = createPreviousConnections(sendAll)
  /** Remembers the connection that a reply was lost on. */
  const writing = async <T>(work: () => Promise<T>): Promise<T> => {
    const on = previous.now()
    try {
      return await work()
    } catch (error) {
      if (isAppError(error, 'UNKNOWN_OUTCOME')) previous.lost(on)
      throw error
    }
  }

  const sendProbe = ([command, ...args]: Line): Promise<Reply> => send(command, args, false)
  const beside = (other: OwnPurpose): OwnedClient =>
    createRedisClient({ ...here(), readsReplica: redis.options.readOnly === true }, other)
  const ping = async (): Promise<number | null> => {
    refuseUnlessUsable()
    try {
      return await pinging.ping()
    } catch (error) {
      throw whyFailed(error, ['PING'], false)
    }
  }
  const largeCalls = createLargeCalls(beside, ping)
  const readerOf = (asking: boolean): Reader => ({
    async call(command, ...args) {
      checkReads(command, args)
      return send(command, args, false, asking)
    },
    async pipeline(commands) {
      for (const [command, ...args] of commands) checkReads(command, args)
      return sendAll(commands)
    },
    ...(purpose === 'usual'
      ? {
          async callLarge(command, ...args) {
            checkReads(command, args)
            return largeCalls.call([command, ...args], asking)
          },
        }
      : {}),
  })
  const reader = readerOf(false)
  const writerOf = (asking: boolean): Writer => ({
    reader,
    async write(command, ...args) {
      checkWrites(command)
      return writing(() => send(command, args, true, asking))
    },
    async transaction(commands) {
      for (const [command] of commands) checkWrites(command)
      return writing(() => transactions.send(commands, asking))
    },
  })

  return {
    endpoint,
    username: options.profile.username,
    reader,
    writer: () => writerOf(false),
    asking: { reader: readerOf(true), writer: () => writerOf(true) },
    ping,
    probe: (name) => refusalOf(name === 'multi' ? transactions.tryOut() : sendProbe(probeCommand(name))),
    probeKey: (name, key) => refusalOf(sendProbe(probeCommand(name, key))),
    line: () => line,
    runId: () => previous.runId(),
    isReady: () => usable,
    fence: () => keepingUp(previous.fence),
    isFenced: () => previous.isFenced(),
    beside,
    async readReplica() {
      await send('READONLY', [], false)
      redis.options.readOnly = true
    },
    async open() {
      const stepMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS
      const limit = (tunnel ? 2 * stepMs : stepMs) + HANDSHAKE_MS
      try {
        await withinTime(redis.connect(), limit)
        await withinTime(pinging.ping(), limit)
      } catch (error) {
        closed = true
        usable = false
        redis.disconnect()
        throw secrets.error(await explain(connectionError(reason ?? error, endpoint), here()))
      }
      wasOpen = true
    },
    close() {
      closed = true
      usable = false
      listeners.clear()
      redis.disconnect()
      largeCalls.close()
    },
    onChange(listener) {
      listeners.add(listener)
    },
    redial() {
      if (mayReconnect() && usable) redis.disconnect(true)
    },
  }
}
