import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startRedis, type RedisSetup, type TestRedis } from './redis-server'

/** One server for all tests of a file or a suite, emptied before each; `prepare` is what else there is to do then. */
export function useEmptiedServer(
  setup: RedisSetup,
  prepare: (server: TestRedis, direct: Redis) => Promise<unknown>,
): void {
  let server: TestRedis
  let direct: Redis
  beforeAll(async () => {
    server = await startRedis(setup)
    direct = server.client()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    await direct.flushall()
    await prepare(server, direct)
  })
}
