import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import { hasKeysThatExpire, serverMemory } from '../../../electron/redis/server-memory'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

onEachServer('on %s', (version) => {
  const clients = useSluiceClients()
  let redis: TestRedis
  let direct: Redis
  let proxy: FaultProxy
  let client: OwnedClient
  beforeEach(async () => {
    redis = await startRedis({ version })
    direct = redis.client()
    proxy = await startFaultProxy(redis)
    client = await clients.open(redis, { profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } } })
  })
  afterEach(async () => {
    await proxy.stop()
    await redis.stop()
  })
  const limited = (bytes: number, policy = 'noeviction') =>
    direct.config('SET', 'maxmemory', String(bytes)).then(() => direct.config('SET', 'maxmemory-policy', policy))
  const says = (text: string) =>
    proxy.fault('INFO', { kind: 'replace-reply', reply: `$${Buffer.byteLength(text)}\r\n${text}\r\n` })

  test('a server without maxmemory has no limit to be near to', async () => {
    expect(await serverMemory(client.reader)).toBeNull()
  })

  test('tells what it uses of what it may, and by which policy', async () => {
    await limited(64 * 1024 ** 2, 'allkeys-lru')
    const before = await serverMemory(client.reader)
    expect(before).toMatchObject({ maxBytes: 64 * 1024 ** 2, policy: 'allkeys-lru' })
    await direct.set('big', 'x'.repeat(4 * 1024 ** 2))
    const after = await serverMemory(client.reader)
    expect((after?.usedBytes ?? 0) - (before?.usedBytes ?? 0)).toBeGreaterThan(3.9 * 1024 ** 2)
  })

  test('keys that expire are known in whatever database', async () => {
    expect(await hasKeysThatExpire(client.reader)).toBe(false)
    await direct.set('stays', '1')
    expect(await hasKeysThatExpire(client.reader)).toBe(false)
    await direct.select(3)
    await direct.set('goes', '1', 'EX', 600)
    expect(await hasKeysThatExpire(client.reader)).toBe(true)
  })

  test('what is not counted for eviction is left out', async () => {
    void says('used_memory:1000\r\nmaxmemory:2000\r\nmem_not_counted_for_evict:300\r\nmaxmemory_policy:noeviction\r\n')
    expect(await serverMemory(client.reader)).toEqual({ usedBytes: 700, maxBytes: 2000, policy: 'noeviction' })
  })

  test.each([
    ['without a limit', 'used_memory:1000\r\n'],
    ['without a figure', 'maxmemory:1000\r\nmaxmemory_policy:noeviction\r\n'],
    ['below nothing', 'used_memory:-5\r\nmaxmemory:1000\r\n'],
    ['beyond all numbers', 'used_memory:99999999999999999999\r\nmaxmemory:1000\r\n'],
    ['that is no number', 'used_memory:1e3\r\nmaxmemory:1000\r\n'],
    ['of nothing at all', ''],
  ])('a reply %s says nothing', async (_what, text) => {
    void says(text)
    expect(await serverMemory(client.reader)).toBeNull()
  })
})
