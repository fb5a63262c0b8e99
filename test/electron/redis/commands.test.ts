import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import type { Reader, Writer } from '../../../electron/redis/reader-writer'
import { knownCommands } from '../../../electron/redis/command-info'
import { serverTimeMs } from '../../../electron/redis/clock'
import { memoryUsage } from '../../../electron/redis/memory'
import { scanStreams } from '../../../electron/redis/scan'
import { currentUser, databaseSize, hello, info, keyspaceEvents, timeToLiveMs } from '../../../electron/redis/server'
import { ack } from '../../../electron/redis/xack'
import { addEntry } from '../../../electron/redis/xadd'
import { claimJustId } from '../../../electron/redis/xclaim'
import { createGroup } from '../../../electron/redis/xgroup'
import { consumerInfos, groupInfos, streamInfo } from '../../../electron/redis/xinfo'
import { streamLength } from '../../../electron/redis/xlen'
import { pendingRange, pendingSummary } from '../../../electron/redis/xpending'
import { entriesById, existingIds, range } from '../../../electron/redis/xrange'
import { readBlocking } from '../../../electron/redis/xread'
import { trim } from '../../../electron/redis/xtrim'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const buffers = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let client: OwnedClient
  let reader: Reader
  let writer: Writer
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    client = await clients.open(redis)
    reader = client.reader
    writer = clients.writer(client)
  })

  /** Entries 1-1 … 1-n with a field each. */
  async function fill(count: number): Promise<void> {
    for (let at = 1; at <= count; at += 1) {
      await addEntry(writer, KEY, `1-${at}`, buffers('n', String(at)), { create: true })
    }
  }
  /** All of them delivered to `consumer`. */
  async function deliver(consumer: string, count: number): Promise<void> {
    await redis.cli('XREADGROUP', 'GROUP', 'billing', consumer, 'COUNT', String(count), 'STREAMS', 'orders', '>')
  }

  test('XADD: own ids, explicit ids, repeated fields in order; never a new stream unasked', async () => {
    const own = await addEntry(writer, KEY, '*', buffers('a', '1', 'a', '2'), { create: true })
    const after = '99999999999999-7'
    expect(await addEntry(writer, KEY, after, buffers('b', ''), { create: false })).toBe(after)
    expect(await range(reader, KEY, { from: '-', to: '+', count: 9 })).toEqual([
      { id: own, fields: buffers('a', '1', 'a', '2') },
      { id: after, fields: buffers('b', '') },
    ])
    await expect(addEntry(writer, KEY, '1-1', buffers('a', '1'), { create: true })).rejects.toMatchObject({
      code: 'REDIS',
      data: { prefix: 'ERR' },
    })
    await expect(addEntry(writer, KEY, '*', buffers('odd'), { create: true })).rejects.toThrow(RangeError)
  })

  test('XRANGE and XREVRANGE by bounds and count', async () => {
    await fill(5)
    const ids = async (from: string, to: string, count: number, reverse = false) =>
      (await range(reader, KEY, { from, to, count, reverse })).map(({ id }) => id)
    expect(await ids('-', '+', 2)).toEqual(['1-1', '1-2'])
    expect(await ids('+', '-', 2, true)).toEqual(['1-5', '1-4'])
    expect(await ids('(1-2', '1-4', 9)).toEqual(['1-3', '1-4'])
    expect(await ids('(1-4', '-', 9, true)).toEqual(['1-3', '1-2', '1-1'])
  })

  test('entries by id: those that exist, more than one round trip of them', async () => {
    await fill(250)
    await redis.cli('XDEL', 'orders', '1-100', '1-250')
    const ids = Array.from({ length: 252 }, (_, at) => `1-${at}`)
    const there = await existingIds(reader, KEY, ids)
    expect(there.size).toBe(248)
    expect([there.has('1-0'), there.has('1-100'), there.has('1-1'), there.has('1-249')]).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect((await entriesById(reader, KEY, ['1-7', '1-100'])).get('1-7')).toEqual({
      id: '1-7',
      fields: buffers('n', '7'),
    })
    expect(await existingIds(reader, KEY, [])).toEqual(new Set())
    await redis.cli('SET', 'text', 'x')
    await expect(existingIds(reader, Buffer.from('text'), ['1-1'])).rejects.toMatchObject({
      data: { prefix: 'WRONGTYPE' },
    })
  })

  test('XINFO STREAM, GROUPS, CONSUMERS by name', async () => {
    await fill(3)
    await createGroup(writer, KEY, GROUP, '0-0', { mkstream: false })
    const before = await serverTimeMs(reader)
    await deliver('worker-1', 1)
    await redis.cli('XDEL', 'orders', '1-2')
    await redis.cli('XGROUP', 'CREATECONSUMER', 'orders', 'billing', 'idle')
    expect(await streamInfo(reader, KEY)).toEqual({
      length: 2,
      groups: 1,
      lastGeneratedId: '1-3',
      firstId: '1-1',
      lastId: '1-3',
      maxDeletedId: '1-2',
      entriesAdded: 3,
      radixTreeKeys: 1,
      radixTreeNodes: 2,
    })
    expect(await groupInfos(reader, KEY)).toMatchObject([
      { name: GROUP, consumers: 2, pending: 1, lastDeliveredId: '1-1', entriesRead: 1 },
    ])
    const consumers = await consumerInfos(reader, KEY, GROUP)
    const passed = (await serverTimeMs(reader)) - before
    expect(consumers.map(({ name, pending }) => [name.toString(), pending])).toEqual([
      ['idle', 0],
      ['worker-1', 1],
    ])
    for (const { idleMs } of consumers) expect(idleMs).toBeLessThanOrEqual(passed)
    // 7.2 tells since when a consumer got nothing; one that never got anything has no such time.
    const [idle, worker] = consumers
    expect(idle?.inactiveMs).toBeNull()
    if (version.startsWith('redis-7.0')) expect(worker?.inactiveMs).toBeNull()
    else expect(worker?.inactiveMs).toBeLessThanOrEqual(passed)
  })

  test('XINFO of an emptied stream', async () => {
    await fill(1)
    await redis.cli('XDEL', 'orders', '1-1')
    expect(await streamInfo(reader, KEY)).toMatchObject({
      length: 0,
      firstId: null,
      lastId: null,
      lastGeneratedId: '1-1',
    })
    expect(await groupInfos(reader, KEY)).toEqual([])
  })

  test('XPENDING: summary, pages, one consumer, exclusive start', async () => {
    await fill(5)
    await createGroup(writer, KEY, GROUP, '0-0', { mkstream: false })
    expect(await pendingSummary(reader, KEY, GROUP)).toEqual({
      total: 0,
      smallestId: null,
      greatestId: null,
      consumers: [],
    })
    await deliver('a', 3)
    await deliver('b', 2)
    expect(await pendingSummary(reader, KEY, GROUP)).toEqual({
      total: 5,
      smallestId: '1-1',
      greatestId: '1-5',
      consumers: [
        { name: Buffer.from('a'), pending: 3 },
        { name: Buffer.from('b'), pending: 2 },
      ],
    })
    const page = await pendingRange(reader, KEY, GROUP, { from: '(1-2', to: '+', count: 2 })
    expect(page).toMatchObject([
      { id: '1-3', consumer: Buffer.from('a'), deliveries: 1 },
      { id: '1-4', consumer: Buffer.from('b'), deliveries: 1 },
    ])
    const only = await pendingRange(reader, KEY, GROUP, { from: '-', to: '+', count: 9, consumer: Buffer.from('b') })
    expect(only.map(({ id }) => id)).toEqual(['1-4', '1-5'])
  })

  test('XCLAIM JUSTID: owner, count, time; too young, not pending and gone are left out', async () => {
    await fill(4)
    await createGroup(writer, KEY, GROUP, '0-0', { mkstream: false })
    await deliver('a', 3)
    await redis.cli('XDEL', 'orders', '1-3')
    const b = Buffer.from('b')
    expect(await claimJustId(writer, KEY, GROUP, b, ['1-1'], { minIdleMs: 3_600_000 })).toEqual([])
    const now = await serverTimeMs(reader)
    const options = { minIdleMs: 0, retryCount: 7, timeMs: now - 5_000 }
    expect(await claimJustId(writer, KEY, GROUP, b, ['1-1', '1-3', '1-4'], options)).toEqual(['1-1'])
    const rows = await pendingRange(reader, KEY, GROUP, { from: '-', to: '+', count: 9 })
    const passed = (await serverTimeMs(reader)) - now
    expect(rows).toMatchObject([
      { id: '1-1', consumer: b, deliveries: 7 },
      { id: '1-2', consumer: Buffer.from('a'), deliveries: 1 },
    ])
    expect(rows[0]?.idleMs).toBeGreaterThanOrEqual(5_000)
    expect(rows[0]?.idleMs).toBeLessThanOrEqual(5_000 + passed)
    expect(await claimJustId(writer, KEY, GROUP, b, ['1-4'], { minIdleMs: 0, force: true })).toEqual(['1-4'])
  })

  test('XACK counts what was pending', async () => {
    await fill(3)
    await createGroup(writer, KEY, GROUP, '0-0', { mkstream: false })
    await deliver('a', 2)
    expect(await ack(writer, KEY, GROUP, ['1-1', '1-3'])).toBe(1)
    expect(await ack(writer, KEY, GROUP, ['1-1'])).toBe(0)
  })

  test('no command takes more than 500 ids, or none', async () => {
    const many = Array.from({ length: 501 }, (_, at) => `1-${at}`)
    await expect(ack(writer, KEY, GROUP, many)).rejects.toThrow(RangeError)
    await expect(ack(writer, KEY, GROUP, [])).rejects.toThrow(RangeError)
    await expect(claimJustId(writer, KEY, GROUP, GROUP, many, { minIdleMs: 0 })).rejects.toThrow(RangeError)
    expect(await ack(writer, KEY, GROUP, many.slice(1))).toBe(0)
  })

  test('XGROUP CREATE: at the end, at the beginning, with a new stream', async () => {
    await createGroup(writer, KEY, GROUP, '$', { mkstream: true })
    expect(await streamLength(reader, KEY)).toBe(0)
    await fill(2)
    await createGroup(writer, KEY, Buffer.from('late'), '$', { mkstream: false })
    await createGroup(writer, KEY, Buffer.from('middle'), '1-1', { mkstream: true })
    const groups = await groupInfos(reader, KEY)
    expect(groups.map(({ name, lastDeliveredId }) => `${name.toString()} ${lastDeliveredId}`)).toEqual([
      'billing 0-0',
      'late 1-2',
      'middle 1-1',
    ])
  })

  test('XTRIM: exact, approximate, limited, by id', async () => {
    await fill(300)
    expect(await trim(writer, KEY, { kind: 'maxlen', threshold: 250, approximate: false })).toBe(50)
    expect(await trim(writer, KEY, { kind: 'minid', threshold: '1-101', approximate: false })).toBe(50)
    expect(
      await trim(writer, KEY, { kind: 'maxlen', threshold: 1, approximate: true, limit: 100 }),
    ).toBeLessThanOrEqual(100)
    const left = await streamLength(reader, KEY)
    expect(await trim(writer, KEY, { kind: 'maxlen', threshold: 0, approximate: false })).toBe(left)
  })

  test('XREAD BLOCK: what is there, what comes, and nothing in time', async () => {
    await fill(2)
    const blocking = client.beside('blocking')
    await blocking.open()
    const read = async (after: string, blockMs: number) =>
      (await readBlocking(blocking.reader, KEY, after, 9, blockMs)).map(({ id }) => id)
    expect(await read('1-1', 5_000)).toEqual(['1-2'])
    expect(await read('1-2', 20)).toEqual([])
    const waiting = read('1-2', 5_000)
    await addEntry(writer, KEY, '1-3', buffers('a', 'b'), { create: false })
    expect(await waiting).toEqual(['1-3'])
    blocking.close()
  })

  test('SCAN gives streams only, by TYPE or by asking each', async () => {
    await fill(1)
    for (let at = 0; at < 50; at += 1) await redis.cli('SET', `text:${at}`, 'x')
    for (const withType of [true, false]) {
      const found: string[] = []
      let cursor = '0'
      do {
        const step = await scanStreams(reader, cursor, 10, withType)
        found.push(...step.keys.map(String))
        cursor = step.cursor
      } while (cursor !== '0')
      expect(new Set(found)).toEqual(new Set(['orders']))
    }
  })

  test('the server about itself', async () => {
    await fill(1)
    await redis.cli('PEXPIRE', 'orders', '60000')
    await redis.cli('CONFIG', 'SET', 'notify-keyspace-events', 'Ex')
    const clock = async (): Promise<number> => Number((await redis.cli('TIME')).split('\n')[0])
    const [before, time, after] = [await clock(), await serverTimeMs(reader), await clock()]
    expect(time).toBeGreaterThanOrEqual(before * 1_000)
    expect(time).toBeLessThan((after + 1) * 1_000)
    expect((await info(reader, 'server')).get('tcp_port')).toBe(String(redis.port))
    expect((await info(reader)).get('role')).toBe('master')
    expect(String((await hello(reader)).get('mode'))).toBe('standalone')
    expect(await currentUser(reader)).toBe('default')
    expect(await databaseSize(reader)).toBe(1)
    expect(await timeToLiveMs(reader, KEY)).toBeGreaterThan(50_000)
    expect(await timeToLiveMs(reader, Buffer.from('none'))).toBeNull()
    expect(await keyspaceEvents(reader)).toBe('xE')
    expect(await memoryUsage(reader, KEY)).toBeGreaterThan(100)
    expect(await memoryUsage(reader, Buffer.from('none'))).toBeNull()
    const known = await knownCommands(reader, ['XADD', 'XNACK', 'XACKDEL'])
    expect(known).toEqual(new Set(/^redis-8\.[2-9]/.test(version) ? ['XADD', 'XACKDEL'] : ['XADD']))
    expect(await knownCommands(reader, ['NOTHING'])).toBeNull()
  })
})
