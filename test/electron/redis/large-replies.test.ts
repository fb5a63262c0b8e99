import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { cutReply } from '../../../electron/redis/errors'
import type { OwnedClient } from '../../../electron/redis/client'
import { entriesById, entryBytes, existingIds, forEachEntry, range, rangePage } from '../../../electron/redis/xrange'
import { callLarge } from '../../../electron/redis/reader-writer'
import { streamInfo } from '../../../electron/redis/xinfo'
import { useEmptiedServer } from '../../helpers/emptied-server'
import { startFaultProxy } from '../../helpers/fault-proxy'
import type { TestRedis } from '../../helpers/redis-server'
import { startSlowLine } from '../../helpers/slow-line'
import { useSluiceClients } from '../../helpers/sluice-client'

const MIB = 1024 * 1024
const MOST = 8 * MIB
const KEY = Buffer.from('orders')
const ALL = ['XRANGE', KEY, '-', '+'] as const
const clients = useSluiceClients()
let redis: TestRedis
let feed: Redis
let client: OwnedClient
useEmptiedServer({}, async (server, direct) => {
  ;[redis, feed] = [server, direct]
  client = await clients.open(redis)
})

const add = (id: string, size: number): Promise<unknown> =>
  feed.xadd('orders', id, 'note', 'small', 'body', Buffer.alloc(size, 'x'), 'last', '1')
const tooLarge = { code: 'TOO_LARGE', data: { what: 'reply', mostBytes: MOST } }
const at = (through: { readonly host: string; readonly port: number }) => ({
  profile: { endpoint: { kind: 'tcp', host: through.host, port: through.port } as const },
})

describe('a reply beyond 8 MiB', () => {
  test('is refused in words and not kept; nothing else is hurt by it', async () => {
    await add('1-1', 60 * MIB)
    const line = client.line()
    const before = process.memoryUsage().arrayBuffers
    const large = client.reader.call(...ALL).catch((error: unknown) => error)
    const behind = [client.reader.call('XLEN', KEY), client.ping(), client.reader.pipeline([['TYPE', KEY]])]
    expect(await large).toMatchObject(tooLarge)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30 * MIB)
    expect(await Promise.all(behind)).toEqual(['1', expect.any(Number), [Buffer.from('stream')]])
    expect(client.line()).toBe(line)
  })

  test('tells what it began with, and how much there was', async () => {
    await add('1-1', 10 * MIB)
    const cut = cutReply(await client.reader.call(...ALL).catch((error: unknown) => error))
    expect(cut).toMatchObject({
      bodies: 7,
      bodyBytes: 10 * MIB + '1-1note'.length + 'small'.length + 'bodylast1'.length,
    })
    const text = (value: unknown): unknown =>
      Buffer.isBuffer(value) ? value.toString() : Array.isArray(value) ? value.map(text) : value
    expect(text(cut?.reply)).toEqual([['1-1', ['note', 'small', 'body', null, null, null]]])
  })

  test('of one of several commands is its own affair', async () => {
    await add('1-1', 10 * MIB)
    const replies = await client.reader.pipeline([['XLEN', KEY], ALL, ['XLEN', KEY]])
    expect(replies).toMatchObject(['1', tooLarge, '1'])
  })

  test('nor do many together hold more than twice as much', async () => {
    for (let id = 1; id <= 4; id += 1) await add(`${id}-1`, 5 * MIB)
    const lines = [1, 2, 3, 4].map((id) => ['XRANGE', KEY, `${id}-1`, `${id}-1`] as const)
    const replies = await client.reader.pipeline(lines)
    expect(replies.map((reply) => cutReply(reply) !== null)).toEqual([false, false, false, true])
  })

  test('to what changes something leaves it unknown', async () => {
    const proxy = await startFaultProxy(redis)
    try {
      const behind = await clients.open(redis, at(proxy))
      const writer = clients.writer(behind)
      const reply = `$${MOST + 1}\r\n${'x'.repeat(MOST + 1)}\r\n`
      void proxy.fault('XADD', { kind: 'replace-reply', reply })
      const unknown = { code: 'UNKNOWN_OUTCOME', data: { cause: 'odd-reply' } }
      await expect(writer.write('XADD', KEY, '1-1', 'a', 'b')).rejects.toMatchObject(unknown)
      expect(await redis.cli('XLEN', 'orders')).toBe('1')
      await writer.transaction([['XDEL', KEY, '9-9']])
      void proxy.fault('EXEC', { kind: 'replace-reply', reply })
      await expect(writer.transaction([['XDEL', KEY, '1-1']])).rejects.toMatchObject(unknown)
      expect(await redis.cli('XLEN', 'orders')).toBe('0')
      expect(await behind.reader.call('XLEN', KEY)).toBe('0')
    } finally {
      await proxy.stop()
    }
  })
})

