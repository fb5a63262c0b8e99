import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import type { Writer } from '../../../electron/redis/reader-writer'
import { addEntry } from '../../../electron/redis/xadd'
import { claimJustId } from '../../../electron/redis/xclaim'
import { createConsumer, createGroup, deleteConsumer, destroyGroup, setGroupId } from '../../../electron/redis/xgroup'
import { consumerInfos, groupInfos } from '../../../electron/redis/xinfo'
import { pendingRange } from '../../../electron/redis/xpending'
import { onEachServer } from '../../helpers/on-each-server'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const KEY = Buffer.concat([Buffer.from('k'), EVERY_BYTE])
const GROUP = Buffer.concat([Buffer.from('g'), EVERY_BYTE])
const ANN = Buffer.concat([Buffer.from('a'), EVERY_BYTE])
const NONE = Buffer.from([0xff, 0x01])
const TEXT = Buffer.from('text')
const IDS = ['1-1', '1-2', '1-3']
const clients = useSluiceClients()
const notFound = (what: string) => ({ code: 'NOT_FOUND', data: { what, name: { base64: NONE.toString('base64') } } })

/** Each subcommand, on the stream and the group that are given. */
const CALLS: readonly (readonly [string, (writer: Writer, key: Buffer, group: Buffer) => Promise<unknown>])[] = [
  ['CREATE', (writer, key, group) => createGroup(writer, key, group, '$', { mkstream: false })],
  ['SETID', (writer, key, group) => setGroupId(writer, key, group, '0-0')],
  ['DESTROY', destroyGroup],
  ['CREATECONSUMER', (writer, key, group) => createConsumer(writer, key, group, ANN)],
  ['DELCONSUMER', (writer, key, group) => deleteConsumer(writer, key, group, ANN)],
]

