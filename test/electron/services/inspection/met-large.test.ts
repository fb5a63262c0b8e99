import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isAppError } from '../../../../shared/error'
import type { Reader } from '../../../../electron/redis/reader-writer'
import type { StreamLook } from '../../../../electron/redis/stream-look'
import { inspectStream } from '../../../../electron/services/inspection/inspection'
import { countByScript } from '../../../../electron/services/inspection/lag-count'
import { createLooker, type Looker } from '../../../../electron/services/inspection/look'
import { lookMemory } from '../../../../electron/services/inspection/look-memory'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const MIB = 1024 * 1024
const KEY = Buffer.from('orders')

onEachServer('single large entries among small ones, on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  beforeAll(async () => {
    redis = await startRedis({ version })
    feed = redis.client()
    await redis.cli('ACL', 'SETUSER', 'plain', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
  })
  afterAll(() => redis.stop())

  const small = async (from: number, count: number): Promise<void> => {
    const adding = feed.pipeline()
    for (let at = from; at < from + count; at += 1) adding.xadd('orders', `${at}-0`, 'n', 'x'.repeat(80))
    await adding.exec()
  }
  const large = (id: number, mib = 4): Promise<unknown> =>
    feed.xadd('orders', `${id}-0`, 'body', Buffer.alloc(mib * MIB, 'x'))
  beforeEach(async () => {
    await feed.flushall()
    await small(1, 2_000)
    await feed.xgroup('CREATE', 'orders', 'billing', '2000-0')
  })

  describe.each(['script', 'commands'] as const)('by %s', (how) => {
    let reader: Reader
    let looker: Looker
    beforeEach(async () => {
      const profile = how === 'script' ? {} : { username: 'plain' }
      ;({ reader } = await clients.open(redis, { profile, password: how === 'script' ? null : 'pw' }))
      looker = createLooker(reader)
    })
    const look = async (): Promise<StreamLook> => {
      const [seen] = await looker.look([{ key: KEY, first: 0 }], 60_000)
      if (!seen || isAppError(seen)) throw seen ?? new Error('nothing was seen')
      return seen
    }
    /** Commands, also those of a script, that read entries: XINFO STREAM, XRANGE. */
    const touched = async (what: () => Promise<unknown>): Promise<string> => {
      await feed.config('RESETSTAT')
      await what()
      const stats = await feed.info('commandstats')
      return ['xinfo\\|stream', 'xrange']
        .map((name) => new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? '0')
        .join(' ')
    }
    const sent = async (what: () => Promise<unknown>): Promise<number> => {
      await feed.config('RESETSTAT')
      await what()
      return Number(/total_net_output_bytes:(\d+)/.exec(await feed.info('stats'))?.[1])
    }

    test('a large last entry is met once', async () => {
      await large(3_000)
      const first = await look()
      expect(first).toMatchObject({ large: true, ends: null })
      // Only what comes after it is asked for, and what lies before it.
      expect(await touched(look)).toBe(how === 'script' ? '0 2' : '0 1')
      expect(await sent(look)).toBeLessThan(20_000)
    })

    test('the ends are known again when the last entry is another', async () => {
      await large(3_000)
      await look()
      await small(4_000, 1)
      expect(await look()).toMatchObject({ large: false, ends: { lastId: '4000-0', firstId: '1-0' } })
      // It is the first unread one, and is told without being touched.
      const again = await look()
      expect(again.groups).toMatchObject([{ unread: { firstId: '3000-0' } }])
      expect(await sent(look)).toBeLessThan(20_000)
    })

    test('they are known again when the large last entry was deleted', async () => {
      await large(3_000)
      await look()
      await look()
      await feed.xdel('orders', '3000-0')
      await look()
      expect(await look()).toMatchObject({ large: false, ends: { lastId: '2000-0' } })
    })

    test('a large first entry is met once, and the ends are known again when it was trimmed', async () => {
      await feed.del('orders')
      await large(1)
      await small(2, 300)
      expect(await look()).toMatchObject({ large: true, ends: null })
      expect(await touched(look)).toBe('0 0')
      await feed.xtrim('orders', 'MAXLEN', 250)
      await look()
      expect(await look()).toMatchObject({ large: false, ends: { firstId: '52-0' } })
    })

    test('a large last entry behind another is met by itself', async () => {
      await large(3_000)
      await look()
      await large(4_000)
      await look()
      expect(await sent(look)).toBeLessThan(20_000)
      expect(await look()).toMatchObject({ large: true, ends: null })
    })

    test('an unread large entry in the midst is not read again, wherever a group stands before it', async () => {
      await large(3_000)
      await small(4_000, 1)
      await look()
      await feed.xgroup('CREATE', 'orders', 'audit', '1999-0')
      expect(await sent(look)).toBeLessThan(20_000)
      await feed.xgroup('SETID', 'orders', 'audit', '2000-0')
      const { groups } = await look()
      expect(groups.map(({ unread }) => unread?.firstId)).toEqual(['3000-0', '3000-0'])
      expect(groups.map(({ unread }) => unread?.complete)).toEqual([false, false])
    })

    test('the figures of a stream that is shown come without it', async () => {
      await large(3_000)
      await inspectStream(reader, KEY)
      const again = await sent(() => inspectStream(reader, KEY))
      expect(again).toBeLessThan(20_000)
    })

    test('what is pending and large is looked up once', async () => {
      await large(3_000)
      await small(4_000, 1)
      await feed.eval("redis.call('XREADGROUP','GROUP','billing','ann','STREAMS','orders','>') return 1", 1, 'orders')
      const asked = { poisonDeliveries: 5, presence: 20, after: null, neglectedAfterMs: 60_000 }
      const peek = async () => (await looker.peek({ key: KEY, group: Buffer.from('billing'), ...asked }))?.peek
      await peek()
      expect(await sent(peek)).toBeLessThan(20_000)
      expect(await peek()).toMatchObject({ looked: 2, gone: 0 })
      if (how === 'script') expect(await touched(peek)).toBe('0 1')
    })
  })

  test('the script reads few entries of a stretch of large ones, and none of these again', async () => {
    for (let at = 3_000; at < 3_020; at += 1) await large(at, 1)
    await small(9_000, 1)
    const { reader } = await clients.open(redis)
    const looker = createLooker(reader)
    await looker.look([{ key: KEY, first: 0 }], 60_000)
    const { met } = lookMemory(reader)
    expect(met.of(KEY).ids).toEqual(['3000-0'])
    const counted = await countByScript(looker, KEY, { after: '1990-0', averageBytes: 324 })
    expect(counted).toEqual({ counted: 10, complete: false })
    expect(met.of(KEY).ids).toEqual(['3000-0'])
  })

  test('counting stops at the first large entry that it meets', async () => {
    await large(3_000)
    await small(4_000, 1)
    const { reader } = await clients.open(redis)
    const looker = createLooker(reader)
    const count = () => countByScript(looker, KEY, { after: '1995-0', averageBytes: 324 })
    expect(await count()).toMatchObject({ complete: false })
    expect(await count()).toEqual({ counted: 5, complete: false })
  })
})
