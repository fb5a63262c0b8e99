import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import type { Writer } from '../../../electron/redis/reader-writer'
import { addEntry } from '../../../electron/redis/xadd'
import { autoClaimJustId, type AutoClaimed } from '../../../electron/redis/xautoclaim'
import { claimJustId } from '../../../electron/redis/xclaim'
import { createGroup } from '../../../electron/redis/xgroup'
import { consumerInfos } from '../../../electron/redis/xinfo'
import { pendingRange } from '../../../electron/redis/xpending'
import { onEachServer } from '../../helpers/on-each-server'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const KEY = Buffer.from([0x6b, 0xff, 0x00, 0x0a])
const GROUP = Buffer.from([0x67, 0xff, 0x00])
const ANN = Buffer.from([0x61, 0xff])
const BOB = Buffer.from([0x62, 0x00])
const NONE = Buffer.from([0xff, 0x01])
const HOUR = 3_600_000
const clients = useSluiceClients()

onEachServer('XAUTOCLAIM on %s', (version) => {
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
  })

  /** Entries of one millisecond, pending with ann. */
  async function fill(count: number): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, (_, at) => `7-${at}`)
    for (const id of ids) await addEntry(writer, KEY, id, [ANN, NONE], { create: true })
    await claimJustId(writer, KEY, GROUP, ANN, ids, { minIdleMs: 0, force: true, retryCount: 3 })
    return ids
  }
  const step = (start: string, count = 100, minIdleMs = 0) =>
    autoClaimJustId(writer, KEY, GROUP, BOB, { minIdleMs, start, count })
  const rows = () => pendingRange(client.reader, KEY, GROUP, { from: '-', to: '+', count: 1000 })

  test('a walk to the end takes each entry once, and leaves delivery counts as they were', async () => {
    const ids = await fill(250)
    const steps: AutoClaimed[] = []
    let start = '0-0'
    do {
      const taken = await step(start)
      steps.push(taken)
      start = taken.next
    } while (start !== '0-0')
    expect(steps.flatMap(({ claimed }) => claimed)).toEqual(ids)
    expect(steps.flatMap(({ deleted }) => deleted)).toEqual([])
    expect((await rows()).every(({ consumer, deliveries }) => consumer.equals(BOB) && deliveries === 3)).toBe(true)
  })

  test('an empty pending list ends at once', async () => {
    expect(await step('0-0')).toEqual({ next: '0-0', claimed: [], deleted: [] })
  })

  test('a step that finds nothing idle for long enough may still have a next one', async () => {
    const ids = await fill(25)
    const first = await step('0-0', 1, HOUR)
    expect(first).toEqual({ next: ids[10], claimed: [], deleted: [] })
    await claimJustId(writer, KEY, GROUP, ANN, ids.slice(20, 21), { minIdleMs: 0, idleMs: 2 * HOUR })
    expect(await step(ids[10] ?? '', 1, HOUR)).toEqual({ next: ids[20], claimed: [], deleted: [] })
    expect((await step(ids[20] ?? '', 1, HOUR)).claimed).toEqual(['7-20'])
  })

  test('ids of two 64-bit halves', async () => {
    const id = '18446744073709551614-18446744073709551615'
    await addEntry(writer, KEY, id, [ANN, ANN], { create: true })
    await claimJustId(writer, KEY, GROUP, ANN, [id], { minIdleMs: 0, force: true })
    expect((await step(id)).claimed).toEqual([id])
  })

  test('entries gone from the stream are told, and dropped from the pending list', async () => {
    await fill(3)
    await redis.client().callBuffer('XDEL', [KEY, '7-1'])
    expect(await step('0-0')).toEqual({ next: '0-0', claimed: ['7-0', '7-2'], deleted: ['7-1'] })
    expect((await rows()).map(({ id }) => id)).toEqual(['7-0', '7-2'])
  })

  test('no such group, no such stream, another type', async () => {
    const order = { minIdleMs: 0, start: '0-0', count: 1 }
    const missing = { code: 'NOT_FOUND', data: { what: 'group', name: { base64: NONE.toString('base64') } } }
    await expect(autoClaimJustId(writer, KEY, NONE, BOB, order)).rejects.toMatchObject(missing)
    await expect(autoClaimJustId(writer, NONE, NONE, BOB, order)).rejects.toMatchObject(missing)
    await expect(autoClaimJustId(writer, Buffer.from('text'), GROUP, BOB, order)).rejects.toMatchObject({
      code: 'REDIS',
      data: { prefix: 'WRONGTYPE', command: 'XAUTOCLAIM' },
    })
    expect(await consumerInfos(client.reader, KEY, GROUP)).toEqual([])
  })

  test('a count of none or of more than 100 is refused unsent; so is an id that is none, by Redis', async () => {
    await fill(1)
    await expect(step('0-0', 0)).rejects.toThrow(RangeError)
    await expect(step('0-0', 101)).rejects.toThrow(RangeError)
    await expect(step('no-id')).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'ERR' } })
    expect((await rows())[0]?.consumer).toEqual(ANN)
  })

  test('READONLY on a replica', () =>
    withRedis(
      async (replica) => {
        const there = clients.writer(await clients.open(replica))
        const order = { minIdleMs: 0, start: '0-0', count: 1 }
        await expect(autoClaimJustId(there, KEY, GROUP, BOB, order)).rejects.toMatchObject({
          data: { prefix: 'READONLY' },
        })
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
  const step = () => autoClaimJustId(writer, KEY, GROUP, BOB, { minIdleMs: 5, start: '0-0', count: 7 })

  test('6.2 does not tell what was deleted', async () => {
    void proxy.fault('XAUTOCLAIM', { kind: 'answer', reply: '*2\r\n$3\r\n7-5\r\n*1\r\n$3\r\n7-1\r\n' })
    expect(await step()).toEqual({ next: '7-5', claimed: ['7-1'], deleted: null })
  })

  test('before 6.2 it is UNSUPPORTED', async () => {
    const reply = '-ERR unknown command `XAUTOCLAIM`, with args beginning with: `k`, \r\n'
    void proxy.fault('XAUTOCLAIM', { kind: 'answer', reply })
    await expect(step()).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'XAUTOCLAIM' } })
  })

  test.each([':1\r\n', '*1\r\n$3\r\n7-5\r\n', '*2\r\n:1\r\n:1\r\n', '*3\r\n$3\r\n0-0\r\n*0\r\n$-1\r\n'])(
    'an answer of %j is not taken for anything',
    async (reply) => {
      void proxy.fault('XAUTOCLAIM', { kind: 'answer', reply })
      await expect(step()).rejects.toThrow('reply')
    },
  )

  test('a lost reply is an unknown outcome', async () => {
    void proxy.fault('XAUTOCLAIM', { kind: 'cut-before-reply' })
    await expect(step()).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME', data: { command: 'XAUTOCLAIM' } })
  })
})