describe('a server that wants to be misunderstood', () => {
  test('by one reply more than it was asked for loses its connection before that is anybody’s', async () => {
    const proxy = await startFaultProxy(redis)
    try {
      const behind = await clients.open(redis, at(proxy))
      const line = behind.line()
      void proxy.fault('XLEN', { kind: 'replace-reply', reply: ':1\r\n:2\r\n' })
      await behind.reader.call('XLEN', KEY).catch(() => undefined)
      await expect.poll(() => behind.isReady() && behind.line() !== line).toBe(true)
      expect(await behind.reader.call('XLEN', KEY)).toBe('0')
    } finally {
      await proxy.stop()
    }
  })

  test('by pushes that look like replies is not heard', async () => {
    await add('1-1', 1)
    const proxy = await startFaultProxy(redis)
    try {
      const behind = await clients.open(redis, at(proxy))
      const push = '>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n>2\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n'
      void proxy.fault('XLEN', { kind: 'replace-reply', reply: `${push}:1\r\n` })
      const [length, type] = await Promise.all([behind.reader.call('XLEN', KEY), behind.reader.call('TYPE', KEY)])
      expect([length, String(type)]).toEqual(['1', 'stream'])
    } finally {
      await proxy.stop()
    }
  })
})

describe('what is asked for all the same', () => {
  test('comes by a connection of its own, and is whole', async () => {
    await add('1-1', 20 * MIB)
    await add('2-1', 10)
    await add('3-1', 9 * MIB)
    const line = client.line()
    const { entries, isWhole } = await rangePage(client.reader, KEY, { from: '-', to: '+', count: 10 })
    expect(isWhole).toBe(false)
    expect(entries.map(({ id, fields }) => [id, fields[3]?.length])).toEqual([['1-1', 20 * MIB]])
    const sizes: (readonly [string, number | undefined])[] = []
    await forEachEntry(client.reader, KEY, ['1-1', '2-1', '3-1', '4-1'], ({ id, fields }) => {
      sizes.push([id, fields[3]?.length])
    })
    expect(sizes).toEqual([
      ['1-1', 20 * MIB],
      ['2-1', 10],
      ['3-1', 9 * MIB],
    ])
    expect(client.line()).toBe(line)
    await expect.poll(async () => (await redis.cli('CLIENT', 'LIST')).match(/name=sluice /g)).toHaveLength(1)
  })

  test('never two at a time, and not past a command that is still on its way', async () => {
    await add('1-1', 9 * MIB)
    const proxy = await startFaultProxy(redis)
    try {
      const behind = await clients.open(redis, at(proxy))
      const most: number[] = []
      const watch = setInterval(() => most.push(proxy.connections), 1)
      const reads = Array.from({ length: 4 }, () => range(behind.reader, KEY, { from: '-', to: '+', count: 1 }))
      expect((await Promise.all(reads)).flat().map(({ id }) => id)).toEqual(['1-1', '1-1', '1-1', '1-1'])
      clearInterval(watch)
      expect(Math.max(...most)).toBe(2)
    } finally {
      await proxy.stop()
    }
  })

  test('is left with the connection beside which it is read, and nothing comes of what waits behind it', async () => {
    await add('1-1', 9 * MIB)
    const slow = await startSlowLine(redis, { delayMs: 1, bytesPerSecond: 500_000 })
    try {
      const behind = await clients.open(redis, at(slow))
      const reads = [1, 2].map(() => callLarge(behind.reader, ...ALL).catch((error: unknown) => error))
      const connections = async () => (await redis.cli('CLIENT', 'LIST')).match(/name=sluice /g)?.length
      await expect.poll(connections).toBe(3)
      behind.close()
      for (const read of reads) expect(await read).toMatchObject({ code: 'UNREACHABLE', data: { reason: 'closed' } })
      await expect.poll(connections).toBe(1)
    } finally {
      await slow.stop()
    }
  })

  test('is found also where those before it have taken what all of them may hold', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `${n + 1}-1`)
    for (const id of ids) await add(id, id === '1-1' ? 1 : MIB)
    const sizes: (number | undefined)[] = []
    await forEachEntry(client.reader, KEY, ids, ({ fields }) => void sizes.push(fields[3]?.length))
    expect(sizes).toEqual([1, ...Array<number>(39).fill(MIB)])
    expect(await existingIds(client.reader, KEY, [...ids, '41-1'])).toEqual(new Set(ids))
    const shown = await entriesById(client.reader, KEY, ids, 'cut')
    expect([...shown.values()].map(entryBytes)).toEqual(sizes.map((size = 0) => size + 'notesmallbodylast1'.length))
  })

  test('is not needed to know that something is there', async () => {
    await add('1-1', 9 * MIB)
    const proxy = await startFaultProxy(redis)
    try {
      const behind = await clients.open(redis, at(proxy))
      expect(await existingIds(behind.reader, KEY, ['1-1', '2-1'])).toEqual(new Set(['1-1']))
      expect(proxy.commands.filter((name) => name === 'HELLO')).toHaveLength(1)
    } finally {
      await proxy.stop()
    }
  })

  test('nor does what a stream is like depend on its ends', async () => {
    await redis.cli('ACL', 'SETUSER', 'plain', 'reset', 'on', '>pw', '~*', '+@all', '-eval_ro', '-evalsha_ro')
    await add('1-1', 9 * MIB)
    await add('2-1', 9 * MIB)
    const plain = await clients.open(redis, { profile: { username: 'plain' }, password: 'pw' })
    expect(await streamInfo(plain.reader, KEY)).toMatchObject({ length: 2, firstId: '1-1', lastId: '2-1' })
  })

  test('fails as the server does', async () => {
    await feed.set('orders', 'text')
    await expect(range(client.reader, KEY, { from: '-', to: '+', count: 1 })).rejects.toMatchObject({ code: 'REDIS' })
  })
})

