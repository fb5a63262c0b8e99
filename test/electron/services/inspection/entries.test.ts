import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { cutBytes, LIST_ROW, viewEntry, WHOLE_ENTRY } from '../../../../electron/services/inspection/entry-view'
import { readEntry, readPage } from '../../../../electron/services/inspection/entries'
import { inspectStream } from '../../../../electron/services/inspection/inspection'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { longer } from '../../../helpers/soak'

const KEY = Buffer.from('orders')
const MAX_HALF = 2n ** 64n - 1n
const clients = useSluiceClients()
let redis: TestRedis
let feed: Redis
let reader: Reader
useEmptiedServer({}, async (server, direct) => {
  ;[redis, feed] = [server, direct]
  reader = (await clients.open(redis)).reader
})

async function addAll(ids: readonly EntryId[]): Promise<void> {
  const pipeline = feed.pipeline()
  for (const id of ids) pipeline.xadd('orders', id, 'n', id)
  await pipeline.exec()
}
const upTo = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}-0`)

/** Every id, page by page. */
async function walk(order: 'oldest' | 'newest', count: number): Promise<EntryId[]> {
  const seen: EntryId[] = []
  let after: EntryId | undefined
  do {
    const page = await readPage(reader, KEY, { order, count, after })
    expect(page.entries.length).toBeLessThanOrEqual(count)
    seen.push(...page.entries.map(({ id }) => id))
    after = page.next ?? undefined
  } while (after !== undefined)
  return seen
}

describe('pages', () => {
  test('skip and repeat nothing, in either order', async () => {
    const half = fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: MAX_HALF - 2n, max: MAX_HALF }))
    const id = fc.tuple(half, half).map(([ms, seq]) => `${ms}-${seq}`)
    const ids = fc
      .uniqueArray(id, { minLength: 1, maxLength: 30 })
      .map((all) => all.filter((one) => one !== '0-0').sort(compareIds))
    await fc.assert(
      fc.asyncProperty(ids, fc.integer({ min: 1, max: 9 }), async (all, count) => {
        fc.pre(all.length > 0)
        await feed.del('orders')
        await addAll(all)
        expect(await walk('oldest', count)).toEqual(all)
        expect(await walk('newest', count)).toEqual(all.toReversed())
      }),
      { numRuns: longer(60) },
    )
  })

  test('begin where asked, included, and tell of the end', async () => {
    await addAll(upTo(10))
    const page = async (order: 'oldest' | 'newest', from: string, count: number) => {
      const { entries, next } = await readPage(reader, KEY, { order, from, count })
      return [entries.map(({ id }) => id), next]
    }
    expect(await page('oldest', '8-0', 2)).toEqual([['8-0', '9-0'], '9-0'])
    expect(await page('oldest', '8-1', 5)).toEqual([['9-0', '10-0'], null])
    expect(await page('newest', '2-5', 5)).toEqual([['2-0', '1-0'], null])
    expect(await page('newest', '0-5', 5)).toEqual([[], null])
  })

  test('of a thousand small entries, in few commands', async () => {
    await addAll(upTo(3_000))
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const client = await clients.open(redis, { profile: { endpoint } })
    const page = await readPage(client.reader, KEY, { order: 'newest', count: 1_000 })
    expect(page.entries).toHaveLength(1_000)
    expect(proxy.commands.filter((name) => name === 'XREVRANGE').length).toBeLessThanOrEqual(5)
    await proxy.stop()
  })

  test('of large entries end early, and no command brings more than a few MiB', async () => {
    const large = Buffer.alloc(300_000, 'x')
    for (let at = 1; at <= 60; at += 1) await feed.xadd('orders', `${at}-0`, 'body', large)
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const client = await clients.open(redis, { profile: { endpoint } })
    const counts: number[] = []
    void proxy.fault(
      (args) => {
        if (args[0] === 'XRANGE') counts.push(Number(args.at(-1)))
        return false
      },
      { kind: 'delay', ms: 0 },
    )
    reader = client.reader
    const { entries, next } = await readPage(reader, KEY, { order: 'oldest', count: 60 })
    expect(entries.length).toBeGreaterThan(10)
    expect(entries.length).toBeLessThan(40)
    expect(next).toBe(entries.at(-1)?.id)
    expect(entries[0]).toMatchObject({ size: 300_004, fields: [{ name: 'body', size: 300_000, cut: true }] })
    expect(await walk('oldest', 60)).toEqual(upTo(60))
    expect(counts.length).toBeGreaterThan(4)
    expect(Math.max(...counts)).toBeLessThanOrEqual(16)
    await proxy.stop()
  })

  test('of an empty stream are empty, of no stream NOT_FOUND, of another key WRONGTYPE', async () => {
    const read = () => readPage(reader, KEY, { order: 'newest', count: 10 })
    await expect(read()).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream', name: 'orders' } })
    await feed.xgroup('CREATE', 'orders', 'g', '0', 'MKSTREAM')
    expect(await read()).toEqual({ entries: [], next: null })
    await feed.set('text', 'x')
    const other = readPage(reader, Buffer.from('text'), { order: 'newest', count: 10 })
    await expect(other).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
  })
})

describe('one entry', () => {
  test('whole, with repeated fields in order and bytes of any kind', async () => {
    const odd = Buffer.from([0xff, 0x00, 0x0a])
    await feed.call('XADD', 'orders', '1-1', 'a', '1', 'a', 'x'.repeat(2_000), odd, odd)
    const base64 = odd.toString('base64')
    expect(viewEntry(await readEntry(reader, KEY, '1-1'), WHOLE_ENTRY)).toEqual({
      id: '1-1',
      fields: [
        { name: 'a', value: '1', size: 1, cut: false },
        { name: 'a', value: 'x'.repeat(2_000), size: 2_000, cut: false },
        { name: { base64 }, value: { base64 }, size: 3, cut: false },
      ],
      moreFields: 0,
      size: 1 + 1 + 1 + 2_000 + 3 + 3,
    })
  })

  test('up to 1 MiB a value', async () => {
    await feed.xadd('orders', '1-1', 'a', Buffer.alloc(3_000_000, 'é'))
    const { fields } = viewEntry(await readEntry(reader, KEY, '1-1'), WHOLE_ENTRY)
    expect(fields).toMatchObject([{ size: 3_000_000, cut: true }])
    expect(Buffer.byteLength(fields[0]?.value as string)).toBe(1_048_576)
  })

  test('that is gone, and a stream that is gone', async () => {
    await expect(readEntry(reader, KEY, '1-1')).rejects.toMatchObject({ data: { what: 'stream', name: 'orders' } })
    await feed.xadd('orders', '1-2', 'a', 'b')
    await expect(readEntry(reader, KEY, '1-1')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { what: 'entry', name: '1-1' },
    })
  })
})

describe('what a list shows of an entry', () => {
  test('50 fields, names of 128 bytes, values of 512', () => {
    const fields = Array.from({ length: 60 }, (_, at) => [Buffer.alloc(200, 'n'), Buffer.from(String(at))]).flat()
    const entry = viewEntry({ id: '1-1', fields }, LIST_ROW)
    expect(entry.fields).toHaveLength(50)
    expect(entry).toMatchObject({ moreFields: 10, size: 60 * 200 + 10 + 100 })
    expect(entry.fields[7]).toEqual({ name: 'n'.repeat(128), value: '7', size: 1, cut: true })
  })

  test('text is cut between characters, other bytes anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.integer({ min: 0, max: 40 }), (text, limit) => {
        const whole = Buffer.from(text)
        const cut = cutBytes(whole, limit)
        expect(whole.subarray(0, cut.length)).toEqual(cut)
        expect(text.startsWith(cut.toString())).toBe(true)
        expect(cut.length).toBeLessThanOrEqual(limit)
        expect(cut.length).toBeGreaterThan(Math.min(whole.length, limit) - 4)
      }),
    )
    expect(cutBytes(Buffer.alloc(9, 0x80), 5)).toHaveLength(5)
  })
})

describe('a stream as a whole', () => {
  test('all that the server tells', async () => {
    await addAll(upTo(3))
    await feed.xdel('orders', '2-0')
    await feed.xgroup('CREATE', 'orders', 'g', '0')
    await feed.pexpire('orders', 90_000)
    const info = await inspectStream(reader, KEY)
    expect(info).toMatchObject({
      key: 'orders',
      length: 2,
      groups: 1,
      firstId: '1-0',
      lastId: '3-0',
      lastGeneratedId: '3-0',
      maxDeletedId: '2-0',
      entriesAdded: 3,
    })
    expect(info.memoryBytes).toBeGreaterThan(100)
    expect(info.ttlMs).toBeGreaterThan(80_000)
  })

  test('of large entries none is sent: what XINFO STREAM would tell beside them is not known', async () => {
    const out = async (): Promise<number> => Number(/total_net_output_bytes:(\d+)/.exec(await feed.info('stats'))?.[1])
    for (let at = 1; at <= 3; at += 1) await feed.xadd('orders', `${at}-0`, 'body', Buffer.alloc(1024 * 1024, 'x'))
    const before = await out()
    const info = await inspectStream(reader, KEY)
    expect(info).toMatchObject({ length: 3, large: true, firstId: null, lastId: null, lastGeneratedId: null })
    expect((await out()) - before).toBeLessThan(20_000)
  })

  test('of entries between small and large, its ends by the script: none is sent either', async () => {
    const out = async (): Promise<number> => Number(/total_net_output_bytes:(\d+)/.exec(await feed.info('stats'))?.[1])
    for (let at = 1; at <= 3; at += 1) await feed.xadd('orders', `${at}-0`, 'body', Buffer.alloc(50_000, 'x'))
    const before = await out()
    const info = await inspectStream(reader, KEY)
    expect(info).toMatchObject({ large: false, firstId: '1-0', lastId: '3-0', lastGeneratedId: '3-0', entriesAdded: 3 })
    expect((await out()) - before).toBeLessThan(20_000)
  })

  test('without memory and expiry where the ACL keeps them back', async () => {
    await addAll(upTo(1))
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all', '-memory', '-pttl')
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    const info = await inspectStream(client.reader, KEY)
    expect(info).toMatchObject({ length: 1, memoryBytes: null, ttlMs: 'unknown', maxDeletedId: null, large: false })
  })

  test('that is gone is NOT_FOUND', async () => {
    await expect(inspectStream(reader, KEY)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
  })
})
