import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type RedisSetup, type TestRedis } from '../../../helpers/redis-server'
import { openSluice, type World } from '../recovery/recovery-kit'

/** A server for the file, empty for each test, and behind a proxy a Sluice of the test's own. For what is the same on every server. */
export function useOneServer(setup: RedisSetup = {}): World {
  let redis: TestRedis
  let direct: Redis
  let world: World | null = null
  const now = (): World => {
    if (world === null) throw new Error('there is a world within a test only')
    return world
  }
  beforeAll(async () => {
    redis = await startRedis(setup)
    direct = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    world = { redis, direct, proxy, sluice: await openSluice(redis.connection({ endpoint })) }
    await direct.config('RESETSTAT')
  })
  afterEach(async () => {
    const { proxy, sluice } = now()
    proxy.resume()
    await sluice.stop()
    await proxy.stop()
    world = null
  })
  return {
    get redis() {
      return now().redis
    },
    get direct() {
      return now().direct
    },
    get proxy() {
      return now().proxy
    },
    get sluice() {
      return now().sluice
    },
  }
}
