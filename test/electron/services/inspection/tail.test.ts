import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Entry } from '../../../../shared/model/entry'
import type { TailEvent } from '../../../../shared/model/entry-query'
import { queryOf } from '../../../helpers/query-of'
import type { OwnedClient } from '../../../../electron/redis/client'
import { tailStream } from '../../../../electron/services/inspection/tail'
import { onEachServer } from '../../../helpers/on-each-server'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let proxy: FaultProxy
  let client: OwnedClient
  let leave: AbortController
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    await feed.xadd('orders', '1-0', 'n', 'old')
    proxy = await startFaultProxy(redis)
    client = await clients.open(redis, { profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } } })
    leave = new AbortController()
  })
  afterEach(async () => {
    leave.abort()
    await proxy.stop()
  })

  /** Entries as they come, and the promise of the end. */
  function tail(key = KEY): { readonly seen: Entry[]; readonly ended: Promise<unknown> } {
    const seen: Entry[] = []
    const ended = (async () => {
      for await (const batch of tailStream({ reader: client.reader, key }, () => client.beside('blocking'), {
        signal: leave.signal,
        blockMs: 200,
      }))
        seen.push(...batch.entries)
    })().catch((error: unknown) => error)
    return { seen, ended }
  }
  const blocked = () => expect.poll(() => redis.cli('INFO', 'clients')).toContain('blocked_clients:1')

  test('gives what comes from now on, in order, each entry once', async () => {
    const { seen, ended } = tail()
    await blocked()
    for (let at = 2; at <= 40; at += 1) await feed.xadd('orders', `${at}-0`, 'n', at)
    await expect.poll(() => seen.length).toBe(39)
    expect(seen.map(({ id }) => id)).toEqual(Array.from({ length: 39 }, (_, at) => `${at + 2}-0`))
    expect(seen[0]).toEqual({
      id: '2-0',
      fields: [{ name: 'n', value: '2', size: 1, cut: false }],
      moreFields: 0,
      size: 2,
    })
    leave.abort()
    expect(await ended).toBeUndefined()
  })

  test('misses nothing that is added while it connects', async () => {
    const struck = proxy.fault('XREAD', { kind: 'delay', ms: 50 })
    const { seen } = tail()
    await struck
    await feed.xadd('orders', '2-0', 'n', 'x')
    await expect.poll(() => seen.map(({ id }) => id)).toEqual(['2-0'])
  })

  test('has a connection of its own, and closes it when left', async () => {
    const { ended } = tail()
    await blocked()
    expect(proxy.connections).toBe(2)
    leave.abort()
    expect(await ended).toBeUndefined()
    await expect.poll(() => proxy.connections).toBe(1)
    await expect.poll(() => redis.cli('INFO', 'clients')).toContain('blocked_clients:0')
    expect(String(await client.reader.call('PING'))).toBe('PONG')
  })

  test('left between two batches, closes it too', async () => {
    const entries = tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking'))
    const first = entries.next()
    await blocked()
    await feed.xadd('orders', '2-0', 'n', 'x')
    await first
    await entries.return()
    await expect.poll(() => proxy.connections).toBe(1)
  })

  test('of a query only what is like it is given, and what was passed over is counted', async () => {
    const events: TailEvent[] = []
    const ended = (async () => {
      const query = queryOf('n=7 OR n=1500 OR kind:"\\xff"')
      const source = { reader: client.reader, key: KEY }
      const options = { query, signal: leave.signal, blockMs: 200 }
      for await (const event of tailStream(source, () => client.beside('blocking'), options)) events.push(event)
    })()
    await blocked()
    const pipeline = feed.pipeline()
    for (let n = 2; n <= 3_000; n += 1) pipeline.xadd('orders', `${n}-0`, 'n', n)
    await pipeline.exec()
    await feed.xadd('orders', '9000-0', 'kind', Buffer.from([1, 0xff]))
    await feed.xadd('orders', '9001-0', 'kind', 'none')
    await expect.poll(() => events.at(-1)?.at).toBe('9001-0')
    expect(events.flatMap(({ entries }) => entries).map(({ id }) => id)).toEqual(['7-0', '1500-0', '9000-0'])
    expect(events.reduce((sum, { passed }) => sum + passed, 0)).toBe(2_998)
    leave.abort()
    expect(await ended).toBeUndefined()
  })

  test('from behind an id on: none is missed, none comes twice', async () => {
    for (let n = 2; n <= 9; n += 1) await feed.xadd('orders', `${n}-0`, 'n', n)
    const source = { reader: client.reader, key: KEY }
    const options = { after: '4-0', signal: leave.signal, blockMs: 200 }
    const seen: string[] = []
    for await (const { entries } of tailStream(source, () => client.beside('blocking'), options)) {
      seen.push(...entries.map(({ id }) => id))
      if (seen.length >= 5) break
    }
    expect(seen).toEqual(['5-0', '6-0', '7-0', '8-0', '9-0'])
  })

  test('behind an id that the stream has not come to, it is another stream', async () => {
    const source = { reader: client.reader, key: KEY }
    const first = tailStream(source, () => client.beside('blocking'), { after: '2-0' }).next()
    await expect(first).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
    expect(proxy.connections).toBe(1)
  })

  test('says so when the stream is deleted', async () => {
    const { ended } = tail()
    await blocked()
    await feed.del('orders')
    expect(await ended).toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream', name: 'orders' } })
    await expect.poll(() => proxy.connections).toBe(1)
  })

  test('says so when another key takes its place', async () => {
    const { ended } = tail()
    await blocked()
    await feed.set('orders', 'x')
    expect(['NOT_FOUND', 'REDIS']).toContain(((await ended) as { code: string }).code)
  })

  test('no stream, no tail', async () => {
    expect(await tail(Buffer.from('none')).ended).toMatchObject({ code: 'NOT_FOUND', data: { name: 'none' } })
    expect(proxy.connections).toBe(1)
  })

  test('ends when the connection is lost', async () => {
    const { ended } = tail()
    await blocked()
    proxy.cut()
    expect(await ended).toMatchObject({ code: 'UNREACHABLE', data: { reason: 'closed' } })
  })

  test('before it begins, leaving ends it', async () => {
    leave.abort()
    expect(await tail().ended).toBeUndefined()
    expect(proxy.connections).toBe(1)
  })
})

