import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { digestOfBody, withoutKind } from '../../../../electron/redis/entry-digests'
import type { Writer } from '../../../../electron/redis/reader-writer'
import { ackWithin, checkedAck } from '../../../../electron/redis/scripts/checked-ack'
import { checkedAckDelete } from '../../../../electron/redis/scripts/checked-ack-delete'
import { checkedClaim } from '../../../../electron/redis/scripts/checked-claim'
import { copyAndAck } from '../../../../electron/redis/scripts/copy-and-ack'
import type { SeenEntry } from '../../../../electron/redis/scripts/check'
import { removeConsumerIfEmpty } from '../../../../electron/redis/scripts/remove-consumer-if-empty'
import { addEntry } from '../../../../electron/redis/xadd'
import { claimJustId } from '../../../../electron/redis/xclaim'
import { createGroup } from '../../../../electron/redis/xgroup'
import { consumerInfos } from '../../../../electron/redis/xinfo'
import { pendingRange } from '../../../../electron/redis/xpending'
import { longer } from '../../../helpers/soak'
import { onEachServer } from '../../../helpers/on-each-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const KEY = Buffer.concat([Buffer.from('orders'), EVERY_BYTE])
const GROUP = Buffer.concat([Buffer.from('billing'), EVERY_BYTE])
const ANN = Buffer.concat([Buffer.from('ann'), EVERY_BYTE])
const BOB = Buffer.concat([Buffer.from('bob'), EVERY_BYTE])
const NONE = Buffer.from([0xff, 0x01])
const GREATEST = '18446744073709551614-18446744073709551615'
const clients = useSluiceClients()
const seen = (id: string, consumer = ANN, deliveries: number | bigint = 1): SeenEntry => ({ id, consumer, deliveries })
const noGroup = (name: Buffer) => ({
  code: 'NOT_FOUND',
  data: { what: 'group', name: { base64: name.toString('base64') } },
})

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let client: OwnedClient
  let writer: Writer
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    await redis.cli('SET', 'text', 'x')
    client = await clients.open(redis)
    writer = clients.writer(client)
    await createGroup(writer, KEY, GROUP, '0-0', { mkstream: true })
    for (const id of ['1-1', '1-2', '1-3', GREATEST])
      await addEntry(writer, KEY, id, [Buffer.from('a'), EVERY_BYTE], { create: true })
    await claimJustId(writer, KEY, GROUP, ANN, ['1-1', '1-2', GREATEST], { minIdleMs: 0, force: true })
  })

  const rows = () => pendingRange(client.reader, KEY, GROUP, { from: '-', to: '+', count: 1000 })
  const pendingIds = async () => (await rows()).map(({ id }) => id)
  const asUser = async (...rules: readonly string[]): Promise<Writer> => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', ...rules)
    return clients.writer(await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
  }
  /** What each script refuses alike, as it is sent. */
  const scripts: readonly (readonly [string, (to: Writer, key?: Buffer, group?: Buffer) => Promise<unknown>])[] = [
    ['checkedAck', (to, key = KEY, group = GROUP) => checkedAck(to, key, group, [seen('1-1')])],
    [
      'checkedClaim',
      (to, key = KEY, group = GROUP) =>
        checkedClaim(to, key, group, [seen('1-1')], [{ consumer: BOB, options: { minIdleMs: 0 } }]),
    ],
    ['removeConsumerIfEmpty', (to, key = KEY, group = GROUP) => removeConsumerIfEmpty(to, key, group, BOB)],
  ]

  describe('check and claim', () => {
    const claimed = (entries: readonly SeenEntry[], options = {}) => {
      const claim = { consumer: BOB, options: { minIdleMs: 0, ...options } }
      return checkedClaim(
        writer,
        KEY,
        GROUP,
        entries,
        entries.map(() => claim),
      )
    }

    test('takes what is as it was seen, as told, and leaves alone what moved, was acked or never was', async () => {
      await claimJustId(writer, KEY, GROUP, ANN, ['1-2'], { minIdleMs: 0, retryCount: 2 })
      const asked = [seen('1-1'), seen('1-2'), seen('1-3'), seen('7-7'), seen(GREATEST, NONE)]
      expect(await claimed(asked, { timeMs: 1_000, retryCount: 9 })).toEqual(['1-1'])
      const [row] = (await rows()).filter(({ consumer }) => consumer.equals(BOB))
      expect(row).toMatchObject({ id: '1-1', deliveries: 9 })
      expect(row?.idleMs).toBeGreaterThan(1e12)
      expect(await claimed([seen('1-1')])).toEqual([])
    })

    test('asks for the idle time as well: one that was given to the same consumer anew has moved', async () => {
      expect(await claimed([seen('1-1')], { minIdleMs: 3_600_000 })).toEqual([])
      const orMore = { ...seen('1-2'), orMore: true }
      await claimJustId(writer, KEY, GROUP, ANN, ['1-2'], { minIdleMs: 0, retryCount: 5 })
      expect(await claimed([seen('1-2'), orMore])).toEqual(['1-2'])
    })

    test('gives each to whom it is for, with a count and a time of its own', async () => {
      const many = Array.from({ length: 250 }, (_, n) => `3-${n}`)
      const own = Buffer.concat([KEY, Buffer.from('own')])
      await createGroup(writer, own, GROUP, '0-0', { mkstream: true })
      for (const id of many) await addEntry(writer, own, id, [NONE, NONE], { create: false })
      await claimJustId(writer, own, GROUP, ANN, many, { minIdleMs: 0, force: true, retryCount: 1 })
      const claims = many.map((_, n) => ({
        consumer: n % 2 === 0 ? BOB : NONE,
        options: { minIdleMs: 0, timeMs: 1_000 + n, ...(n % 3 === 0 ? {} : { retryCount: n }) },
      }))
      const asked = many.map((id, n) => seen(id, n % 5 === 0 ? BOB : ANN))
      const [seconds = 0] = await redis.client().time()
      const wanted = many.flatMap((id, n) => (n % 5 === 0 ? [] : [{ id, n }]))
      const took = await checkedClaim(writer, own, GROUP, asked, claims)
      expect(new Set(took)).toEqual(new Set(wanted.map(({ id }) => id)))
      const now = new Map(
        (await pendingRange(client.reader, own, GROUP, { from: '-', to: '+', count: 1000 })).map((row) => [
          row.id,
          row,
        ]),
      )
      for (const { id, n } of wanted) {
        const row = now.get(id)
        expect(row).toMatchObject({ consumer: n % 2 === 0 ? BOB : NONE, deliveries: n % 3 === 0 ? 1 : n })
        expect(row?.idleMs).toBeGreaterThanOrEqual(seconds * 1_000 - 1_000 - n)
      }
      for (const id of many.filter((_, n) => n % 5 === 0)) expect(now.get(id)).toMatchObject({ consumer: ANN })
    })

    test('takes 250 entries at the most', async () => {
      const many = Array.from({ length: 251 }, (_, n) => seen(`2-${n}`))
      await expect(claimed(many)).rejects.toThrow(RangeError)
      await expect(claimed([])).rejects.toThrow(RangeError)
    })
  })

  describe('check and ack', () => {
    test('acks what is as it was seen, and leaves alone what moved, was acked or never was', async () => {
      await claimJustId(writer, KEY, GROUP, ANN, ['1-2'], { minIdleMs: 0, retryCount: 2 })
      const states = await checkedAck(writer, KEY, GROUP, [
        seen(GREATEST),
        seen('1-2'),
        seen('1-1', BOB),
        seen('1-3'),
        seen('7-7'),
      ])
      expect(states).toEqual(['acked', 'moved', 'moved', 'not-pending', 'not-pending'])
      expect(await pendingIds()).toEqual(['1-1', '1-2'])
    })

    test('tells apart what lies between and around: other consumers’ entries, runs, and gaps', async () => {
      const ids = Array.from({ length: 60 }, (_, n) => `2-${n}`)
      const runs = Buffer.from('runs')
      await createGroup(writer, runs, GROUP, '0-0', { mkstream: true })
      for (const id of ids) await addEntry(writer, runs, id, [Buffer.from('a'), NONE], { create: true })
      const of = (rest: number): string[] => ids.filter((_, n) => n % 4 === rest)
      await claimJustId(writer, runs, GROUP, ANN, of(0), { minIdleMs: 0, force: true, retryCount: 3 })
      await claimJustId(writer, runs, GROUP, BOB, of(1), { minIdleMs: 0, force: true, retryCount: 1 })
      await claimJustId(writer, runs, GROUP, NONE, of(2), { minIdleMs: 0, force: true, retryCount: 1 })
      // Of each four: Ann's as it was, Bob's with another count, one that is not named, and one that nobody has.
      const asked = ids.flatMap((id, n) => {
        if (n % 4 === 2) return []
        return n % 4 === 0 ? [seen(id, ANN, 3)] : n % 4 === 1 ? [seen(id, BOB, 2)] : [seen(id, BOB, 1)]
      })
      const states = await checkedAck(writer, runs, GROUP, asked)
      expect(states).toEqual(Array.from({ length: 45 }, (_, n) => ['acked', 'moved', 'not-pending'][n % 3]))
      const left = await pendingRange(client.reader, runs, GROUP, { from: '-', to: '+', count: 1000 })
      expect(left.map(({ id }) => id)).toEqual(ids.filter((_, n) => n % 4 === 1 || n % 4 === 2))
    })

    test('an entry delivered again to the same consumer has moved', async () => {
      await redis.client().callBuffer('XREADGROUP', ['GROUP', GROUP, ANN, 'STREAMS', KEY, '0'])
      expect(await checkedAck(writer, KEY, GROUP, [seen('1-1')])).toEqual(['moved'])
      expect(await pendingIds()).toContain('1-1')
    })

    test('where more deliveries are as seen too, it is acked; not after fewer, nor with another owner', async () => {
      const orMore = (id: string, consumer = ANN, deliveries = 1): SeenEntry => ({
        ...seen(id, consumer, deliveries),
        orMore: true,
      })
      await claimJustId(writer, KEY, GROUP, ANN, ['1-1', '1-2', GREATEST], { minIdleMs: 0, retryCount: 5 })
      const asked = [orMore('1-1', ANN, 6), seen('1-2', ANN, 4), orMore(GREATEST, BOB, 4)]
      expect(await checkedAck(writer, KEY, GROUP, asked)).toEqual(['moved', 'moved', 'moved'])
      const right = [orMore('1-1', ANN, 5), orMore('1-2', ANN, 4), seen(GREATEST, ANN, 4)]
      expect(await checkedAck(writer, KEY, GROUP, right)).toEqual(['acked', 'acked', 'moved'])
      expect(await pendingIds()).toEqual([GREATEST])
    })

    test('a name that is only the beginning of the owner’s is another', async () => {
      const [first] = [ANN.subarray(0, -1)]
      expect(await checkedAck(writer, KEY, GROUP, [seen('1-1', first), seen('1-2', Buffer.alloc(0))])).toEqual([
        'moved',
        'moved',
      ])
    })

    test('counts are whole: 10 is not 1, and 2^53 + 2 not 2^53', async () => {
      await claimJustId(writer, KEY, GROUP, ANN, ['1-1'], { minIdleMs: 0, retryCount: 2n ** 53n + 2n })
      await claimJustId(writer, KEY, GROUP, ANN, ['1-2'], { minIdleMs: 0, retryCount: 10 })
      expect(await checkedAck(writer, KEY, GROUP, [seen('1-1', ANN, 2n ** 53n), seen('1-2')])).toEqual([
        'moved',
        'moved',
      ])
      const exact = [seen('1-1', ANN, 2n ** 53n + 2n), seen('1-2', ANN, 10)]
      expect(await checkedAck(writer, KEY, GROUP, exact)).toEqual(['acked', 'acked'])
    })

    test('entries gone from the stream are acked like others', async () => {
      await redis.client().callBuffer('XDEL', [KEY, '1-1'])
      expect(await checkedAck(writer, KEY, GROUP, [seen('1-1')])).toEqual(['acked'])
      expect(await pendingIds()).toEqual(['1-2', GREATEST])
    })

    test('250 at most, and at least one', async () => {
      const many = Array.from({ length: 251 }, (_, at) => seen(`5-${at}`))
      await expect(checkedAck(writer, KEY, GROUP, many)).rejects.toThrow(RangeError)
      await expect(checkedAck(writer, KEY, GROUP, [])).rejects.toThrow(RangeError)
      expect(await checkedAck(writer, KEY, GROUP, many.slice(1))).toEqual(Array(250).fill('not-pending'))
    })
  })

  describe('check and ack within what was shown', () => {
    const some = Buffer.from('some')
    const pending = async () =>
      (await pendingRange(client.reader, some, GROUP, { from: '-', to: '+', count: 1000 })).map(({ id }) => id)
    /** Ids of one, two and three digits, which compare otherwise as text. */
    const half = fc.constantFrom('1', '2', '9', '10', '12', '99', '100')
    const ids = fc.uniqueArray(
      fc.tuple(half, half).map(([ms, seq]) => `${ms}-${seq}`),
      { minLength: 1, maxLength: 20 },
    )
    const inOrder = (all: readonly string[]): string[] =>
      [...all].sort((a, b) => {
        const [x = [], y = []] = [a, b].map((id) => id.split('-').map(Number))
        return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0)
      })

    test('acks all or nothing, whatever was deleted and trimmed, in any order', async () => {
      const direct = redis.client()
      const picks = fc.uniqueArray(fc.nat(19))
      await fc.assert(
        fc.asyncProperty(
          ids,
          picks,
          fc.nat(20),
          picks,
          fc.nat(6),
          fc.boolean(),
          async (all, deleted, trimmed, asked, most, sorted) => {
            await direct.del(some)
            await createGroup(writer, some, GROUP, '0-0', { mkstream: true })
            const held = inOrder(all)
            for (const id of held) await addEntry(writer, some, id, [NONE, NONE], { create: false })
            await claimJustId(writer, some, GROUP, ANN, held, { minIdleMs: 0, force: true, retryCount: 1 })
            const goes = held.filter((_, at) => deleted.includes(at))
            if (goes.length > 0) await direct.xdel(some, ...goes)
            await direct.xtrim(some, 'MAXLEN', Math.max(0, held.length - trimmed))
            const there = new Set((await direct.xrange(some, '-', '+')).map(([id]) => id))
            const chosen = asked.flatMap((at) => held[at] ?? [])
            if (chosen.length === 0) return
            const wanted = sorted ? inOrder(chosen) : chosen
            const gone = wanted.filter((id) => !there.has(id)).length
            const acked = await ackWithin(
              writer,
              some,
              GROUP,
              wanted.map((id) => seen(id)),
              { mostGone: most },
            )
            expect(acked).toEqual(gone > most ? 'beyond' : { states: wanted.map(() => 'acked'), gone })
            const left = gone > most ? held : held.filter((id) => !wanted.includes(id))
            expect(await pending()).toEqual(left)
          },
        ),
        { numRuns: longer(60) },
      )
    })

    test('nothing of another stream, whichever of the entries that it is known by tells so', async () => {
      const other = Buffer.from('another body')
      const digest = (body: Buffer): string => withoutKind(digestOfBody([Buffer.from('a'), body]))
      const only = (...known: [string, string][]) => ({ mostGone: 0, known })
      const [same, gone] = [['1-1', digest(EVERY_BYTE)] as [string, string], ['1-9', digest(other)] as [string, string]]
      expect(await ackWithin(writer, KEY, GROUP, [seen('1-1')], only(same, gone, ['1-3', digest(other)]))).toEqual({
        another: '1-3',
      })
      expect(await pendingIds()).toContain('1-1')
      expect(await ackWithin(writer, KEY, GROUP, [seen('1-1')], only(same, gone))).toMatchObject({ states: ['acked'] })
    })

    test('what moved counts for nothing', async () => {
      await redis.client().callBuffer('XDEL', [KEY, '1-1', '1-2'])
      const acked = await ackWithin(writer, KEY, GROUP, [seen('1-1', BOB), seen('1-2'), seen('1-3')], { mostGone: 1 })
      expect(acked).toEqual({ states: ['moved', 'acked', 'not-pending'], gone: 1 })
    })

    test.each([
      ['at an end of the stream', 1, 2 * 1024 * 1024],
      ['that it looks for', 3, 400 * 1024],
    ])('acks nothing where entries are large: %s', async (_, entries, bytes) => {
      const large = Buffer.concat([KEY, Buffer.from('large')])
      const ids = Array.from({ length: entries }, (_, at) => `${at + 1}-0`)
      for (const id of ids) await addEntry(writer, large, id, [ANN, Buffer.alloc(bytes)], { create: true })
      await addEntry(writer, large, '9-0', [ANN, ANN], { create: true })
      await createGroup(writer, large, GROUP, '9-0', { mkstream: false })
      await claimJustId(writer, large, GROUP, ANN, ids, { minIdleMs: 0, force: true })
      await redis.client().callBuffer('XDEL', [large, '9-0'])
      const rows = ids.map((id) => seen(id))
      expect(await ackWithin(writer, large, GROUP, rows, { mostGone: entries })).toBe('large')
      expect(await pendingRange(client.reader, large, GROUP, { from: '-', to: '+', count: 9 })).toHaveLength(entries)
    })

    test.each(['xinfo|stream', 'xrange'])('acks nothing where it may not look: %s', async (command) => {
      await redis.client().callBuffer('XDEL', [KEY, GREATEST])
      const lim = await asUser(`-${command}`)
      await expect(ackWithin(lim, KEY, GROUP, [seen('1-1')], { mostGone: 1 })).rejects.toThrow(
        /permission|not allowed|can't run/,
      )
      expect(await pendingIds()).toEqual(['1-1', '1-2', GREATEST])
    })
  })

  test('what is not idle for as long as it must be has moved, unless it was only delivered once more', async () => {
    await claimJustId(writer, KEY, GROUP, ANN, ['1-1'], { minIdleMs: 0, idleMs: 60_000 })
    const all = [seen('1-1'), seen('1-2'), { ...seen(GREATEST, ANN, 0), orMore: true }]
    expect(await checkedAck(writer, KEY, GROUP, all, 50_000)).toEqual(['acked', 'moved', 'acked'])
    expect(await checkedAckDelete(writer, KEY, GROUP, [seen('1-2')], null, 50_000)).toMatchObject({ states: ['moved'] })
    const order = { key: KEY, group: GROUP, target: BOB, minIdleMs: 50_000 }
    const copied = await copyAndAck(writer, order, [{ ...seen('1-2'), provenance: [] }])
    expect(copied.outcomes).toEqual([{ state: 'moved' }])
    expect(await pendingIds()).toEqual(['1-2'])
  })

  describe('remove a consumer', () => {
    test('that holds nothing', async () => {
      await checkedAck(writer, KEY, GROUP, [seen('1-1'), seen('1-2'), seen(GREATEST)])
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, ANN)).toEqual({ state: 'removed' })
      expect(await consumerInfos(client.reader, KEY, GROUP)).toEqual([])
    })

    test('not one that holds something, and how much', async () => {
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, ANN)).toEqual({ state: 'holds', pending: 3 })
      expect(await consumerInfos(client.reader, KEY, GROUP)).toMatchObject([{ name: ANN, pending: 3 }])
      await checkedAck(writer, KEY, GROUP, [seen('1-1'), seen('1-2')])
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, ANN)).toEqual({ state: 'holds', pending: 1 })
    })

    test('not one that holds only what is gone from the stream', async () => {
      await redis.client().callBuffer('XDEL', [KEY, '1-1', '1-2', GREATEST])
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, ANN)).toEqual({ state: 'holds', pending: 3 })
    })

    test('it counts no further than 100', async () => {
      const ids = Array.from({ length: 150 }, (_, at) => `18446744073709551615-${at}`)
      for (const id of ids) await addEntry(writer, KEY, id, [ANN, ANN], { create: true })
      await claimJustId(writer, KEY, GROUP, ANN, ids, { minIdleMs: 0, force: true })
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, ANN)).toEqual({ state: 'holds', pending: 100 })
    })

    test('one that is not there is not there afterwards either', async () => {
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, NONE)).toEqual({ state: 'removed' })
      expect((await consumerInfos(client.reader, KEY, GROUP)).map(({ name }) => name)).toEqual([ANN])
    })
  })

  describe.each(scripts)('%s', (_, run) => {
    test('no such group, no such stream', async () => {
      await expect(run(writer, KEY, NONE)).rejects.toMatchObject(noGroup(NONE))
      await expect(run(writer, NONE, NONE)).rejects.toMatchObject(noGroup(NONE))
      expect(await redis.client().exists(NONE)).toBe(0)
    })

    test('a key that holds something else', async () => {
      await expect(run(writer, Buffer.from('text'))).rejects.toMatchObject({
        code: 'REDIS',
        data: { prefix: 'WRONGTYPE', command: 'EVAL' },
      })
      expect(await redis.cli('GET', 'text')).toBe('x')
    })

    test.each(['-eval', '-xpending'])('a user with %s: refused, nothing changed', async (rule) => {
      const before = await rows()
      await expect(run(await asUser(rule))).rejects.toMatchObject({ code: 'REDIS' })
      expect((await rows()).map(({ id, consumer }) => [id, consumer])).toEqual(
        before.map(({ id, consumer }) => [id, consumer]),
      )
    })

    test('a user who may not write: refused, nothing changed', async () => {
      const refused = run(await asUser('-xack', '-xclaim', '-xgroup'))
      await expect(refused).rejects.toMatchObject({
        code: 'REDIS',
        message: expect.stringMatching(/permission|can't run/i) as string,
      })
      expect(await rows()).toMatchObject([{ consumer: ANN }, { consumer: ANN }, { consumer: ANN }])
    })

    test('a replica', () =>
      withRedis(
        async (replica) => {
          await expect.poll(() => replica.cli('DBSIZE'), { timeout: 30_000 }).toBe('2')
          const there = clients.writer(await clients.open(replica))
          await expect(run(there)).rejects.toMatchObject({
            code: 'REDIS',
            data: { prefix: 'READONLY', command: 'EVAL' },
          })
        },
        { version, config: [`replicaof ${redis.host} ${redis.port}`] },
      ))

    test('a lost reply is an unknown outcome, and nothing is sent again', async () => {
      const proxy = await startFaultProxy(redis)
      const through = await clients.open(redis, {
        profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } },
      })
      void proxy.fault('EVAL', { kind: 'cut-before-reply' })
      await expect(run(clients.writer(through))).rejects.toMatchObject({
        code: 'UNKNOWN_OUTCOME',
        data: { command: 'EVAL' },
      })
      await expect.poll(() => through.reader.call('PING').catch(() => null)).toEqual(Buffer.from('PONG'))
      expect(proxy.commands.filter((name) => name === 'EVAL')).toHaveLength(1)
      await proxy.stop()
    })
  })

  test('full memory does not keep from acking and removing', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      expect(await checkedAck(writer, KEY, GROUP, [seen('1-1')])).toEqual(['acked'])
      expect(await removeConsumerIfEmpty(writer, KEY, GROUP, ANN)).toEqual({ state: 'holds', pending: 2 })
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
  })

  test('what a script does is on the replica as well', () =>
    withRedis(
      async (replica) => {
        await expect.poll(() => replica.cli('DBSIZE'), { timeout: 30_000 }).toBe('2')
        await checkedAck(writer, KEY, GROUP, [seen('1-1')])
        const there = await clients.open(replica)
        const read = () => pendingRange(there.reader, KEY, GROUP, { from: '-', to: '+', count: 9 })
        await expect.poll(read).toMatchObject([
          { id: '1-2', consumer: ANN },
          { id: GREATEST, consumer: ANN },
        ])
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))
})