onEachServer('XGROUP on %s', (version) => {
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
    for (const id of IDS) await addEntry(writer, KEY, id, [ANN, NONE], { create: true })
  })
  const group = async () => (await groupInfos(client.reader, KEY))[0]
  const consumers = async () =>
    (await consumerInfos(client.reader, KEY, GROUP)).map(({ name, pending }) => [name, pending])
  const hold = () => claimJustId(writer, KEY, GROUP, ANN, IDS, { minIdleMs: 0, force: true })

  test('CREATE in the middle with what was read: the server tells the lag', async () => {
    await createGroup(writer, KEY, GROUP, '1-2', { mkstream: false, entriesRead: 2 })
    expect(await group()).toMatchObject({ name: GROUP, lastDeliveredId: '1-2', entriesRead: 2, lag: 1 })
  })

  test('CREATE in the middle without: it can not tell', async () => {
    await createGroup(writer, KEY, GROUP, '1-2', { mkstream: false })
    expect(await group()).toMatchObject({ lastDeliveredId: '1-2', entriesRead: null, lag: null })
  })

  test('CREATE at the end, with a new stream', async () => {
    await createGroup(writer, NONE, GROUP, '$', { mkstream: true, entriesRead: 0 })
    expect(await groupInfos(client.reader, NONE)).toMatchObject([{ lastDeliveredId: '0-0', pending: 0 }])
  })

  test('SETID back, forth and to the end; what is pending stays', async () => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: false })
    await hold()
    await setGroupId(writer, KEY, GROUP, '0-0', 0)
    expect(await group()).toMatchObject({ lastDeliveredId: '0-0', entriesRead: 0, lag: 3, pending: 3 })
    await setGroupId(writer, KEY, GROUP, '1-1', 1n)
    expect(await group()).toMatchObject({ lastDeliveredId: '1-1', entriesRead: 1, lag: 2 })
    await setGroupId(writer, KEY, GROUP, '$')
    expect(await group()).toMatchObject({ lastDeliveredId: '1-3', entriesRead: null, pending: 3 })
    const beyond = '18446744073709551615-18446744073709551615'
    await setGroupId(writer, KEY, GROUP, beyond, 2n ** 53n + 1n)
    expect((await group())?.lastDeliveredId).toBe(beyond)
  })

  test('DESTROY takes the pending list along, and says whether there was one', async () => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: false })
    await hold()
    expect(await destroyGroup(writer, KEY, GROUP)).toBe(true)
    expect(await groupInfos(client.reader, KEY)).toEqual([])
    expect(await destroyGroup(writer, KEY, GROUP)).toBe(false)
  })

  test('CREATECONSUMER says whether it is new, and takes nothing from one that is not', async () => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: false })
    expect(await createConsumer(writer, KEY, GROUP, ANN)).toBe(true)
    await hold()
    expect(await createConsumer(writer, KEY, GROUP, ANN)).toBe(false)
    expect(await consumers()).toEqual([[ANN, 3]])
  })

  test('DELCONSUMER says what it dropped', async () => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: false })
    await hold()
    await createConsumer(writer, KEY, GROUP, NONE)
    expect(await deleteConsumer(writer, KEY, GROUP, ANN)).toBe(3)
    expect(await consumers()).toEqual([[NONE, 0]])
    expect(await pendingRange(client.reader, KEY, GROUP, { from: '-', to: '+', count: 9 })).toEqual([])
    expect(await deleteConsumer(writer, KEY, GROUP, ANN)).toBe(0)
  })

  test.each(CALLS)('%s of a stream that is not there', async (_, call) => {
    await expect(call(writer, NONE, GROUP)).rejects.toMatchObject(notFound('stream'))
    expect(await redis.client().exists(NONE)).toBe(0)
  })

  test.each(CALLS.filter(([name]) => !['CREATE', 'DESTROY'].includes(name)))(
    '%s of a group that is not there',
    async (_, call) => {
      await expect(call(writer, KEY, NONE)).rejects.toMatchObject(notFound('group'))
      expect(await groupInfos(client.reader, KEY)).toEqual([])
    },
  )

  test.each(CALLS)('%s of a key that holds something else', async (name, call) => {
    await expect(call(writer, TEXT, GROUP)).rejects.toMatchObject({
      code: 'REDIS',
      data: { prefix: 'WRONGTYPE', command: `XGROUP ${name}` },
    })
  })

  test.each(CALLS)('%s by a user who may not', async (name, call) => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: false })
    await hold()
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', `-xgroup|${name.toLowerCase()}`)
    const limited = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    await expect(call(clients.writer(limited), KEY, GROUP)).rejects.toMatchObject({
      code: 'REDIS',
      data: { prefix: 'NOPERM', command: `XGROUP ${name}` },
    })
    expect(await consumers()).toEqual([[ANN, 3]])
  })

  test('all of them on a replica', () =>
    withRedis(
      async (replica) => {
        const there = clients.writer(await clients.open(replica))
        for (const [, call] of CALLS)
          await expect(call(there, KEY, GROUP)).rejects.toMatchObject({ data: { prefix: 'READONLY' } })
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))

  test('full memory keeps from making groups and consumers, not from removing them', async () => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: false })
    await hold()
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      const oom = { code: 'REDIS', data: { prefix: 'OOM' } }
      await expect(createGroup(writer, KEY, NONE, '$', { mkstream: false })).rejects.toMatchObject(oom)
      await expect(createConsumer(writer, KEY, GROUP, NONE)).rejects.toMatchObject(oom)
      await setGroupId(writer, KEY, GROUP, '0-0')
      expect(await deleteConsumer(writer, KEY, GROUP, ANN)).toBe(3)
      expect(await destroyGroup(writer, KEY, GROUP)).toBe(true)
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
  })

  test('what is no id and no count is refused by Redis, and nothing changes', async () => {
    await createGroup(writer, KEY, GROUP, '1-1', { mkstream: false, entriesRead: 1 })
    const wrong = { code: 'REDIS', data: { prefix: 'ERR', command: 'XGROUP SETID' } }
    await expect(setGroupId(writer, KEY, GROUP, 'no-id')).rejects.toMatchObject(wrong)
    await expect(setGroupId(writer, KEY, GROUP, '0-0', -7)).rejects.toMatchObject(wrong)
    await expect(setGroupId(writer, KEY, GROUP, '0-0', 2n ** 63n)).rejects.toMatchObject(wrong)
    expect(await group()).toMatchObject({ lastDeliveredId: '1-1', entriesRead: 1 })
  })
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

  test.each([
    "-ERR Unknown subcommand or wrong number of arguments for 'CREATECONSUMER'. Try XGROUP HELP.\r\n",
    "-ERR unknown subcommand 'CREATECONSUMER'. Try XGROUP HELP.\r\n",
    '-ERR unknown subcommand or wrong number of arguments\r\n',
  ])('CREATECONSUMER before 6.2: %j', async (reply) => {
    void proxy.fault('XGROUP', { kind: 'answer', reply })
    await expect(createConsumer(writer, KEY, GROUP, ANN)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      data: { feature: 'XGROUP CREATECONSUMER' },
    })
  })

  test.each(CALLS.filter(([name]) => !['CREATE', 'SETID'].includes(name)))(
    '%s answered by what is no count',
    async (_, call) => {
      void proxy.fault('XGROUP', { kind: 'answer', reply: '+OK\r\n' })
      await expect(call(writer, KEY, GROUP)).rejects.toThrow('an integer')
    },
  )

  test.each(CALLS)('%s without a reply is an unknown outcome', async (name, call) => {
    void proxy.fault('XGROUP', { kind: 'cut-before-reply' })
    await expect(call(writer, KEY, GROUP)).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
      data: { command: `XGROUP ${name}` },
    })
  })
})
