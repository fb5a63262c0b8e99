import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import type { Writer } from '../../../electron/redis/reader-writer'
import { keyType } from '../../../electron/redis/key-type'
import { setHashFields } from '../../../electron/redis/hset'
import { expireAfter } from '../../../electron/redis/pexpire'
import { renameUnlessTaken } from '../../../electron/redis/rename-nx'
import { timeToLiveMs } from '../../../electron/redis/server'
import { unlink } from '../../../electron/redis/unlink'
import { addEntry } from '../../../electron/redis/xadd'
import { streamInfo } from '../../../electron/redis/xinfo'
import { range } from '../../../electron/redis/xrange'
import { setLastId } from '../../../electron/redis/xsetid'
import { onEachServer } from '../../helpers/on-each-server'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const KEY = Buffer.concat([Buffer.from('k'), EVERY_BYTE])
const HASH = Buffer.concat([Buffer.from('h'), EVERY_BYTE])
const NONE = Buffer.from([0xff, 0x01])
const TEXT = Buffer.from('text')
const GREATEST = '18446744073709551615-18446744073709551615'
const clients = useSluiceClients()
const noStream = { code: 'NOT_FOUND', data: { what: 'stream', name: { base64: NONE.toString('base64') } } }
/** Each of them, doing something if it is let. */
const CALLS: readonly (readonly [string, (writer: Writer) => Promise<unknown>])[] = [
  ['HSET', (writer) => setHashFields(writer, HASH, [NONE, NONE])],
  ['UNLINK', (writer) => unlink(writer, KEY)],
  ['RENAMENX', (writer) => renameUnlessTaken(writer, KEY, NONE)],
  ['PEXPIRE', (writer) => expireAfter(writer, KEY, 60_000)],
  ['XSETID', (writer) => setLastId(writer, KEY, '9-9')],
]

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
    await addEntry(writer, KEY, '1-1', [EVERY_BYTE, NONE], { create: true })
  })
  const hash = (...names: readonly Buffer[]) => redis.client().callBuffer('HMGET', [HASH, ...names])

  test('TYPE tells a stream from other keys of any bytes, and from none', async () => {
    await setHashFields(writer, HASH, [NONE, NONE])
    const types = [KEY, HASH, TEXT, NONE].map((key) => keyType(client.reader, key))
    expect(await Promise.all(types)).toEqual(['stream', 'hash', 'string', 'none'])
  })

  test('HSET writes any bytes, the last of a repeated name, and counts what is new', async () => {
    expect(await setHashFields(writer, HASH, [EVERY_BYTE, EVERY_BYTE, NONE, TEXT, NONE, Buffer.alloc(0)])).toBe(2)
    expect(await hash(EVERY_BYTE, NONE)).toEqual([EVERY_BYTE, Buffer.alloc(0)])
    expect(await setHashFields(writer, HASH, [NONE, NONE])).toBe(0)
    expect(await hash(EVERY_BYTE, NONE)).toEqual([EVERY_BYTE, NONE])
  })

  test('HSET of half a field, or none, is refused unsent; on another type it is WRONGTYPE', async () => {
    await expect(setHashFields(writer, HASH, [])).rejects.toThrow(RangeError)
    await expect(setHashFields(writer, HASH, [NONE, NONE, NONE])).rejects.toThrow(RangeError)
    for (const key of [KEY, TEXT])
      await expect(setHashFields(writer, key, [NONE, NONE])).rejects.toMatchObject({
        code: 'REDIS',
        data: { prefix: 'WRONGTYPE', command: 'HSET' },
      })
    expect([await redis.client().exists(HASH), await redis.cli('GET', 'text')]).toEqual([0, 'x'])
  })

  test('HSET when memory is full', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      await expect(setHashFields(writer, HASH, [NONE, NONE])).rejects.toMatchObject({ data: { prefix: 'OOM' } })
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
    expect(await redis.client().exists(HASH)).toBe(0)
  })

  test('UNLINK says whether there was something', async () => {
    expect([await unlink(writer, KEY), await unlink(writer, KEY), await unlink(writer, NONE)]).toEqual([
      true,
      false,
      false,
    ])
    expect(await redis.cli('DBSIZE')).toBe('1')
  })

  test('RENAMENX moves the stream as it is, and never onto another key', async () => {
    expect(await renameUnlessTaken(writer, KEY, TEXT)).toBe(false)
    expect(await redis.cli('GET', 'text')).toBe('x')
    expect(await renameUnlessTaken(writer, KEY, NONE)).toBe(true)
    expect(await range(client.reader, NONE, { from: '-', to: '+', count: 9 })).toEqual([
      { id: '1-1', fields: [EVERY_BYTE, NONE] },
    ])
    expect(await redis.client().exists(KEY)).toBe(0)
  })

  test('RENAMENX of what is not there, and onto itself', async () => {
    await expect(renameUnlessTaken(writer, NONE, HASH)).rejects.toMatchObject(noStream)
    expect(await renameUnlessTaken(writer, KEY, KEY)).toBe(false)
    expect(await streamInfo(client.reader, KEY)).toMatchObject({ length: 1 })
  })

  test('RENAMENX across slots of a cluster', () =>
    withRedis(
      async (node) => {
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
        await expect.poll(() => node.cli('CLUSTER', 'INFO'), { timeout: 30_000 }).toContain('cluster_state:ok')
        const there = clients.writer(await clients.open(node))
        await expect(renameUnlessTaken(there, TEXT, HASH)).rejects.toMatchObject({ data: { prefix: 'CROSSSLOT' } })
      },
      { version, config: ['cluster-enabled yes'] },
    ))

  test('PEXPIRE in ms; a time that would delete the key is refused unsent', async () => {
    expect(await expireAfter(writer, KEY, 60_000)).toBe(true)
    const left = (await timeToLiveMs(client.reader, KEY)) ?? 0
    expect(left > 1_000 && left <= 60_000).toBe(true)
    expect(await expireAfter(writer, NONE, 60_000)).toBe(false)
    for (const wrong of [0, -1, 1.5, NaN, Infinity])
      await expect(expireAfter(writer, KEY, wrong)).rejects.toThrow(RangeError)
    expect(await redis.client().exists(KEY)).toBe(1)
  })

  test('XSETID with counters of up to 2^63-1, and without', async () => {
    await setLastId(writer, KEY, '7-7', { entriesAdded: 2n ** 63n - 1n, maxDeletedId: '6-6' })
    expect(await streamInfo(client.reader, KEY)).toMatchObject({
      lastGeneratedId: '7-7',
      entriesAdded: 2n ** 63n - 1n,
      maxDeletedId: '6-6',
    })
    await setLastId(writer, KEY, GREATEST)
    expect(await streamInfo(client.reader, KEY)).toMatchObject({ lastGeneratedId: GREATEST, lastId: '1-1' })
    await expect(addEntry(writer, KEY, '*', [NONE, NONE], { create: true })).rejects.toMatchObject({ code: 'REDIS' })
  })

  test.each([
    ['an id smaller than the last entry’s', '0-1', undefined],
    ['no id', 'no-id', undefined],
    ['fewer entries added than there are', '7-7', { entriesAdded: 0, maxDeletedId: '0-0' }],
    ['a deleted id beyond the last one', '7-7', { entriesAdded: 5, maxDeletedId: '8-8' }],
    ['a negative count', '7-7', { entriesAdded: -1, maxDeletedId: '0-0' }],
  ])('XSETID with %s is refused, and nothing changes', async (_, id, counters) => {
    const before = await streamInfo(client.reader, KEY)
    await expect(setLastId(writer, KEY, id, counters)).rejects.toMatchObject({
      code: 'REDIS',
      data: { prefix: 'ERR', command: 'XSETID' },
    })
    expect(await streamInfo(client.reader, KEY)).toEqual(before)
  })

  test('XSETID of what is not there, or no stream', async () => {
    await expect(setLastId(writer, NONE, '1-1')).rejects.toMatchObject(noStream)
    await expect(setLastId(writer, TEXT, '1-1')).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
    expect(await redis.client().exists(NONE)).toBe(0)
  })

  test('all of them on a replica', () =>
    withRedis(
      async (replica) => {
        const there = clients.writer(await clients.open(replica))
        for (const [, call] of CALLS)
          await expect(call(there)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'READONLY' } })
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))
})

describe('by what servers that are not here would answer', () => {
  let redis: TestRedis
  let proxy: FaultProxy
  let writer: Writer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    writer = clients.writer(await clients.open(redis, { profile: { endpoint } }))
  })
  afterEach(() => proxy.stop())

  test.each(CALLS)('%s that the server does not have', async (name, call) => {
    void proxy.fault(name, {
      kind: 'answer',
      reply: `-ERR unknown command '${name}', with args beginning with: 'k'\r\n`,
    })
    await expect(call(writer)).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: name } })
  })

  test.each(CALLS)('%s without a reply is an unknown outcome', async (name, call) => {
    void proxy.fault(name, { kind: 'cut-before-reply' })
    await expect(call(writer)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME', data: { command: name } })
  })

  test.each(CALLS.filter(([name]) => name !== 'XSETID'))('%s answered by what is no count', async (name, call) => {
    void proxy.fault(name, { kind: 'answer', reply: '+OK\r\n' })
    await expect(call(writer)).rejects.toThrow('an integer')
  })
})
