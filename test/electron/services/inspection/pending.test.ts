import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { PendingHistogram } from '../../../../shared/model/pending'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { readPendingPage, summarizePending } from '../../../../electron/services/inspection/pending'
import { readBodies } from '../../../../electron/services/inspection/pending-bodies'
import {
  countPending,
  createBucketCounter,
  DELIVERIES_FROM,
  IDLE_FROM_MS,
} from '../../../../electron/services/inspection/pending-histogram'
import { onEachServer } from '../../../helpers/on-each-server'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { longer } from '../../../helpers/soak'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const MAX_HALF = 2n ** 64n - 1n
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let reader: Reader
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    reader = (await clients.open(redis)).reader
  })

  /** Adds them all and delivers them, to a consumer each in turn. */
  async function deliver(ids: readonly EntryId[], consumers: readonly string[] = ['c']): Promise<void> {
    const pipeline = feed.pipeline()
    for (const id of ids) pipeline.xadd('orders', id, 'n', id)
    pipeline.xgroup('CREATE', 'orders', 'billing', '0')
    ids.forEach((id, at) => {
      pipeline.xclaim('orders', 'billing', consumers[at % consumers.length] ?? 'c', 0, id, 'FORCE', 'JUSTID')
    })
    await pipeline.exec()
  }
  interface Walk {
    readonly count: number
    readonly consumer?: string
    readonly bodies?: boolean
  }
  async function walk({ count, consumer, bodies = false }: Walk): Promise<EntryId[]> {
    const seen: EntryId[] = []
    let after: EntryId | undefined
    do {
      const only = consumer === undefined ? {} : { consumer: Buffer.from(consumer) }
      const page = await readPendingPage(reader, KEY, GROUP, { count, bodies, after, ...only })
      seen.push(...page.entries.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after !== undefined)
    return seen
  }

  test('1 200 pending entries of one millisecond: all are seen, each once', async () => {
    const ids = Array.from({ length: 1_200 }, (_, at) => `1620973121009-${at}`)
    await deliver(ids, ['a', 'b'])
    for (const count of [7, 100, 1_000]) expect(await walk({ count })).toEqual(ids)
    expect(await walk({ count: 100, bodies: true })).toEqual(ids)
    const odd = ids.filter((_, at) => at % 2 === 1)
    expect(await walk({ count: 100, consumer: 'b' })).toEqual(odd)
  })

  test('ids at the ends of what there can be', async () => {
    const ids = ['0-1', `0-${MAX_HALF}`, '1-0', `${MAX_HALF}-0`, `${MAX_HALF}-${MAX_HALF}`]
    await deliver(ids)
    expect(await walk({ count: 1 })).toEqual(ids)
  })

  test('the summary exactly as the server counts it', async () => {
    await deliver(['1-1', '1-2', '1-3'], ['a', 'a', 'b'])
    expect(await summarizePending(reader, KEY, GROUP)).toEqual({
      total: 3,
      smallestId: '1-1',
      greatestId: '1-3',
      consumers: [
        { name: 'a', pending: 2 },
        { name: 'b', pending: 1 },
      ],
    })
  })

  test('bodies, and a mark where the entry is gone from the stream', async () => {
    await deliver(['1-1', '1-2', '1-3'])
    await feed.xdel('orders', '1-2')
    const read = (bodies: boolean) => readPendingPage(reader, KEY, GROUP, { count: 10, bodies })
    const page = await read(true)
    expect(page.next).toBeNull()
    expect(page.entries.map(({ id, inStream, body }) => [id, inStream, body?.fields[0]?.value ?? null])).toEqual([
      ['1-1', true, '1-1'],
      ['1-2', false, null],
      ['1-3', true, '1-3'],
    ])
    expect((await read(false)).entries.map(({ inStream, body }) => [inStream, body])).toEqual(
      Array(3).fill([null, null]),
    )
  })

  test('from an id, included', async () => {
    await deliver(['1-1', '1-2', '2-0'])
    const options = { count: 2, bodies: false }
    const { entries, next } = await readPendingPage(reader, KEY, GROUP, { ...options, from: '1-2' })
    expect([entries.map(({ id }) => id), next]).toEqual([['1-2', '2-0'], '2-0'])
    expect(await readPendingPage(reader, KEY, GROUP, { ...options, from: '2-1' })).toEqual({
      entries: [],
      next: null,
      walked: 0,
    })
  })

  test('the histogram counts every entry once, by idle time and by deliveries', async () => {
    const ids = Array.from({ length: 2_500 }, (_, at) => `5-${at}`)
    await deliver(ids, ['a', 'b'])
    const now = Date.now()
    for (const [at, [idleMs, count]] of (
      [
        [20_000, 2],
        [7_200_000, 20],
        [8 * 86_400_000, 99],
        [20_000, 0],
      ] as const
    ).entries()) {
      await feed.xclaim('orders', 'billing', 'a', 0, `5-${at * 2}`, 'TIME', now - idleMs, 'RETRYCOUNT', count, 'JUSTID')
    }
    const last = async (consumer?: Buffer): Promise<PendingHistogram | undefined> => {
      let event: PendingHistogram | undefined
      for await (event of countPending(reader, KEY, GROUP, { consumer }));
      return event
    }
    const all = await last()
    expect(all).toMatchObject({ state: 'done', counted: 2_500, total: 2_500 })
    const bucket = (from: readonly number[], counts: readonly number[] = []) =>
      Object.fromEntries(from.map((start, at) => [start, counts[at]] as const).filter(([, count]) => count !== 0))
    expect(bucket(DELIVERIES_FROM, all?.deliveries.counts)).toMatchObject({ 0: 1, 2: 1, 11: 1, 51: 1 })
    const idle = bucket(IDLE_FROM_MS, all?.idleMs.counts)
    expect(idle).toMatchObject({ 10_000: 2, 3_600_000: 1, 604_800_000: 1 })
    expect(Object.values(idle).reduce<number>((sum, count) => sum + Number(count), 0)).toBe(2_500)
    expect(await last(Buffer.from('b'))).toMatchObject({ counted: 1_250, total: 1_250 })
    expect(await last(Buffer.from('nobody'))).toMatchObject({ state: 'done', counted: 0, total: 0 })
  })

  test('a group that is gone is NOT_FOUND', async () => {
    const gone = { code: 'NOT_FOUND', data: { what: 'group', name: 'billing' } }
    const options = { count: 10, bodies: true }
    await expect(readPendingPage(reader, KEY, GROUP, options)).rejects.toMatchObject(gone)
    await expect(summarizePending(reader, KEY, GROUP)).rejects.toMatchObject(gone)
    await expect(countPending(reader, KEY, GROUP, {}).next()).rejects.toMatchObject(gone)
  })
})

