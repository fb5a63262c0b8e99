import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { displayBytes } from '../../../../shared/bytes'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import type { StreamSummary } from '../../../../shared/model/stream'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { onEachServer } from '../../../helpers/on-each-server'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { serverClock } from '../../../helpers/server-clock'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const buffers = (keys: readonly string[]) => keys.map((key) => Buffer.from(key))

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let reader: Reader
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    reader = (await clients.open(redis)).reader
  })
  const summaries = (keys: readonly string[], stalledAfterMs = 60_000): Promise<StreamSummary[]> =>
    summarize(reader, buffers(keys), { ...defaultThresholds, stalledAfterMs })

  async function orders(): Promise<void> {
    for (let at = 1; at <= 6; at += 1) await feed.xadd('orders', `${at}-0`, 'n', at)
    await feed.xgroup('CREATE', 'orders', 'billing', '0')
    await feed.xgroup('CREATE', 'orders', 'audit', '0')
    for (const [consumer, count] of [
      ['a', 3],
      ['b', 1],
    ] as const) {
      await feed.xreadgroup('GROUP', 'billing', consumer, 'COUNT', count, 'STREAMS', 'orders', '>')
    }
    await feed.xgroup('CREATECONSUMER', 'orders', 'billing', 'quiet')
  }

  test('length, groups, pending, lag, oldest pending, consumers by health', async () => {
    await orders()
    const before = await serverClock(feed)
    const told = await summaries(['orders'])
    const after = await serverClock(feed)
    expect(told[0]?.atMs).toBeGreaterThanOrEqual(before)
    expect(told[0]?.atMs).toBeLessThanOrEqual(after)
    expect(told).toEqual([
      {
        key: 'orders',
        length: 6,
        lastId: '6-0',
        entriesAdded: 6,
        ends: { firstId: '1-0', maxDeletedId: expect.any(String) as string },
        memoryBytes: expect.any(Number) as number,
        atMs: expect.any(Number) as number,
        large: false,
        moreGroups: 0,
        error: null,
        groups: [
          {
            name: 'audit',
            consumers: 0,
            pending: 0,
            lastDeliveredId: '0-0',
            beyondEnd: null,
            entriesRead: null,
            lag: { value: 6, kind: 'exact' },
            oldestPendingId: null,
            oldestIdleMs: null,
            mostDeliveries: null,
            unread: { firstId: '1-0' },
            ...{ stuck: null, stuckPending: null, worstStuck: null },
            ...{ alive: null, spare: null, most: null },
            active: null,
            stalled: null,
            stalledPending: null,
            worst: null,
          },
          {
            name: 'billing',
            consumers: 3,
            pending: 4,
            lastDeliveredId: '4-0',
            beyondEnd: null,
            entriesRead: 4,
            lag: { value: 2, kind: 'exact' },
            oldestPendingId: '1-0',
            oldestIdleMs: expect.any(Number) as number,
            mostDeliveries: 1,
            unread: { firstId: '5-0' },
            ...{ stuck: 0, stuckPending: 0, worstStuck: null },
            ...{
              alive: 3,
              spare: 0,
              most: { name: 'a', pending: 3, ofPending: 4, oldestIdleMs: expect.any(Number) as number },
            },
            active: 3,
            stalled: 0,
            stalledPending: 0,
            worst: null,
          },
        ],
      },
    ])
  })

  test('the stalled consumer that holds most, by the threshold asked for', async () => {
    await orders()
    await expect
      .poll(async () => (await summaries(['orders'], 5))[0]?.groups[1])
      .toMatchObject({ active: 0, stalled: 2, stalledPending: 4, worst: { name: 'a', pending: 3 } })
  })

  test('one that is gone, of another type or denied does not fail the rest', async () => {
    await orders()
    await feed.set('text', 'x')
    await feed.xadd('mine:1', '1-1', 'a', 'b')
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~orders', '~text', '~gone', '&*', '+@all')
    reader = (await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })).reader
    const all = await summaries(['gone', 'orders', 'text', 'mine:1', 'orders'])
    expect(all.map(({ key, length, error }) => [key, length, error?.code ?? null])).toEqual([
      ['gone', 0, 'NOT_FOUND'],
      ['orders', 6, null],
      ['text', 0, 'REDIS'],
      ['mine:1', 0, 'REDIS'],
      ['orders', 6, null],
    ])
    expect(all[2]?.error).toMatchObject({ data: { prefix: 'WRONGTYPE' } })
    expect(all[3]?.error).toMatchObject({ data: { prefix: 'NOPERM' } })
    expect(all[4]).toEqual({ ...all[1], groups: all[4]?.groups })
  })

  test('of forty groups all, in the server’s order', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    const names = Array.from({ length: 40 }, (_, at) => `g${String(at).padStart(2, '0')}`)
    for (const name of names) await feed.xgroup('CREATE', 'orders', name, '0')
    for (const name of ['g35', 'g39']) await feed.xreadgroup('GROUP', name, 'c', 'STREAMS', 'orders', '>')
    const [summary] = await summaries(['orders'])
    expect(summary?.groups.map(({ name }) => displayBytes(name))).toEqual(names)
    expect(summary?.groups.map(({ pending }) => pending)).toEqual(names.map((name) => (/g3[59]/.test(name) ? 1 : 0)))
    expect(summary?.moreGroups).toBe(0)
  })

  test('a stream without entries or groups, and an empty request', async () => {
    await feed.xgroup('CREATE', 'orders', 'g', '0', 'MKSTREAM')
    expect(await summaries(['orders'])).toMatchObject([
      { length: 0, lastId: null, groups: [{ name: 'g', lag: { value: 0, kind: 'exact' } }] },
    ])
    expect(await summaries([])).toEqual([])
  })
})

describe('many streams', () => {
  test('come in few round trips, and a lost connection is no answer', async () => {
    const redis = await startRedis()
    const script = `for i = 1, 200 do redis.call('XADD', 's' .. i, '1-1', 'a', 'b')
      redis.call('XGROUP', 'CREATE', 's' .. i, 'g', '0')
      redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's' .. i, '>') end`
    await redis.client().eval(script, 0)
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const { reader } = await clients.open(redis, { profile: { endpoint } })
    let trips = 0
    const counting: Reader = {
      call: (...line) => reader.call(...line),
      pipeline: (lines) => {
        trips += 1
        return reader.pipeline(lines)
      },
    }
    const keys = buffers(Array.from({ length: 200 }, (_, at) => `s${at + 1}`))
    const all = await summarize(counting, keys, defaultThresholds)
    expect(all.every(({ length, groups }) => length === 1 && groups[0]?.active === 1)).toBe(true)
    expect(trips).toBeLessThanOrEqual(10)
    void proxy.fault((args) => args[3] === 's150', { kind: 'cut-before-reply' })
    await expect(summarize(reader, keys, defaultThresholds)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const again = await clients.open(redis, { profile: { endpoint } })
    void proxy.fault('EVALSHA_RO', { kind: 'cut-before-reply' })
    const none = summarize(again.reader, buffers(['none']), defaultThresholds)
    await expect(none).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await proxy.stop()
    await redis.stop()
  })
})
