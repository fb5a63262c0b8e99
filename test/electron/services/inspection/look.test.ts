import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isAppError } from '../../../../shared/error'
import type { StreamLook } from '../../../../electron/redis/stream-look'
import { createLooker, type Looker } from '../../../../electron/services/inspection/look'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const MIB = 1024 * 1024
const NOTHING = { firstId: null, counted: 0, complete: true }

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  beforeAll(async () => {
    redis = await startRedis({ version })
    feed = redis.client({ stringNumbers: true })
    await redis.cli('ACL', 'SETUSER', 'plain', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
  })
  afterAll(() => redis.stop())
  beforeEach(() => feed.flushall())

  const bytesOut = async (): Promise<number> =>
    Number(/total_net_output_bytes:(\d+)/.exec(await feed.info('stats'))?.[1])

  // By the script, and where there is none.
  describe.each([
    ['script', {}],
    ['commands', { username: 'plain' }],
  ] as const)('by %s', (how, profile) => {
    let looker: Looker
    const spent = { commands: 0, bytes: 0 }
    beforeEach(async () => {
      Object.assign(spent, { commands: 0, bytes: 0 })
      const client = await clients.open(redis, { profile, password: how === 'script' ? null : 'pw' })
      looker = createLooker(client.reader, (commands, bytes) => {
        spent.commands += commands
        spent.bytes += bytes
      })
    })
    const look = async (key: string, first = 0): Promise<StreamLook> => {
      const [seen] = await looker.look([{ key: Buffer.from(key), first }], 60_000)
      if (!seen || isAppError(seen)) throw seen ?? new Error('nothing was seen')
      return seen
    }

    test('ends, counters, groups, pending and consumers of a stream', async () => {
      for (let at = 1; at <= 6; at += 1) await feed.xadd('orders', `${at}-0`, 'n', at)
      await feed.xdel('orders', '2-0')
      await feed.xgroup('CREATE', 'orders', 'billing', '0')
      await feed.xgroup('CREATE', 'orders', 'audit', '$')
      await feed.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 3, 'STREAMS', 'orders', '>')
      await feed.xgroup('CREATECONSUMER', 'orders', 'billing', 'bob')
      const seen = await look('orders')
      expect(seen).toMatchObject({
        length: 5,
        large: false,
        next: null,
        ends: { lastGeneratedId: '6-0', firstId: '1-0', lastId: '6-0', maxDeletedId: '2-0', entriesAdded: 6 },
      })
      const [audit, billing] = seen.groups
      expect(audit).toMatchObject({
        consumers: 0,
        pending: 0,
        lastDeliveredId: '6-0',
        oldest: null,
        consumerList: null,
        crowd: null,
      })
      expect(billing).toMatchObject({
        consumers: 2,
        pending: 3,
        lastDeliveredId: '4-0',
        oldest: { id: '1-0', mostDeliveries: 1 },
      })
      const ann = billing?.consumerList?.find(({ pending }) => pending > 0)
      expect(ann).toMatchObject({ pending: 3, name: Buffer.from('ann') })
      expect(ann?.oldestIdleMs).not.toBeNull()
      expect(billing?.consumerList).toHaveLength(2)
    })

    test('large entries are not touched, wherever they lie: figures without them stay', async () => {
      await feed.xadd('large', '1-0', 'body', Buffer.alloc(MIB, 'x'))
      await feed.xadd('large', '2-0', 'body', Buffer.alloc(MIB, 'x'))
      await feed.xgroup('CREATE', 'large', 'g', '0')
      await feed.xreadgroup('GROUP', 'g', 'ann', 'COUNT', 1, 'STREAMS', 'large', '>')
      await feed.config('RESETSTAT')
      const before = await bytesOut()
      const seen = await look('large')
      expect((await bytesOut()) - before).toBeLessThan(20_000)
      expect(seen).toMatchObject({ length: 2, large: true, ends: null })
      expect(seen.groups).toMatchObject([{ pending: 1, lastDeliveredId: '1-0', unread: null, oldest: { id: '1-0' } }])
      expect(await feed.info('commandstats')).not.toMatch(/xinfo\|stream|xrange/)
      expect(spent.bytes).toBeLessThan(5_000)
    })

    /** So many entries delivered, then trimmed to the last `kept`, each gone one pending still. */
    const holding = async (pending: number, kept: number, gapMs: number, body = 'x'): Promise<void> => {
      await feed.xgroup('CREATE', 'held', 'g', '0', 'MKSTREAM')
      const add = feed.pipeline()
      for (let at = 1; at <= pending; at += 1) {
        add.xadd('held', `${at * gapMs}-0`, 'body', at > pending - kept ? body : 'x')
      }
      add.xreadgroup('GROUP', 'g', 'ann', 'COUNT', pending, 'STREAMS', 'held', '>')
      add.xtrim('held', 'MAXLEN', kept)
      await add.exec()
    }

    test.each([
      [135, 1, 1],
      [200, 1, 54_321],
      [500, 1, 1],
      [400, 2, 54_321],
    ])('%i pending entries beside %i in the stream (ids %i apart) don’t make these large', async (...how) => {
      await holding(...how)
      const last = `${how[0] * how[2]}-0`
      expect(await look('held')).toMatchObject({ large: false, ends: { lastId: last }, groups: [{ unread: NOTHING }] })
      const next = `${how[0] * how[2] + 1}-0`
      await feed.xadd('held', next, 'body', 'x')
      expect(await look('held')).toMatchObject({ groups: [{ unread: { firstId: next } }] })
    })

    test('a large entry beside many pending ones is sent by no look, and touched once at the most', async () => {
      await holding(500, 1, 1, 'x'.repeat(MIB))
      await look('held')
      await feed.xadd('held', '501-0', 'body', 'x'.repeat(MIB))
      await feed.config('RESETSTAT')
      const before = await bytesOut()
      for (let at = 0; at < 3; at += 1) expect(await look('held')).toMatchObject({ large: true, ends: null })
      expect((await bytesOut()) - before).toBeLessThan(100_000)
    })

    test('an empty stream, and one of entries that are gone but pending, are not taken for large', async () => {
      await feed.xgroup('CREATE', 'empty', 'g', '0', 'MKSTREAM')
      for (let at = 1; at <= 300; at += 1) await feed.xadd('empty', `${at}-0`, 'n', at)
      await feed.xreadgroup('GROUP', 'g', 'ann', 'STREAMS', 'empty', '>')
      await feed.xtrim('empty', 'MAXLEN', 0)
      expect(await look('empty')).toMatchObject({
        length: 0,
        large: false,
        ends: { lastGeneratedId: '300-0', firstId: null, lastId: null },
        groups: [{ pending: 300, oldest: { id: '1-0' } }],
      })
    })

    test('consumers of more groups than one look has room for come in turn', async () => {
      await feed.xadd('orders', '1-0', 'a', 'b')
      const script = `for g = 1, 5 do redis.call('XGROUP', 'CREATE', 'orders', 'g' .. g, '0')
        for c = 1, 200 do redis.call('XGROUP', 'CREATECONSUMER', 'orders', 'g' .. g, 'c' .. c) end
        redis.call('XREADGROUP', 'GROUP', 'g' .. g, 'c1', 'STREAMS', 'orders', '>') end`
      await feed.eval(script, 0)
      const turns: string[][] = []
      let first = 0
      for (let turn = 0; turn < 3; turn += 1) {
        const { groups, next } = await look('orders', first)
        expect(groups).toHaveLength(5)
        turns.push(groups.filter(({ consumerList }) => consumerList).map(({ name }) => String(name)))
        first = next ?? 0
      }
      expect(turns).toEqual([
        ['g1', 'g2'],
        ['g3', 'g4'],
        ['g1', 'g5'],
      ])
    })

    test('of a group of more than 5 000 consumers none is listed, and another one beside it is', async () => {
      const many = `for at = 1, 5001 do
        redis.call('XGROUP', 'CREATECONSUMER', KEYS[1], 'many', 'worker-' .. at) end`
      for (const group of ['many', 'few']) await feed.xgroup('CREATE', 'orders', group, '$', 'MKSTREAM')
      await feed.eval(many, 1, 'orders')
      await feed.xadd('orders', '1-0', 'n', 1)
      await feed.xreadgroup('GROUP', 'few', 'ann', 'COUNT', 1, 'STREAMS', 'orders', '>')
      const seen = await look('orders')
      expect(seen.groups).toMatchObject([
        { consumers: 1, consumerList: [{ pending: 1 }] },
        { consumers: 5_001, consumerList: null, crowd: null },
      ])
      expect(seen.next).toBeNull()
      expect(spent.bytes).toBeLessThan(20_000)
    })

    test('one that is gone, one of another type and one that is denied fail by themselves', async () => {
      await feed.xadd('orders', '1-0', 'a', 'b')
      await feed.set('text', 'x')
      const seen = await looker.look(
        ['gone', 'text', 'orders'].map((key) => ({ key: Buffer.from(key), first: 0 })),
        60_000,
      )
      expect(seen).toMatchObject([
        { code: 'NOT_FOUND' },
        { code: 'REDIS', data: { prefix: 'WRONGTYPE' } },
        { length: 1, groups: [] },
      ])
    })

    test('names and ids of any bytes and any size', async () => {
      const key = Buffer.from([0xff, 0x00, 0xfe])
      const name = Buffer.from([0x0a, 0xff])
      const last = '18446744073709551615-18446744073709551615'
      await feed.xadd(key, last, 'a', 'b')
      await feed.xgroup('CREATE', key, name, '0')
      await feed.xreadgroup('GROUP', name, name, 'STREAMS', key, '>')
      const [seen] = await looker.look([{ key, first: 0 }], 60_000)
      expect(seen).toMatchObject({
        ends: { lastId: last },
        groups: [{ name, lastDeliveredId: last, oldest: { id: last }, consumerList: [{ name }] }],
      })
    })

    test('what it costs is told', async () => {
      await feed.xadd('orders', '1-0', 'a', 'b')
      await look('orders')
      const before = await bytesOut()
      Object.assign(spent, { commands: 0, bytes: 0 })
      await look('orders')
      expect(spent.bytes).toBeGreaterThan(((await bytesOut()) - before) / 20)
      expect(spent.bytes).toBeLessThan(1_000)
      expect(spent.commands).toBeLessThanOrEqual(6)
    })

    test('what the oldest pending entries look like', async () => {
      for (let at = 1; at <= 30; at += 1) await feed.xadd('orders', `${at}-0`, 'n', at)
      await feed.xgroup('CREATE', 'orders', 'g', '0')
      await feed.xreadgroup('GROUP', 'g', 'ann', 'STREAMS', 'orders', '>')
      await feed.call('XCLAIM', ['orders', 'g', 'ann', 0, '3-0', '4-0', 'RETRYCOUNT', 9, 'JUSTID'])
      await feed.xdel('orders', '1-0', '2-0')
      const peek = (presence: number) =>
        looker
          .peek({
            ...{ key: Buffer.from('orders'), group: Buffer.from('g'), poisonDeliveries: 5, presence },
            ...{ after: null, neglectedAfterMs: 60_000 },
          })
          .then((page) => page?.peek)
      const usual = { looked: 30, mostDeliveries: 9, mostId: '3-0', poison: 2, poisonDeliveries: 5, isWhole: true }
      expect(await peek(20)).toEqual({ ...usual, lookedFor: 20, gone: 2 })
      expect(await peek(0)).toEqual({ ...usual, lookedFor: 0, gone: 0 })
      await feed.xgroup('DESTROY', 'orders', 'g')
      await expect(peek(20)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })

  test('where MEMORY USAGE is refused, large entries are touched once', async () => {
    await redis.cli('ACL', 'SETUSER', 'unmeasured', 'reset', 'on', '>pw', '~*', '+@all', '-memory')
    const { reader } = await clients.open(redis, { profile: { username: 'unmeasured' }, password: 'pw' })
    await feed.xadd('large', '1-0', 'body', Buffer.alloc(MIB, 'x'))
    await feed.xadd('small', '1-0', 'a', 'b')
    await feed.config('RESETSTAT')
    for (let round = 0; round < 3; round += 1) {
      const seen = await createLooker(reader).look(
        ['large', 'small'].map((key) => ({ key: Buffer.from(key), first: 0 })),
        60_000,
      )
      expect(seen).toMatchObject([
        { large: true, ends: null },
        { large: false, ends: { lastId: '1-0' } },
      ])
    }
    expect(/cmdstat_xinfo\|stream:calls=(\d+)/.exec(await feed.info('commandstats'))?.[1]).toBe('4')
  })

  test('the script only reads, and is sent whole once', async () => {
    const { reader } = await clients.open(redis)
    await feed.script('FLUSH')
    await feed.config('RESETSTAT')
    for (let at = 0; at < 100; at += 1) await feed.xadd(`s${at}`, '1-0', 'a', 'b')
    const looker = createLooker(reader)
    for (let round = 0; round < 3; round += 1) {
      await looker.look(
        Array.from({ length: 100 }, (_, at) => ({ key: Buffer.from(`s${at}`), first: 0 })),
        60_000,
      )
    }
    const stats = await feed.info('commandstats')
    expect(/cmdstat_eval_ro:calls=(\d+)/.exec(stats)?.[1]).toBe('64')
    await expect(reader.call('EVAL_RO', 'return 1', 0)).rejects.toThrow('not a command that only reads')
  })
})
