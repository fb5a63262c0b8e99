import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkloadClient } from '../../../electron/redis/workload-client'
import { allSeeds } from '../../../electron/sandbox/seeds/all-seeds'
import { BINARY_CONSUMER, BINARY_GROUP, BINARY_KEY } from '../../../electron/sandbox/seeds/odd-names'
import { seedServer } from '../../../electron/sandbox/seed'
import { serverClock } from '../../helpers/server-clock'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import type { Redis } from 'ioredis'

let redis: TestRedis
let client: Redis
beforeAll(async () => {
  redis = await startRedis({ config: ['rdbcompression no'] })
  client = redis.client()
})
afterAll(() => redis.stop())

async function seedInto(server: TestRedis, now?: number): Promise<number> {
  const workload = createWorkloadClient({ host: server.host, port: server.port, password: '' }, 'test')
  await workload.open()
  const missed = await seedServer(workload, allSeeds, now)
  workload.close()
  return missed.length
}

/** Fields of a flat reply by name. */
function record(flat: unknown): Record<string, unknown> {
  const list = flat as readonly unknown[]
  return Object.fromEntries(list.flatMap((name, at) => (at % 2 === 0 ? [[String(name), list[at + 1]]] : [])))
}
const groups = async (key: string) => ((await client.xinfo('GROUPS', key)) as unknown[]).map(record)
const consumers = async (key: string, group: string) =>
  ((await client.xinfo('CONSUMERS', key, group)) as unknown[]).map(record)
const HOUR = 3_600_000
const MINUTE = 60_000

