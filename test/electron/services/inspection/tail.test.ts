import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Entry } from '../../../../shared/model/entry'
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
      for await (const batch of tailStream(
        { reader: client.reader, key },
        () => client.beside('blocking'),
        leave.signal,
        200,
      ))
        seen.push(...batch)
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
    const first = tailStream(
      { reader: client.reader, key: KEY },
      () => client.beside('blocking'),
      undefined,
      200,
    ).next()
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
    const entries = tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking'), undefined, 5_000)
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
    const first = tailStream({ reader: client.reader, key: KEY }, () => client.beside('blocking'), undefined, 20).next()
    const ended = expect(first).rejects.toMatchObject(gone)
    await expect.poll(() => counts.length).toBeGreaterThan(5)
    expect(await callsOf('xinfo|stream')).toBe(2)
    await redis.client().multi().del('orders').xadd('orders', '1-0', 'n', 'new').exec()
    await ended
  })
})
