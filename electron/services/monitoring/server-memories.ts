import { isAppError } from '../../../shared/error'
import type { Bytes } from '../../../shared/bytes'
import type { NearlyFull } from '../../../shared/judgement/memory-findings'
import { toBuffer } from '../../redis/bytes'
import type { RedisClient } from '../../redis/client'
import { hasKeysThatExpire, serverMemory, type ServerMemory } from '../../redis/server-memory'
import { MONITORING, sentBy } from '../../redis/sent-by'
import type { Topology } from '../../redis/topology'
import type { Budget } from './budget'

/** One command per server so often, and one more where it is nearly full by a policy that spares most keys. */
const EVERY_MS = 30_000
/** A reply of INFO memory has some 1 700 bytes. */
const REPLY_BYTES = 2_000

interface Options {
  readonly topology: Topology
  readonly budget: Budget
  readonly memoryPercent: () => number
  /** A server is nearly full, or is not any more. */
  readonly onNews: () => void
  readonly ended: AbortSignal
  readonly everyMs?: number | undefined
}

export interface ServerMemories {
  /** Those that are nearly full, by what was told last. */
  full(): readonly NearlyFull[]
  /** Somebody asks again, or the server may be another one: what was refused may be allowed by now. */
  askAgain(): void
}

/** Asks each server with keys of its own how full it is, from now on until `ended`. */
export function watchMemories({
  topology,
  budget,
  memoryPercent,
  onNews,
  ended,
  everyMs = EVERY_MS,
}: Options): ServerMemories {
  const told = new Map<RedisClient, NearlyFull>()
  /** Each refusal is a line of the server's log. */
  const refused = new Set<RedisClient>()
  let timer: NodeJS.Timeout | undefined
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
      if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) refused.add(client)
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
    clearTimeout(timer)
    if (isAsking || ended.aborted) return
    isAsking = true
    const before = [...told.values()]
    const clients = topology.primaries()
    for (const client of told.keys()) if (!clients.includes(client)) told.delete(client)
    await sentBy(MONITORING, () => Promise.all(clients.map(ask)))
    isAsking = false
    if (ended.aborted) return
    timer = setTimeout(() => void askAll(), everyMs).unref()
    if (before.length > 0 || told.size > 0) onNews()
  }

  ended.addEventListener('abort', () => clearTimeout(timer), { once: true })
  void askAll()
  return {
    full: () => [...told.values()],
    askAgain() {
      refused.clear()
      void askAll()
    },
  }
}
