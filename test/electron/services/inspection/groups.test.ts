import { displayName } from '../../../../shared/format/display-name'
import { expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { displayBytes } from '../../../../shared/bytes'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { listConsumers, listGroups } from '../../../../electron/services/inspection/groups'
import { countAfter } from '../../../../electron/services/inspection/lag-count'
import { onEachServer } from '../../../helpers/on-each-server'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let reader: Reader
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    reader = (await clients.open(redis)).reader
  })

  async function fill(from: number, to: number): Promise<void> {
    const pipeline = feed.pipeline()
    for (let at = from; at <= to; at += 1) pipeline.xadd('orders', `${at}-0`, 'n', at)
    await pipeline.exec()
  }
  const deliver = (group: string, count: number) =>
    feed.xreadgroup('GROUP', group, 'c', 'COUNT', count, 'STREAMS', 'orders', '>')
  const lags = async (countLag: boolean = true) =>
    Object.fromEntries(
      (await listGroups(reader, KEY, { countLag })).map(({ name, lag }) => [displayBytes(name), lag] as const),
    )
  const exact = (value: number) => ({ value, kind: 'exact' })

  test('groups as the server has them', async () => {
    await fill(1, 10)
    await feed.xgroup('CREATE', 'orders', 'billing', '0')
    await feed.xgroup('CREATE', 'orders', 'audit', '0')
    await deliver('billing', 4)
    await feed.xack('orders', 'billing', '1-0')
    expect(await listGroups(reader, KEY, { countLag: true })).toEqual([
      {
        name: 'audit',
        consumers: 0,
        pending: 0,
        lastDeliveredId: '0-0',
        beyondEnd: null,
        entriesRead: null,
        lag: exact(10),
        oldestPendingId: null,
      },
      {
        name: 'billing',
        consumers: 1,
        pending: 3,
        lastDeliveredId: '4-0',
        beyondEnd: null,
        entriesRead: 4,
        lag: exact(6),
        oldestPendingId: '2-0',
      },
    ])
  })

  test('the lag is the truth where the server’s own is wrong or missing', async () => {
    await fill(1, 20)
    for (const group of ['trimmed', 'behind', 'middle', 'end', 'set']) await feed.xgroup('CREATE', 'orders', group, '0')
    await deliver('trimmed', 2)
    await deliver('behind', 12)
    await deliver('end', 20)
    await feed.xgroup('SETID', 'orders', 'middle', '15-0')
    await feed.xgroup('SETID', 'orders', 'set', '15-0', 'ENTRIESREAD', '3')
    await feed.xtrim('orders', 'MAXLEN', 10)
    await feed.xdel('orders', '18-0', '20-0')
    // 11 … 17 and 19 are left.
    const truth = { trimmed: 8, behind: 6, middle: 3, end: 0, set: 3 }
    const wanted = Object.fromEntries(Object.entries(truth).map(([name, value]) => [name, exact(value)]))
    expect(await lags(true)).toEqual(wanted)
    const quick = await lags(false)
    expect([quick['trimmed'], quick['end']]).toEqual([exact(8), exact(0)])
    for (const [name, lag] of Object.entries(quick))
      if (lag.kind === 'exact') expect([name, lag.value]).toEqual([name, truth[name as keyof typeof truth]])
  })

  test('a group that stands beyond its stream is told, and one at its end is not', async () => {
    await fill(1, 5)
    for (const [group, id] of [
      ['end', '5-0'],
      ['just beyond', '5-1'],
      ['far', '18446744073709551615-18446744073709551615'],
    ] as const) {
      await feed.xgroup('CREATE', 'orders', group, id)
    }
    const beyond = async () =>
      Object.fromEntries(
        (await listGroups(reader, KEY, { countLag: true })).map(({ name, beyondEnd }) => [
          displayName(name),
          beyondEnd,
        ]),
      ) as Record<string, unknown>
    expect(await beyond()).toEqual({ end: null, 'just beyond': '5-0', far: '5-0' })
    await feed.xdel('orders', '5-0')
    expect(await beyond()).toMatchObject({ end: null })
    await fill(6, 6)
    expect(await beyond()).toEqual({ end: null, 'just beyond': null, far: '6-0' })
  })

  test('an emptied stream leaves nobody behind', async () => {
    await fill(1, 5)
    await feed.xgroup('CREATE', 'orders', 'g', '0')
    await deliver('g', 1)
    await feed.xtrim('orders', 'MAXLEN', 0)
    expect(await lags(false)).toEqual({ g: exact(0) })
  })

  test('a long way behind is not counted to the end', async () => {
    await fill(1, 12_000)
    await feed.xgroup('CREATE', 'orders', 'g', '0')
    await deliver('g', 100)
    expect(await countAfter(reader, KEY, '100-0')).toEqual({
      counted: 10_000,
      complete: false,
    })
    expect(await countAfter(reader, KEY, '2000-0')).toEqual({
      counted: 10_000,
      complete: false,
    })
    expect(await countAfter(reader, KEY, '2001-0')).toEqual({
      counted: 9_999,
      complete: true,
    })
    expect(await lags(true)).toEqual({ g: { value: 11_900, kind: 'reported', atMost: 11_999 } })
  })

  test('consumers with their health', async () => {
    await fill(1, 10)
    await feed.xgroup('CREATE', 'orders', 'g', '0')
    await deliver('g', 3)
    await feed.xgroup('CREATECONSUMER', 'orders', 'g', 'quiet')
    const health = async (stalledAfterMs: number) =>
      (await listConsumers(reader, KEY, Buffer.from('g'), { stalledAfterMs })).map(({ name, pending, health: is }) => [
        name,
        pending,
        is,
      ])
    expect(await health(60_000)).toEqual([
      ['c', 3, 'active'],
      ['quiet', 0, 'active'],
    ])
    await expect
      .poll(() => health(5))
      .toEqual([
        ['c', 3, 'stalled'],
        ['quiet', 0, 'idle'],
      ])
  })

  test('names of any bytes', async () => {
    const name = Buffer.from([0xff, 0x00])
    await feed.call('XGROUP', 'CREATE', KEY, name, '0', 'MKSTREAM')
    await feed.call('XGROUP', 'CREATECONSUMER', KEY, name, name)
    const wanted = { base64: name.toString('base64') }
    expect(await listGroups(reader, KEY, { countLag: false })).toMatchObject([{ name: wanted }])
    expect(await listConsumers(reader, KEY, name, { stalledAfterMs: 1_000 })).toMatchObject([{ name: wanted }])
  })

  test('a stream or group that is gone is NOT_FOUND', async () => {
    const options = { countLag: true }
    await expect(listGroups(reader, KEY, options)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { what: 'stream' },
    })
    await fill(1, 1)
    expect(await listGroups(reader, KEY, options)).toEqual([])
    const gone = listConsumers(reader, KEY, Buffer.from('g'), { stalledAfterMs: 1_000 })
    await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'group', name: 'g' } })
  })

  test('a user who may not see what is pending still sees the rest', async () => {
    await fill(1, 2)
    await feed.xgroup('CREATE', 'orders', 'g', '0')
    await deliver('g', 1)
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all', '-xpending')
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    expect(await listGroups(client.reader, KEY, { countLag: true })).toMatchObject([
      { pending: 1, oldestPendingId: null, lag: exact(1) },
    ])
  })
})
