import type { Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import type { NearlyFull } from '../../../shared/judgement/memory-findings'
import { toBuffer } from '../../redis/bytes'
import type { RedisClient } from '../../redis/client'
import { hasKeysThatExpire, serverMemory, type ServerMemory } from '../../redis/server-memory'
import { MONITORING, sentBy } from '../../redis/sent-by'
import type { Topology } from '../../redis/topology'
import { refusesCommand } from '../inspection/look-memory'
import type { Budget } from './budget'

/** One command per server so often at most, and one more where it is nearly full by a policy that spares most keys. */
const EVERY_MS = 30_000
/** A reply of INFO memory has some 1 700 bytes. */
const REPLY_BYTES = 2_000

interface Options {
  readonly topology: Topology
  readonly budget: Budget
  readonly memoryPercent: () => number
  /** A server is nearly full, or is not any more. */
  readonly onNews: () => void
}

export interface ServerMemories {
  /** Those that are nearly full, by what was told last. */
  full(): readonly NearlyFull[]
  /** Asks each server with keys of its own, unless that was done lately. */
  look(): void
  /** Somebody asks again, or the server may be another one: what was refused may be allowed by now. */
  askAgain(): void
}

/** How full the servers are. */
export function createServerMemories({ topology, budget, memoryPercent, onNews }: Options): ServerMemories {
  const told = new Map<RedisClient, NearlyFull>()
  /** Each refusal is a line of the server's log. */
  const refused = new Set<RedisClient>()
  let askedAtMs = -Infinity
  let isAsking = false

  async function ask(client: RedisClient): Promise<void> {
    if (!client.isReady() || refused.has(client) || budget.waitMs() > 0) return
    budget.spend(1, REPLY_BYTES)
    try {
      const memory = await serverMemory(client.reader)
      const full = memory && (await nearlyFull(client, memory))
      if (full) told.set(client, full)
      else told.delete(client)
    } catch (error) {
      // What is not known stays as it was told last: a server that does not answer is no emptier for that.
      const isRefused = isAppError(error) && refusesCommand(error, 'info')
      if (isRefused || isAppError(error, 'UNSUPPORTED')) refused.add(client)
    }
  }

  async function nearlyFull(client: RedisClient, memory: ServerMemory): Promise<NearlyFull | null> {
    const { usedBytes, maxBytes, policy } = memory
    if (usedBytes * 100 < memoryPercent() * maxBytes) return null
    // Those go first, and that is how a cache works.
    if (policy.startsWith('volatile-')) {
      budget.spend(1, REPLY_BYTES)
      if (await hasKeysThatExpire(client.reader)) return null
    }
    const has = (key: Bytes): boolean => topology.serverOf(toBuffer(key)) === client
    return { usedBytes, maxBytes, evicts: policy.startsWith('allkeys-'), has }
  }

  async function askAll(): Promise<void> {
    if (isAsking) return
    isAsking = true
    askedAtMs = performance.now()
    const before = told.size
    const clients = topology.primaries()
    for (const client of told.keys()) if (!clients.includes(client)) told.delete(client)
    await sentBy(MONITORING, () => Promise.all(clients.map(ask)))
    isAsking = false
    if (before > 0 || told.size > 0) onNews()
  }

  return {
    full: () => [...told.values()],
    look() {
      if (performance.now() - askedAtMs >= EVERY_MS) void askAll()
    },
    askAgain() {
      refused.clear()
      void askAll()
    },
  }
}
