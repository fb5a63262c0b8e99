import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keySlot } from '../../../shared/key-slot'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'

/** Bytes that often hold braces. */
const key = fc
  .array(fc.oneof(fc.constant(0x7b), fc.constant(0x7d), fc.integer({ min: 0, max: 255 })), { maxLength: 40 })
  .map((bytes) => Buffer.from(bytes))

onEachServer('CLUSTER KEYSLOT of %s', (version) => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({ version, config: ['cluster-enabled yes'] })
  })
  afterAll(() => redis.stop())

  test('says the same of any bytes', async () => {
    const client = redis.client()
    await fc.assert(
      fc.asyncProperty(key, async (bytes) => {
        expect(keySlot(bytes)).toBe(await client.call('CLUSTER', 'KEYSLOT', bytes))
      }),
      { numRuns: 500 },
    )
  })
})
