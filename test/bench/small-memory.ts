import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { atMost, type Figure } from './figures'
import type { HostClient } from './host-client'
import { follow, until } from './watching'

const MIB = 1024 * 1024
const MEMORY = '130mb'
const WATCHED_MS = 15_000
/** Written meanwhile, to have something refused. */
const WRITE_EVERY_MS = 10

type Client = HostClient['client']

/**
 * What a look does to a server whose memory is all but full, and where one entry has 50 MiB: keys that it drops (LRU), and
 * writes of others that it refuses (noeviction).
 */
export async function measureSmallMemory(client: Client, say: (line: string) => void): Promise<readonly Figure[]> {
  const evicted = await inSetUp('allkeys-lru', 128_000_000, 20_000, async (redis, bare) => {
    const before = await statOf(bare, 'evicted_keys')
    await watch(redis, client, 'small-memory-lru')
    return (await statOf(bare, 'evicted_keys')) - before
  })
  say('watched a server that drops keys when its memory is full')
  const refused = await inSetUp('noeviction', 118_000_000, 200_000, async (redis, bare) => {
    let refusals = 0
    const writing = setInterval(
      () => void bare.xadd('orders', '*', 'a', 'b').catch(() => (refusals += 1)),
      WRITE_EVERY_MS,
    )
    try {
      await watch(redis, client, 'small-memory-noeviction')
    } finally {
      clearInterval(writing)
    }
    return refusals
  })
  const from = `maxmemory ${MEMORY}, an entry of 50 MiB, looked at for ${WATCHED_MS / 1_000} s`
  return [
    { name: 'keys dropped because somebody looks (allkeys-lru)', value: evicted, unit: '', aim: atMost(0), from },
    { name: 'writes refused because somebody looks (noeviction)', value: refused, unit: '', aim: atMost(0), from },
  ]
}

async function inSetUp<T>(
  policy: string,
  fillTo: number,
  valueBytes: number,
  work: (redis: TestRedis, bare: Redis) => Promise<T>,
): Promise<T> {
  const redis = await startRedis({ config: [`maxmemory ${MEMORY}`, `maxmemory-policy ${policy}`] })
  try {
    const bare = redis.client()
    await bare.xadd('full:0', '1-0', 'body', Buffer.alloc(50 * MIB, 'x'))
    await bare.xgroup('CREATE', 'full:0', 'g', '0')
    const value = Buffer.alloc(valueBytes, 'y')
    for (let at = 0; (await statOf(bare, 'used_memory')) < fillTo; at += 1) await bare.set(`k${at}`, value)
    return await work(redis, bare)
  } finally {
    await redis.stop()
  }
}

async function watch(redis: TestRedis, client: Client, name: string): Promise<void> {
  const profile = redis.connection({ name })
  const { id: connectionId } = await client.connection.save({ profile, secrets: { password: null } })
  await client.connection.open({ connectionId })
  const readAtMs = new Map<string, number>()
  const leaving = new AbortController()
  const following = follow(client, connectionId, leaving.signal, readAtMs, 'full:')
  await until(() => readAtMs.size > 0)
  await delay(WATCHED_MS)
  leaving.abort()
  await following.catch(() => undefined)
  await client.connection.close({ connectionId })
}

async function statOf(bare: Redis, name: string): Promise<number> {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(await bare.info('everything'))?.[1])
}