describe('servers that are not here, by what they would answer', () => {
  test.each([
    ['*3\r\n$4\r\ndone\r\n$11\r\nacked odd!!\r\n:0\r\n', 'none of its words'],
    ['*3\r\n$5\r\nacked\r\n$0\r\n\r\n:0\r\n', 'none of its words'],
    ['*3\r\n$4\r\ndone\r\n$0\r\n\r\n$3\r\nfew\r\n', 'where an integer belongs'],
    ['$4\r\ndone\r\n', 'where a list belongs'],
  ])('%j makes no sense', async (reply, words) => {
    await withRedis(async (redis) => {
      const proxy = await startFaultProxy(redis)
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const writer = clients.writer(await clients.open(redis, { profile: { endpoint } }))
      void proxy.fault('EVAL', { kind: 'answer', reply })
      await expect(checkedAck(writer, KEY, GROUP, [seen('1-1')])).rejects.toThrow(words)
      await proxy.stop()
    })
  })

  test.each([
    ['@user_script: 5: -READONLY You can not write against a read only replica.', 'READONLY'],
    ['@user_script:12: -NOGROUP No such key', 'NOT_FOUND'],
    ['ERR Error running script (call to f_2f): @user_script:1: MISCONF Redis is configured', 'MISCONF'],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL.', 'BUSY'],
    ['OOM command not allowed', 'OOM'],
  ])('Redis 5 and 6 say %j', async (reply, prefix) => {
    await withRedis(async (redis) => {
      const proxy = await startFaultProxy(redis)
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const writer = clients.writer(await clients.open(redis, { profile: { endpoint } }))
      void proxy.fault('EVAL', { kind: 'answer', reply: `-${reply}\r\n` })
      const refused = checkedAck(writer, KEY, GROUP, [seen('1-1')])
      await expect(refused).rejects.toMatchObject(
        prefix === 'NOT_FOUND' ? { code: prefix } : { code: 'REDIS', data: { prefix, command: 'EVAL' } },
      )
      await proxy.stop()
    })
  })
})
