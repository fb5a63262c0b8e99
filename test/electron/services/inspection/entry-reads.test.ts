import type { Redis } from 'ioredis'
import { describe, expect, test, vi } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { standalone } from '../../../../electron/redis/topology'
import { createEntryReads, LOOK_BYTES, type EntryReads } from '../../../../electron/services/inspection/entry-reads'
import { MOST_FIELDS } from '../../../../electron/services/inspection/entry-fields'
import { createDownloads } from '../../../../electron/web/downloads'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const ON = { connectionId: 'c', key: 'orders', id: '1-1' }
const PAGE = { skip: 0, find: '', large: false }
const MIB = 1024 * 1024
const clients = useSluiceClients()
const downloads = createDownloads()
let redis: TestRedis
let feed: Redis
let client: OwnedClient
let reads: EntryReads
useEmptiedServer({}, async (server, direct) => {
  ;[redis, feed] = [server, direct]
  client = await clients.open(redis)
  reads = createEntryReads({ topology: () => standalone(client), saveFile: downloads.save })
})

const add = (...fields: (string | Buffer)[]): Promise<unknown> => feed.call('XADD', 'orders', '1-1', ...fields)
const indexes = async (skip: number, find = ''): Promise<readonly number[]> =>
  (await reads.fields({ ...ON, ...PAGE, skip, find })).fields.map(({ at }) => at)
const upTo = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, at) => from + at)

