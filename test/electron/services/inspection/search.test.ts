import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { searchEntries, type SearchOptions } from '../../../../electron/services/inspection/search'
import type { EntryId } from '../../../../shared/entry-id'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer } from '../../../helpers/on-each-server'
import { queryOf } from '../../../helpers/query-of'
import { useSluiceClients } from '../../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let direct: Redis
  let proxy: FaultProxy
  let client: OwnedClient
  let leave: AbortController
  useEmptiedServer({ version }, async (redis, own) => {
    direct = own
    proxy = await startFaultProxy(redis)
    client = await clients.open(redis, { profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } } })
    leave = new AbortController()
  })
  afterEach(async () => {
    leave.abort()
    await proxy.stop()
  })

  async function fill(count: number, fields: (n: number) => readonly (string | Buffer)[]): Promise<void> {
    for (let from = 1; from <= count; from += 1_000) {
      const pipeline = direct.pipeline()
      for (let n = from; n < from + 1_000 && n <= count; n += 1) pipeline.xadd(KEY, `${n}-0`, ...fields(n))
      await pipeline.exec()
    }
  }
  function events(
    query: string,
    order: 'oldest' | 'newest' = 'oldest',
    after?: EntryId,
    key = KEY,
    bounds: Pick<SearchOptions, 'from' | 'to' | 'most' | 'reach'> = {},
  ) {
    return searchEntries(client.reader, key, { query: queryOf(query), order, after, ...bounds }, leave.signal)
  }
  async function search(...asked: Parameters<typeof events>) {
    const ids: string[] = []
    let read = { entries: 0, bytes: 0, partly: 0 }
    let next: EntryId | null | undefined
    for await (const event of events(...asked)) {
      if (event.kind === 'found') ids.push(...event.entries.map(({ id }) => id))
      else if (event.kind === 'read') read = event
      else next = event.next
    }
    return { ids, read, next }
  }
  const stats = async (): Promise<Readonly<Record<string, number>>> => {
    const info = await direct.info('commandstats')
    const calls = [...info.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(
      ([, name = '', count]) => [name, Number(count)] as const,
    )
    return Object.fromEntries<number>(calls)
  }

  test('a range that ends before it begins is refused, and not taken for an empty one', async () => {
    await fill(3, (n) => ['n', String(n)])
    const asked = search('n:1', 'newest', undefined, KEY, { from: '3-0', to: '1-0' })
    await expect(asked).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'from' } })
  })

  test('one among many is found, from either end, by bounded commands that read only', async () => {
    await fill(12_345, (n) => ['order', `no-${n}`])
    await direct.config('RESETSTAT')
    expect(await search('order=no-12345')).toMatchObject({
      ids: ['12345-0'],
      read: { entries: 12_345, partly: 0 },
      next: null,
    })
    const { xrange = 0, ...others } = await stats()
    expect(xrange).toBeGreaterThanOrEqual(13)
    expect(xrange).toBeLessThan(20)
    for (const word of ['xrevrange', 'keys', 'xread', 'xinfo']) expect(others[word] ?? 0).toBe(0)
    expect(await search('no-1234 -no-12345', 'newest')).toMatchObject({
      ids: ['12344-0', '12343-0', '12342-0', '12341-0', '12340-0', '1234-0'],
      next: null,
    })
  })

  test('counts what is too long for a pattern', async () => {
    await fill(3, (n) => ['a', n === 2 ? 'ab'.repeat(100_000) : 'abbac'])
    const { ids, read } = await search('a~/(?:a|b)*a(?:a|b){0,200}[cd]/')
    expect(ids).toEqual(['1-0', '3-0'])
    expect(read).toMatchObject({ entries: 3, partly: 1 })
  })

  test('enough is enough; and it goes on behind the last one, with none twice and none left out', async () => {
    await fill(1_800, (n) => ['n', String(n)])
    const all: string[] = []
    let after: EntryId | null | undefined
    let calls = 0
    do {
      const { ids, next } = await search('n>=1', 'newest', after ?? undefined)
      expect(ids.length).toBeLessThanOrEqual(500)
      all.push(...ids)
      after = next
      calls += 1
    } while (after)
    expect(calls).toBe(4)
    expect(all).toEqual(Array.from({ length: 1_800 }, (_, at) => `${1_800 - at}-0`))
  })

  test('a whole list with exactly enough in it may say there is more; asked again, there is nothing', async () => {
    await fill(500, () => ['a', 'b'])
    const { next } = await search('a=b')
    expect(await search('a=b', 'oldest', next ?? undefined)).toMatchObject({ ids: [], next: null })
  })

  test('between two ids nothing else is read, from either end, and gone on with', async () => {
    await fill(9_000, (n) => ['n', String(n)])
    const bounds = { from: '4000-0', to: '4999-0' }
    for (const order of ['oldest', 'newest'] as const) {
      const first = await search('n>0', order, undefined, KEY, bounds)
      const rest = await search('n>0', order, first.next ?? undefined, KEY, bounds)
      expect(first.read.entries + rest.read.entries).toBe(1_000)
      const ids = [...first.ids, ...rest.ids].map((id) => Number.parseInt(id, 10))
      expect(order === 'oldest' ? ids : ids.toReversed()).toEqual(Array.from({ length: 1_000 }, (_, at) => 4_000 + at))
      // One that ends just where enough was found says that there may be more.
      if (rest.next !== null)
        expect(await search('n>0', order, rest.next, KEY, bounds)).toMatchObject({ ids: [], next: null })
    }
    expect(await search('n=1 OR n=9000', 'newest', undefined, KEY, bounds)).toMatchObject({
      ids: [],
      read: { entries: 1_000 },
      next: null,
    })
  })

  test('so many as are asked for, and not one more is looked at', async () => {
    await fill(50, () => ['a', 'b'])
    expect(await search('a=b', 'newest', undefined, KEY, { most: 3 })).toEqual({
      ids: ['50-0', '49-0', '48-0'],
      read: expect.objectContaining({ entries: 3 }) as unknown,
      next: '48-0',
    })
  })

  test('no farther than it was told to reach, and it says where that was', async () => {
    await fill(1_500, (n) => ['n', String(n)])
    expect(await search('n=1499 OR n=2', 'newest', undefined, KEY, { reach: 700 })).toMatchObject({
      ids: ['1499-0'],
      read: { entries: 700 },
      next: '801-0',
    })
  })

  test('bytes, repeated names and entries of a megabyte', async () => {
    await fill(3, (n) => ['b', Buffer.from([n, 0xff, 0]), 'b', Buffer.alloc(n * 400_000, 'x'), 'end', `e${n}`])
    expect((await search('b:"\\x02\\xff\\x00"')).ids).toEqual(['2-0'])
    expect((await search('end=e3')).ids).toEqual(['3-0'])
    expect((await search('@size>800000')).ids).toEqual(['2-0', '3-0'])
  })

  describe('fails', () => {
    test('where there is no stream, or another type', async () => {
      await expect(search('a')).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
      await direct.set('text', 'a')
      await expect(search('a', 'oldest', undefined, Buffer.from('text'))).rejects.toThrow('WRONGTYPE')
    })

    test('where the stream goes meanwhile: it has not come to its end', async () => {
      await fill(6_000, (n) => ['n', String(n)])
      const seen: string[] = []
      const run = (async () => {
        for await (const event of events('n=1 OR n=6000')) {
          seen.push(event.kind)
          if (event.kind === 'found') await direct.del(KEY)
        }
      })()
      await expect(run).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
      expect(seen).not.toContain('end')
    })

    test('when the line is lost in the middle, with what was found, and how far that was, told before', async () => {
      await fill(6_000, (n) => ['n', String(n)])
      const seen: string[] = []
      const run = (async () => {
        for await (const event of events('n=1 OR n=6000')) {
          if (event.kind === 'found') seen.push(...event.entries.map(({ id }) => id))
          if (event.kind === 'read' && seen.length > 0) {
            expect(event.entries).toBeGreaterThan(0)
            proxy.cut()
          }
        }
      })()
      await expect(run).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(seen).toEqual(['1-0'])
    })
  })

  test('whoever leaves stops it', async () => {
    await fill(20_000, (n) => ['n', String(n)])
    await direct.config('RESETSTAT')
    const run = (async () => {
      for await (const event of events('n=1')) if (event.kind === 'found') leave.abort()
    })()
    await expect(run).rejects.toThrow()
    expect((await stats())['xrange']).toBeLessThan(5)
  })
})