describe('a slow line', () => {
  test('has as long as bytes keep coming, also for who waits behind; a silent one has not', async () => {
    await add('1-1', 700_000)
    const slow = await startSlowLine(redis, { delayMs: 1, bytesPerSecond: 500_000 })
    try {
      const behind = await clients.open(redis, { ...at(slow), commandTimeoutMs: 400 })
      const line = behind.line()
      const [entry, length] = await Promise.all([behind.reader.call(...ALL), behind.reader.call('XLEN', KEY)])
      expect([JSON.stringify(entry).length > 700_000, length]).toEqual([true, '1'])
      expect(behind.line()).toBe(line)
    } finally {
      await slow.stop()
    }
  })

  test('but not for ever: what all else waits for has four times the limit', async () => {
    await add('1-1', 6 * MIB)
    const slow = await startSlowLine(redis, { delayMs: 1, bytesPerSecond: 1_000_000 })
    try {
      const behind = await clients.open(redis, { ...at(slow), commandTimeoutMs: 500, reconnectMs: 20 })
      const line = behind.line()
      await expect(behind.reader.call(...ALL)).rejects.toMatchObject({ data: { reason: 'timeout' } })
      await expect.poll(() => behind.isReady() && behind.line() !== line).toBe(true)
    } finally {
      await slow.stop()
    }
  })
})
