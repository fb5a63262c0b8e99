import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readPage } from '../../../../electron/services/inspection/entries'
import { readBodies } from '../../../../electron/services/inspection/pending-bodies'
import { existingIds } from '../../../../electron/redis/xrange'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const MIB = 1024 * 1024
const KEY = Buffer.from('orders')
const IDS = Array.from({ length: 20 }, (_, at) => `${at + 1}-0`)

onEachServer('pages of large entries, on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let reader: Reader
  beforeAll(async () => {
    redis = await startRedis({ version })
    feed = redis.client()
    for (const id of IDS) await feed.xadd('orders', id, 'body', Buffer.alloc(2 * MIB, 'x'))
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    ;({ reader } = await clients.open(redis))
  })

  const sent = async (what: () => Promise<unknown>): Promise<number> => {
    await feed.config('RESETSTAT')
    await what()
    return Number(/total_net_output_bytes:(\d+)/.exec(await feed.info('stats'))?.[1])
  }

  test('a page of the list begins with one entry', async () => {
    expect(await sent(() => readPage(reader, KEY, { order: 'newest', count: 50 }))).toBeLessThan(7 * MIB)
  })

  test('so does a page of pending entries', async () => {
    expect(await sent(() => readBodies(reader, KEY, IDS))).toBeLessThan(7 * MIB)
  })

  test('looking up which entries are there never asks for many of them at once', async () => {
    const pipelines: number[] = []
    const counting: Reader = {
      ...reader,
      pipeline: (lines) => {
        pipelines.push(lines.length)
        return reader.pipeline(lines)
      },
    }
    expect((await existingIds(counting, KEY, IDS)).size).toBe(IDS.length)
    expect(new Set(pipelines)).toEqual(new Set([1]))
  })
})