describe('bodies', () => {
  let redis: TestRedis
  let feed: Redis
  beforeAll(async () => {
    redis = await startRedis()
    feed = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(() => feed.flushall())

  async function commandsFor(ids: readonly EntryId[]): Promise<{ commands: number; looked: number; found: number }> {
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const { reader } = await clients.open(redis, { profile: { endpoint } })
    const { bodies, looked } = await readBodies(reader, KEY, ids)
    const commands = proxy.commands.filter((name) => name === 'XRANGE').length
    await proxy.stop()
    return { commands, looked, found: bodies.size }
  }
  async function fill(ids: readonly EntryId[], value: string | Buffer = 'x'): Promise<void> {
    const pipeline = feed.pipeline()
    for (const id of ids) pipeline.xadd('orders', id, 'f', value)
    await pipeline.exec()
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}-0`)

  test('that lie close together come by a few ranges', async () => {
    await fill(upTo(1_000))
    const result = await commandsFor(upTo(1_000))
    expect(result).toMatchObject({ looked: 1_000, found: 1_000 })
    expect(result.commands).toBeLessThanOrEqual(6)
  })

  test('that lie far apart come one by one, without all that lies between', async () => {
    await fill(upTo(20_000))
    const wanted = upTo(20_000).filter((_, at) => at % 200 === 0)
    const result = await commandsFor(wanted)
    expect(result).toMatchObject({ looked: 100, found: 100 })
    expect(result.commands).toBeLessThanOrEqual(110)
  })

  test('that are all gone cost a few ranges', async () => {
    await fill(['5000-0'])
    const result = await commandsFor(upTo(1_000))
    expect(result).toMatchObject({ looked: 1_000, found: 0 })
    expect(result.commands).toBeLessThanOrEqual(6)
  })

  test('that are large end the page early', async () => {
    await fill(upTo(100), Buffer.alloc(200_000, 'x'))
    const { looked, found } = await commandsFor(upTo(100))
    expect(looked).toBeGreaterThan(5)
    expect(looked).toBeLessThan(60)
    expect(found).toBe(looked)
  })

  test('are those of the stream, whatever is pending and whatever is gone', async () => {
    const id = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 2 })).map((parts) => parts.join('-'))
    const some = fc.uniqueArray(id, { maxLength: 120 }).map((ids) => ids.sort(compareIds))
    const { reader } = await clients.open(redis)
    await fc.assert(
      fc.asyncProperty(some, some, async (inStream, pending) => {
        await feed.del('orders')
        await fill(inStream)
        const { bodies, looked } = await readBodies(reader, KEY, pending)
        expect(looked).toBe(pending.length)
        expect([...bodies.keys()].sort(compareIds)).toEqual(pending.filter((one) => inStream.includes(one)))
      }),
      { numRuns: longer(60) },
    )
  })
})

test('a bucket holds what is from its start on, up to the next', () => {
  const from = [0, 10, 20]
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 })), (values) => {
      const counter = createBucketCounter(from)
      for (const value of values) counter.add(value)
      const within = (low: number, high: number) => values.filter((value) => value >= low && value < high).length
      expect(counter.histogram()).toEqual({ from, counts: [within(0, 10), within(10, 20), within(20, Infinity)] })
    }),
  )
})
