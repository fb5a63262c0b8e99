import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fromBuffer } from '../../../../electron/redis/bytes'
import type { OwnedClient } from '../../../../electron/redis/client'
import type { Writer } from '../../../../electron/redis/reader-writer'
import { copyAndAck, type CopiedEntry, type CopyOrder } from '../../../../electron/redis/scripts/copy-and-ack'
import { addEntry } from '../../../../electron/redis/xadd'
import { claimJustId } from '../../../../electron/redis/xclaim'
import { createGroup } from '../../../../electron/redis/xgroup'
import { streamLength } from '../../../../electron/redis/xlen'
import { pendingRange } from '../../../../electron/redis/xpending'
import { range, type RawEntry } from '../../../../electron/redis/xrange'
import { onEachServer } from '../../../helpers/on-each-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const KEY = Buffer.concat([Buffer.from('orders{1}'), EVERY_BYTE])
const DEAD = Buffer.concat([Buffer.from('dead{1}'), EVERY_BYTE])
const GROUP = Buffer.concat([Buffer.from('billing'), EVERY_BYTE])
const ANN = Buffer.concat([Buffer.from('ann'), EVERY_BYTE])
const BOB = Buffer.from('bob')
const ORDER: CopyOrder = { key: KEY, group: GROUP, target: DEAD }
const TEXT = Buffer.from('text')
const fields = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))
const clients = useSluiceClients()
const seen = (id: string, consumer = ANN, deliveries = 1): CopiedEntry => ({
  id,
  consumer,
  deliveries,
  provenance: [Buffer.from('sluice-id'), Buffer.from(id)],
})