describe('the figures of the five systems and of the order pipeline', () => {
  let begun: number
  beforeAll(async () => {
    begun = await serverClock(client)
    expect(await seedInto(redis)).toBe(0)
  })

  test('the tweets processor has exactly 209 pending', async () => {
    expect(await client.xpending('tweets_stream', 'redisearch_app_group')).toEqual([
      209,
      '1620973121009-0',
      '1621054539960-0',
      [
        ['consumer-1f20d41d-e63e-40d2-bc0f-749f11f15026', '3'],
        ['monitoring_app', '206'],
      ],
    ])
    const held = (await client.xpending('tweets_stream', 'redisearch_app_group', '-', '+', 300)) as [
      string,
      string,
      number,
      number,
    ][]
    expect(held).toHaveLength(209)
    expect(Math.min(...held.map(([, , idleMs]) => idleMs))).toBeGreaterThan(10_000)
  })

  test('billing has a crashed consumer that holds 1 204 entries, last seen 40 minutes ago', async () => {
    const all = await consumers('orders', 'billing')
    const passed = (await serverClock(client)) - begun
    expect(all).toMatchObject([
      { name: 'worker-1', pending: 5 },
      { name: 'worker-2', pending: 4 },
      { name: 'worker-3', pending: 1_204 },
    ])
    expect(all[2]?.idle).toBeGreaterThanOrEqual(40 * MINUTE)
    expect(all[2]?.idle).toBeLessThanOrEqual(40 * MINUTE + passed)
    expect(all[0]?.idle).toBeLessThanOrEqual(passed)
  })

  test('shipping has a poison entry delivered 20 times, and 38 pending entries that were trimmed away', async () => {
    const poison = (await client.xpending('orders', 'shipping', '-', '+', 10, 'packer-2')) as [
      string,
      string,
      number,
      number,
    ][]
    expect(poison).toMatchObject([[expect.any(String), 'packer-2', expect.any(Number), 20]])
    const lost = (await client.xpending('orders', 'shipping', '-', '+', 100, 'packer-7')) as [string][]
    expect(lost).toHaveLength(38)
    for (const [id] of lost) expect(await client.xrange('orders', id, id)).toEqual([])
  })

  test('audit is behind, fraud-check never began, analytics is as it should be', async () => {
    expect(await client.xlen('orders')).toBe(12_000)
    expect(await groups('orders')).toMatchObject([
      { name: 'analytics', pending: 0, lag: 0 },
      { name: 'audit', pending: 25, lag: 5_375 },
      { name: 'billing', pending: 1_213, lag: 0 },
      { name: 'fraud-check', pending: 0, consumers: 0, lag: 12_000 },
      { name: 'shipping', pending: 54, lag: 0 },
    ])
  })

  test('the lost owner of four data streams has been idle for six minutes, and its locks are gone', async () => {
    const lost = 'redis-consumer-checkout-7d9f6b-z9dead'
    const held = (await client.xpending('checkout-input', 'checkout-group', '-', '+', 20, lost)) as [
      string,
      string,
      number,
    ][]
    expect(held).toHaveLength(4)
    for (const [, , idleMs] of held) expect(idleMs).toBeGreaterThan(6 * MINUTE)
    expect(await client.keys('checkout-session-*:*')).toHaveLength(12)
    expect(await client.config('GET', 'notify-keyspace-events')).toEqual(['notify-keyspace-events', 'xE'])
  })

  test('the consumers of check-ins have been idle for over 2 262 000 ms with nothing pending', async () => {
    expect(await groups('ncc:checkins')).toMatchObject([
      { name: 'checkinConsumers', pending: 0, 'last-delivered-id': '1609605876514-0' },
    ])
    const all = await consumers('ncc:checkins', 'checkinConsumers')
    expect(all).toMatchObject([{ pending: 0 }, { pending: 0 }])
    for (const { idle } of all) expect(idle).toBeGreaterThan(2_262_000)
    for (const { idle } of all) expect(idle).toBeLessThan(HOUR)
  })

  test('the two groups of one stream have parted, and a worker of the queue is over a minute idle', async () => {
    expect(await groups('example-stream')).toMatchObject([
      { name: 'example-group', pending: 6, lag: 0 },
      { name: 'example-group-2', pending: 25, lag: 180 },
    ])
    const held = (await client.xpending('work_queue', 'workers', '-', '+', 99, 'worker_2')) as [
      string,
      string,
      number,
    ][]
    expect(held.filter(([, , idleMs]) => idleMs > MINUTE)).toHaveLength(11)
  })

  test('1 200 entries of one millisecond are pending', async () => {
    const [total, smallest, greatest] = (await client.xpending('bulk-import', 'importer')) as [number, string, string]
    expect(total).toBe(1_200)
    expect(smallest.split('-')[0]).toBe(greatest.split('-')[0])
  })

  test('names and values of any bytes are there as bytes', async () => {
    const [group] = (await client.callBuffer('XINFO', ['GROUPS', BINARY_KEY])) as Buffer[][]
    expect(group?.[1]).toEqual(BINARY_GROUP)
    const [row] = (await client.callBuffer('XPENDING', [BINARY_KEY, BINARY_GROUP, '-', '+', 1])) as Buffer[][]
    expect(row?.[1]).toEqual(BINARY_CONSUMER)
    expect(await client.xlen('orders:returns')).toBe(0)
    expect(await client.xlen('orders:refunds')).toBe(0)
  })

  test('some 150 small streams and other keys make a tree like a real one, in little memory', async () => {
    const streams = new Set<string>()
    let cursor = '0'
    do {
      const [next, keys] = await client.scan(cursor, 'COUNT', 1_000, 'TYPE', 'stream')
      for (const key of keys) streams.add(key)
      cursor = next
    } while (cursor !== '0')
    expect(streams.size).toBeGreaterThan(180)
    expect(await client.dbsize()).toBeGreaterThan(streams.size + 300)
    const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1]
    expect(Number(used)).toBeLessThan(40 * 1024 * 1024)
  })
})

test('the same time gives the same server, entry for entry', async () => {
  const now = Date.now()
  const [first, second] = [await seededAt(now), await seededAt(now)]
  expect(first.size).toBeGreaterThan(500)
  expect([...first.keys()]).toEqual([...second.keys()])
  for (const [key, held] of first) expect(held === second.get(key), `the same in ${key}`).toBe(true)
})

/** What each key holds, by its name in base64. */
async function seededAt(now: number): Promise<ReadonlyMap<string, string>> {
  return withRedis(
    async (server) => {
      await seedInto(server, now)
      const direct = server.client()
      const keys = (await direct.keysBuffer('*')).sort((a, b) => a.compare(b))
      const held = await Promise.all(keys.map((key) => contents(direct, key)))
      return new Map(keys.map((key, at) => [key.toString('base64'), JSON.stringify(held[at])]))
    },
    { config: ['rdbcompression no'] },
  )
}

/** All but what the server's own clock puts there: when each consumer that is alive was last seen. */
async function contents(client: Redis, key: Buffer): Promise<unknown> {
  const type = await client.type(key)
  if (type !== 'stream') return type
  const full = record(await client.callBuffer('XINFO', ['STREAM', key, 'FULL', 'COUNT', 0]))
  const ofGroups = (full.groups as unknown[]).map(record).map((group) => ({
    ...group,
    consumers: (group.consumers as unknown[]).map(record).map((consumer) => ({ ...consumer, 'seen-time': null })),
  }))
  return { ...full, groups: ofGroups }
}
