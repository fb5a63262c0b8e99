import type { Reader } from './reader-writer'
import { info } from './server'

/** How much memory a server uses of what it may. */
export interface ServerMemory {
  /** What counts for eviction, bytes. */
  readonly usedBytes: number
  /** Its `maxmemory`, bytes. */
  readonly maxBytes: number
  /** Its `maxmemory-policy`: `noeviction`, `allkeys-lru`, … */
  readonly policy: string
}

/**
 * By INFO memory, as the server itself compares it before a write: `used_memory` less what is not counted for eviction (buffers of
 * replicas and of the append-only file). Null: it has no `maxmemory`, or does not tell. Throws what INFO throws.
 * https://redis.io/docs/latest/develop/reference/eviction/
 */
export async function serverMemory(reader: Reader): Promise<ServerMemory | null> {
  const told = await info(reader, 'memory')
  const [used, max] = [bytesOf(told.get('used_memory')), bytesOf(told.get('maxmemory'))]
  if (used === null || max === null || max === 0) return null
  const uncounted = bytesOf(told.get('mem_not_counted_for_evict')) ?? 0
  const policy = told.get('maxmemory_policy')?.trim().slice(0, 40) ?? ''
  return { usedBytes: Math.max(0, used - uncounted), maxBytes: max, policy }
}

/** Whether any key of any database has a time to live, by INFO keyspace: those are what a policy of `volatile-…` removes first. */
export async function hasKeysThatExpire(reader: Reader): Promise<boolean> {
  const told = await info(reader, 'keyspace')
  return [...told].some(([name, text]) => /^db\d+$/.test(name) && /(^|,)expires=[1-9]/.test(text))
}

function bytesOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null
}