onEachServer('copy and ack on %s', (version) => {
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
    for (const id of ['1-1', '1-2', '1-3']) await add(id, fields('n', id, 'n', 'again'))
  })

  async function add(id: string, parts: readonly Buffer[]): Promise<void> {
    await addEntry(writer, KEY, id, parts, { create: true })
    await claimJustId(writer, KEY, GROUP, ANN, [id], { minIdleMs: 0, force: true })
  }
  const pendingIds = async () =>
    (await pendingRange(client.reader, KEY, GROUP, { from: '-', to: '+', count: 1000 })).map(({ id }) => id)
  const copies = (key = DEAD): Promise<readonly RawEntry[]> =>
    range(client.reader, key, { from: '-', to: '+', count: 1000 })
  const asUser = async (...rules: readonly string[]): Promise<Writer> => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', ...rules)
    return clients.writer(await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
  }

  test('the copy has the entry’s own fields in order, then its provenance; then it is acked', async () => {
    await add('2-1', [EVERY_BYTE, EVERY_BYTE, EVERY_BYTE, Buffer.alloc(0)])
    const plain = { ...seen('1-1'), provenance: [] }
    const odd = { ...seen('2-1'), provenance: [EVERY_BYTE, EVERY_BYTE, Buffer.alloc(0), Buffer.alloc(0)] }
    const { outcomes, failure } = await copyAndAck(writer, ORDER, [plain, odd])
    expect(failure).toBeNull()
    const written = await copies()
    expect(outcomes).toEqual(written.map(({ id }) => ({ state: 'copied', copyId: id })))
    expect(written.map((entry) => entry.fields)).toEqual([
      fields('n', '1-1', 'n', 'again'),
      [EVERY_BYTE, EVERY_BYTE, EVERY_BYTE, Buffer.alloc(0), ...odd.provenance],
    ])
    expect(await pendingIds()).toEqual(['1-2', '1-3'])
    expect(await streamLength(client.reader, KEY)).toBe(4)
  })

  test('what moved, was acked, or is gone is neither copied nor acked', async () => {
    await claimJustId(writer, KEY, GROUP, BOB, ['1-1'], { minIdleMs: 0 })
    await redis.client().callBuffer('XDEL', [KEY, '1-2'])
    await addEntry(writer, KEY, '2-1', fields('not', 'delivered'), { create: true })
    const wanted = [seen('1-1'), seen('1-2'), seen('1-3', ANN, 2), seen('2-1'), seen('9-9')]
    expect(await copyAndAck(writer, ORDER, wanted)).toEqual({
      outcomes: ['moved', 'gone', 'moved', 'not-pending', 'not-pending'].map((state) => ({ state })),
      failure: null,
    })
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
    expect(await redis.client().exists(DEAD)).toBe(0)
  })

  test('an entry named twice is copied once', async () => {
    const { outcomes } = await copyAndAck(writer, ORDER, [seen('1-1'), seen('1-1')])
    expect(outcomes.map(({ state }) => state)).toEqual(['copied', 'not-pending'])
    expect(await copies()).toHaveLength(1)
  })

  test('to the end of the same stream', async () => {
    const { outcomes } = await copyAndAck(writer, { ...ORDER, target: KEY }, [seen('1-1'), seen('1-2')])
    const all = await copies(KEY)
    expect(all.slice(3).map(({ id }) => id)).toEqual(outcomes.map((each) => 'copyId' in each && each.copyId))
    expect(all.slice(3).map((entry) => entry.fields[1])).toEqual(fields('1-1', '1-2'))
    expect(await pendingIds()).toEqual(['1-3'])
  })

  test('the copies of one call keep the entries’ order, also where the target’s clock is ahead', async () => {
    const ahead = '18446744073709551615-7'
    await addEntry(writer, DEAD, ahead, fields('from', 'the future'), { create: true })
    const { outcomes } = await copyAndAck(writer, ORDER, [seen('1-3'), seen('1-1')])
    expect(outcomes.map((each) => 'copyId' in each && each.copyId)).toEqual([
      '18446744073709551615-8',
      '18446744073709551615-9',
    ])
    expect((await copies()).slice(1).map((entry) => entry.fields[1])).toEqual(fields('1-3', '1-1'))
  })

  test('a target that is full to its last id: nothing acked, and it says so', async () => {
    await addEntry(writer, DEAD, '18446744073709551615-18446744073709551614', fields('a', 'b'), { create: true })
    const { outcomes, failure } = await copyAndAck(writer, ORDER, [seen('1-1'), seen('1-2'), seen('1-3')])
    expect(outcomes).toMatchObject([{ state: 'copied', copyId: '18446744073709551615-18446744073709551615' }])
    expect(failure).toMatchObject({ code: 'REDIS', data: { prefix: 'ERR', command: 'XADD', key: fromBuffer(DEAD) } })
    expect(await pendingIds()).toEqual(['1-2', '1-3'])
  })

  test('a target that holds something else: nothing is acked', async () => {
    const { outcomes, failure } = await copyAndAck(writer, { ...ORDER, target: TEXT }, [seen('1-1'), seen('1-2')])
    expect([outcomes, failure]).toMatchObject([
      [],
      { code: 'REDIS', data: { prefix: 'WRONGTYPE', command: 'XADD', key: 'text' } },
    ])
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
    expect(await redis.cli('GET', 'text')).toBe('x')
  })

  test('a source that holds something else, or is gone: nothing is copied', async () => {
    const { failure } = await copyAndAck(writer, { ...ORDER, key: TEXT }, [seen('1-1')])
    expect(failure).toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE', command: 'XPENDING', key: 'text' } })
    const gone = await copyAndAck(writer, { ...ORDER, key: BOB }, [seen('1-1')])
    expect(gone).toMatchObject({ outcomes: [], failure: { code: 'NOT_FOUND', data: { what: 'group' } } })
    const noGroup = await copyAndAck(writer, { ...ORDER, group: EVERY_BYTE }, [seen('1-1')])
    expect(noGroup.failure).toMatchObject({
      code: 'NOT_FOUND',
      data: { what: 'group', name: { base64: EVERY_BYTE.toString('base64') } },
    })
    expect(await redis.client().exists(DEAD)).toBe(0)
  })

  test('full memory: nothing is copied, nothing is acked', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      const { outcomes, failure } = await copyAndAck(writer, ORDER, [seen('1-1'), seen('1-2')])
      expect([outcomes, failure]).toMatchObject([[], { code: 'REDIS', data: { prefix: 'OOM', command: 'XADD' } }])
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
    expect(await redis.client().exists(DEAD)).toBe(0)
  })

  test.each([
    ['xadd', 'XADD'],
    ['xrange', 'XRANGE'],
    ['xpending', 'XPENDING'],
  ])('a user who may not %s: nothing is copied, nothing is acked', async (name, command) => {
    const { outcomes, failure } = await copyAndAck(await asUser(`-${name}`), ORDER, [seen('1-1')])
    expect([outcomes, failure]).toMatchObject([[], { code: 'REDIS', data: { command } }])
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
    expect(await redis.client().exists(DEAD)).toBe(0)
  })

  test('a user who may not ack: one copy, known as such, and no second', async () => {
    const { outcomes, failure } = await copyAndAck(await asUser('-xack'), ORDER, [seen('1-1'), seen('1-2')])
    const [copy] = await copies()
    expect(outcomes).toEqual([{ state: 'copied-only', copyId: copy?.id }])
    expect(failure).toMatchObject({ code: 'REDIS', data: { command: 'XACK' } })
    expect(await copies()).toHaveLength(1)
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
  })

  test('a user who may not write the target: nothing is copied, nothing is acked', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~orders*', '+@all')
    const limited = clients.writer(await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
    await expect(copyAndAck(limited, ORDER, [seen('1-1')])).rejects.toMatchObject({ data: { prefix: 'NOPERM' } })
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
  })

  test('an entry of too many fields is left alone, and the others are done', async () => {
    const wide = Array.from({ length: 8_000 }, () => Buffer.from('x'))
    await add('2-1', wide)
    await add('2-2', wide.slice(0, 6_998))
    const { outcomes, failure } = await copyAndAck(writer, ORDER, [seen('2-1'), seen('2-2'), seen('1-1')])
    expect(outcomes.map(({ state }) => state)).toEqual(['too-many-fields', 'copied', 'copied'])
    expect(failure).toBeNull()
    expect(await pendingIds()).toEqual(['1-2', '1-3', '2-1'])
    expect((await copies()).map((entry) => entry.fields.length)).toEqual([7_000, 6])
  })

  test('a large entry is copied whole', async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, 0xfe)
    await add('2-1', [large.subarray(0, 10), large])
    const { outcomes } = await copyAndAck(writer, ORDER, [seen('2-1')])
    expect(outcomes).toMatchObject([{ state: 'copied' }])
    expect((await copies())[0]?.fields[1]?.equals(large)).toBe(true)
  })

  test('the target is trimmed when asked for, not otherwise', async () => {
    for (let at = 0; at < 250; at += 1) await addEntry(writer, DEAD, '*', fields('n', String(at)), { create: true })
    await copyAndAck(writer, ORDER, [seen('1-1')])
    expect(await streamLength(client.reader, DEAD)).toBe(251)
    await copyAndAck(writer, { ...ORDER, targetTrim: { maxLength: 100, mostLost: 1_000_000 } }, [seen('1-2')])
    const left = await copies()
    expect(left.length).toBeLessThan(251)
    expect(left.length).toBeGreaterThanOrEqual(100)
    expect(left.at(-1)?.fields[1]).toEqual(Buffer.from('1-2'))
  })

  test('no more of the target goes than may, by its length in that very step; else nothing is done', async () => {
    for (let at = 0; at < 250; at += 1) await addEntry(writer, DEAD, '*', fields('n', String(at)), { create: true })
    const trimming = (mostLost: number) => ({ ...ORDER, targetTrim: { maxLength: 100, mostLost } })
    const both = [seen('1-1'), seen('1-2')]
    expect(await copyAndAck(writer, trimming(151), both)).toEqual({ outcomes: [], failure: null, targetLost: null })
    expect(await streamLength(client.reader, DEAD)).toBe(250)
    const { outcomes, targetLost } = await copyAndAck(writer, trimming(152), both)
    expect(outcomes).toMatchObject([{ state: 'copied' }, { state: 'copied' }])
    expect(targetLost).toBe(252 - (await streamLength(client.reader, DEAD)))
  })

  test('100 entries of one call, and no more', async () => {
    const many = Array.from({ length: 101 }, (_, at) => seen(`3-${at}`))
    for (const { id } of many) await add(id, fields('n', id))
    await expect(copyAndAck(writer, ORDER, many)).rejects.toThrow(RangeError)
    await expect(copyAndAck(writer, ORDER, [])).rejects.toThrow(RangeError)
    expect(await redis.client().exists(DEAD)).toBe(0)
    const { outcomes } = await copyAndAck(writer, ORDER, many.slice(1))
    expect(outcomes.filter(({ state }) => state === 'copied')).toHaveLength(100)
    expect(new Set((await copies()).map(({ id }) => id)).size).toBe(100)
  })

  test('half a field, and a source that would be trimmed, are refused unsent', async () => {
    const half = { ...seen('1-1'), provenance: [TEXT] }
    await expect(copyAndAck(writer, ORDER, [half])).rejects.toThrow(RangeError)
    const trimming = { ...ORDER, target: Buffer.from(KEY), targetTrim: { maxLength: 1, mostLost: 0 } }
    await expect(copyAndAck(writer, trimming, [seen('1-1')])).rejects.toThrow(RangeError)
    expect(await pendingIds()).toEqual(['1-1', '1-2', '1-3'])
  })

  test('READONLY on a replica, and it has the same copies under the same ids', () =>
    withRedis(
      async (replica) => {
        await expect.poll(() => replica.cli('DBSIZE'), { timeout: 30_000 }).toBe('2')
        const there = await clients.open(replica)
        const refused = await copyAndAck(clients.writer(there), ORDER, [seen('1-1')])
        expect(refused).toMatchObject({ outcomes: [], failure: { data: { prefix: 'READONLY', command: 'XADD' } } })
        await copyAndAck(writer, ORDER, [seen('1-1'), seen('1-2')])
        const here = await copies()
        expect(here).toHaveLength(2)
        await expect.poll(() => range(there.reader, DEAD, { from: '-', to: '+', count: 9 })).toEqual(here)
        const left = () => pendingRange(there.reader, KEY, GROUP, { from: '-', to: '+', count: 9 })
        await expect.poll(left).toMatchObject([{ id: '1-3' }])
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))

  test('in a cluster: keys of one slot are fine, of two are CROSSSLOT with nothing done', () =>
    withRedis(
      async (node) => {
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
        await expect.poll(() => node.cli('CLUSTER', 'INFO'), { timeout: 30_000 }).toContain('cluster_state:ok')
        const there = await clients.open(node)
        const to = clients.writer(there)
        await addEntry(to, KEY, '1-1', fields('a', 'b'), { create: true })
        await createGroup(to, KEY, GROUP, '0-0', { mkstream: false })
        await claimJustId(to, KEY, GROUP, ANN, ['1-1'], { minIdleMs: 0, force: true })
        const crossing = copyAndAck(to, { ...ORDER, target: Buffer.from('elsewhere') }, [seen('1-1')])
        await expect(crossing).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'CROSSSLOT' } })
        expect(await copyAndAck(to, ORDER, [seen('1-1')])).toMatchObject({ outcomes: [{ state: 'copied' }] })
      },
      { version, config: ['cluster-enabled yes'] },
    ))

  test.each(['cut-before-reply', 'cut-before-forward'] as const)(
    '%s is an unknown outcome, and nothing is sent again',
    async (kind) => {
      const proxy = await startFaultProxy(redis)
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const through = await clients.open(redis, { profile: { endpoint } })
      void proxy.fault('EVAL', { kind })
      const call = copyAndAck(clients.writer(through), ORDER, [seen('1-1')])
      await expect(call).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME', data: { command: 'EVAL' } })
      await expect.poll(() => through.reader.call('PING').catch(() => null)).toEqual(Buffer.from('PONG'))
      expect(await copies()).toHaveLength(kind === 'cut-before-reply' ? 1 : 0)
      await proxy.stop()
    },
  )
})

test.each([
  ['@user_script: 36: -OOM command not allowed when used memory', 'OOM'],
  ['WRONGTYPE Operation against a key', 'WRONGTYPE'],
  ['something odd', 'ERR'],
])('a failure that servers before 7 put as %j', async (text, prefix) => {
  await withRedis(async (redis) => {
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const writer = clients.writer(await clients.open(redis, { profile: { endpoint } }))
    const done = '*1\r\n*2\r\n$6\r\ncopied\r\n$3\r\n7-1\r\n'
    const reply = `*3\r\n${done}$4\r\nXADD\r\n$${text.length}\r\n${text}\r\n`
    void proxy.fault('EVAL', { kind: 'answer', reply })
    expect(await copyAndAck(writer, ORDER, [seen('1-1'), seen('1-2')])).toMatchObject({
      outcomes: [{ state: 'copied', copyId: '7-1' }],
      failure: { code: 'REDIS', data: { prefix, command: 'XADD' } },
    })
    await proxy.stop()
  })
})