describe('a stream that is not what it was', () => {
  let redis: TestRedis
  let proxy: FaultProxy
  let client: OwnedClient
  beforeEach(async () => {
    redis = await startRedis()
    await redis.cli('XADD', 'orders', '9-0', 'n', 'old')
    proxy = await startFaultProxy(redis)
    client = await clients.open(redis, { profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } } })
  })
  afterEach(async () => {
    await proxy.stop()
    await redis.stop()
  })
  const gone = { code: 'NOT_FOUND', data: { what: 'stream', name: 'orders' } }

  test('made anew with smaller ids, it is another one', async () => {
    const first = tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking'), {
      blockMs: 200,
    }).next()
    const ended = expect(first).rejects.toMatchObject(gone)
    await expect.poll(() => redis.cli('INFO', 'clients')).toContain('blocked_clients:1')
    await redis.client().multi().del('orders').xadd('orders', '1-0', 'n', 'new').exec()
    await ended
  })

  test('where the server says so itself', async () => {
    void proxy.fault('XREAD', { kind: 'answer', reply: '-UNBLOCKED the stream key no longer exists\r\n' })
    await expect(
      tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking')).next(),
    ).rejects.toMatchObject(gone)
  })

  /** Of the XREADs from now on, how many entries each asked for. */
  function askedFor(): readonly number[] {
    const counts: number[] = []
    const watch = ([name, , count]: readonly string[]): boolean => {
      if (name === 'XREAD') counts.push(Number(count))
      return false
    }
    void proxy.fault(watch, { kind: 'delay', ms: 0 })
    return counts
  }
  const callsOf = async (command: string): Promise<number> =>
    Number(
      new RegExp(`cmdstat_${command.replace('|', '.')}:calls=(\\d+)`).exec(
        await redis.cli('INFO', 'commandstats'),
      )?.[1] ?? 0,
    )

  test('nobody knows how large the next entry is: one is asked for, and never many more than came last', async () => {
    const counts = askedFor()
    const entries = tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking'), { blockMs: 5_000 })
    for (let at = 10; at < 16; at += 1) {
      const next = entries.next()
      await expect.poll(() => redis.cli('INFO', 'clients')).toContain('blocked_clients:1')
      await redis.cli('XADD', 'orders', `${at}-0`, 'n', 'new')
      await next
    }
    await entries.return()
    expect([counts[0], Math.max(...counts)]).toEqual([1, 16])
  })

  test('a quiet stream of large entries is looked at by its length: the server copies none of them again', async () => {
    await redis.client().xadd('orders', '10-0', 'body', Buffer.alloc(1024 * 1024, 'x'))
    const counts = askedFor()
    const first = tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking'), {
      blockMs: 20,
    }).next()
    const ended = expect(first).rejects.toMatchObject(gone)
    await expect.poll(() => counts.length).toBeGreaterThan(5)
    expect(await callsOf('xinfo|stream')).toBe(2)
    await redis.client().multi().del('orders').xadd('orders', '1-0', 'n', 'new').exec()
    await ended
  })
})