describe('the fields of one entry', () => {
  test('fifty at once, until all were there', async () => {
    await add(...upTo(1_020).flatMap((at) => [`f${at}`, String(at)]))
    const seen: number[] = []
    for (;;) {
      const some = await indexes(seen.length)
      expect(some.length).toBeLessThanOrEqual(MOST_FIELDS)
      if (some.length === 0) break
      seen.push(...some)
    }
    expect(seen).toEqual(upTo(1_020))
    expect(await reads.fields({ ...ON, ...PAGE, skip: 1_010 })).toMatchObject({ count: 1_020, matching: 1_020 })
  })

  test('with names that are long, repeated, empty or no text', async () => {
    const odd = Buffer.from([0xff, 0x00])
    await add('', 'first', 'a', '1', 'a', '2', odd, odd, 'n'.repeat(70_000), 'long')
    const { fields, size } = await reads.fields({ ...ON, ...PAGE })
    expect(fields.map(({ name, cut }) => [typeof name === 'string' ? name.slice(0, 3) : name, cut])).toEqual([
      ['', false],
      ['a', false],
      ['a', false],
      [{ base64: odd.toString('base64') }, false],
      ['nnn', true],
    ])
    expect(size).toBe(5 + 2 + 2 + 4 + 70_004)
  })

  test('fewer of them where they are long, but one at least, and none is passed over', async () => {
    const long = 'x'.repeat(900_000)
    await add('a', long, 'b', long, 'c', 'y'.repeat(3 * MIB), 'd', long, 'e', '1')
    expect(await indexes(0)).toEqual([0, 1, 2])
    expect(await indexes(3)).toEqual([3, 4])
    const { fields } = await reads.fields({ ...ON, ...PAGE, skip: 2 })
    expect(fields.map(({ at, size, cut }) => [at, size, cut])).toEqual([
      [2, 3 * MIB, true],
      [3, 900_000, false],
      [4, 1, false],
    ])
  })

  test('found by a part of their names, in any case', async () => {
    await add('Total', '1', 'x', 'total', 'subtotal', '2', Buffer.from([0xff, 0x54, 0x4f, 0x54]), '3')
    expect(await indexes(0, 'TOTAL')).toEqual([0, 2])
    expect(await indexes(1, 'tot')).toEqual([2, 3])
    expect(await indexes(0, 'nothing')).toEqual([])
  })

  test('of an entry that is gone, or a stream that is', async () => {
    await expect(reads.fields({ ...ON, ...PAGE })).rejects.toMatchObject({ data: { what: 'stream' } })
    await feed.xadd('orders', '1-2', 'a', 'b')
    await expect(reads.fields({ ...ON, ...PAGE })).rejects.toMatchObject({ data: { what: 'entry', name: '1-1' } })
    await expect(reads.text({ ...ON, as: 'json' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('none are made up of a key of another type', async () => {
    await feed.set('orders', 'text')
    await expect(reads.fields({ ...ON, ...PAGE })).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
  })
})

describe('an entry beyond 8 MiB', () => {
  test('is refused before it is kept, and costs other connections nothing', async () => {
    await add('big', Buffer.alloc(LOOK_BYTES + 1, 'x'), 'small', '1')
    const line = client.line()
    const tooLarge = { code: 'TOO_LARGE', data: { what: 'entry', mostBytes: LOOK_BYTES } }
    await expect(reads.fields({ ...ON, ...PAGE })).rejects.toMatchObject(tooLarge)
    await expect(reads.get(ON)).rejects.toMatchObject(tooLarge)
    await expect(reads.text({ ...ON, as: 'redis-cli' })).rejects.toMatchObject(tooLarge)
    expect(client.isReady()).toBe(true)
    expect(client.line()).toBe(line)
  })

  test('is read when asked for, each value cut', async () => {
    await add('big', Buffer.alloc(100 * MIB, 'x'), 'small', '1')
    const { fields, size } = await reads.fields({ ...ON, ...PAGE, large: true })
    expect(size).toBe(100 * MIB + 'big'.length + 'small'.length + 1)
    expect(fields.map(({ size: bytes, cut }) => [bytes, cut])).toEqual([
      [100 * MIB, true],
      [1, false],
    ])
    expect(Buffer.byteLength(fields[0]?.value as string)).toBe(MIB)
  })

  test('is left when nobody waits for it any more, also by who waits for its turn', async () => {
    await add('a', '1')
    const proxy = await startFaultProxy(redis)
    try {
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const behind = await clients.open(redis, { profile: { endpoint } })
      const slow = createEntryReads({ topology: () => standalone(behind), saveFile: downloads.save })
      const isUnderWay = proxy.fault('XRANGE', { kind: 'delay', ms: 120_000 })
      const first = new AbortController()
      const second = new AbortController()
      const one = slow.fields({ ...ON, ...PAGE }, first.signal)
      const two = slow.fields({ ...ON, ...PAGE }, second.signal)
      const three = slow.fields({ ...ON, ...PAGE })
      await isUnderWay
      second.abort(new Error('left while waiting'))
      await expect(two).rejects.toThrow('left while waiting')
      first.abort(new Error('left'))
      await expect(one).rejects.toThrow('left')
      expect(await three).toMatchObject({ count: 1 })
    } finally {
      await proxy.stop()
    }
  })
})

test('a server that does not answer holds up the reads of no other', async () => {
  await add('a', '1')
  const proxy = await startFaultProxy(redis)
  try {
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const slow = await clients.open(redis, { profile: { endpoint } })
    const of = (connectionId: string) => standalone(connectionId === 'slow' ? slow : client)
    const both = createEntryReads({ topology: of, saveFile: downloads.save })
    void proxy.fault('XRANGE', { kind: 'delay', ms: 120_000 }, 3)
    const left = new AbortController()
    const ON_SLOW = { ...ON, connectionId: 'slow' }
    const held = Promise.allSettled([
      both.get(ON_SLOW, left.signal),
      both.fields({ ...ON_SLOW, ...PAGE, large: true }, left.signal),
      both.saveValue({ ...ON_SLOW, at: 0, name: 'a' }, left.signal),
    ])
    // The third waits for the second.
    await vi.waitFor(() => expect(proxy.commands.filter((name) => name === 'XRANGE')).toHaveLength(2))
    expect(await both.get(ON)).toMatchObject({ id: ON.id })
    expect(await both.fields({ ...ON, ...PAGE, large: true })).toMatchObject({ count: 1 })
    expect(await both.saveValue({ ...ON, at: 0, name: 'a' })).toMatchObject({ kind: 'offered' })
    left.abort(new Error('left'))
    expect((await held).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  } finally {
    await proxy.stop()
  }
})

describe('as text', () => {
  test('all fields whole, in order', async () => {
    await add(...upTo(10_000).flatMap((at) => [`f${at}`, 'v']))
    const { text } = await reads.text({ ...ON, as: 'json' })
    expect((JSON.parse(text) as { fields: unknown[] }).fields).toHaveLength(10_000)
    const { text: command } = await reads.text({ ...ON, as: 'redis-cli' })
    await feed.del('orders')
    await feed.call('XADD', ...command.split(' ').slice(1))
    expect(await reads.text({ ...ON, as: 'json' })).toEqual({ text, masked: 0 })
  })

  test('not of more than 4 MiB', async () => {
    await add('a', 'x'.repeat(5 * MIB))
    await expect(reads.text({ ...ON, as: 'json' })).rejects.toMatchObject({ code: 'TOO_LARGE', data: { what: 'text' } })
  })
})
