import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import { toBuffer } from '../../../../electron/redis/bytes'
import { unreachable } from '../../../../electron/redis/errors'
import type { OwnedClient } from '../../../../electron/redis/client'
import { askAgain } from '../../../../electron/services/inspection/look-memory'
import { createSampleRings } from '../../../../electron/services/monitoring/sample-rings'
import { createBudget } from '../../../../electron/services/monitoring/budget'
import { createSampler, type PastSample, type Sampler } from '../../../../electron/services/monitoring/sampler'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const SECOND = 1_000

describe('rings', () => {
  const at = (length: number) => ({ length, groups: [{ name: 'g', pending: length * 2, lag: null }] })

  test('keep ten minutes by the second, two hours by ten seconds, a day by the minute', () => {
    const rings = createSampleRings()
    for (let second = 0; second < 100_000; second += 1) rings.add(second * SECOND, at(second))
    for (const [stepMs, size] of [
      [1_000, 600],
      [10_000, 720],
      [60_000, 1_440],
    ] as const) {
      const { times, length, groups } = rings.read(stepMs)
      expect(times).toHaveLength(size)
      expect(times[0]).toBe(Math.floor(99_999 / (stepMs / SECOND)) * stepMs - (size - 1) * stepMs)
      times.forEach((time, index) => expect(time - (times[0] ?? 0)).toBe(index * stepMs))
      expect(length).toEqual(times.map((time) => time / SECOND))
      expect(groups[0]?.pending).toEqual(length.map((value) => Number(value) * 2))
      expect(groups[0]?.lag).toEqual(Array(size).fill(null))
    }
  })

  test('what is not known is null, and a group that came or went has gaps', () => {
    const rings = createSampleRings()
    rings.add(0, { length: 1, groups: [{ name: 'a', pending: 1, lag: 0 }] })
    rings.add(1_000, { length: null, groups: [] })
    rings.add(2_000, { length: 3, groups: [{ name: { base64: '/w==' }, pending: 3, lag: 2 }] })
    expect(rings.read(1_000)).toEqual({
      stepMs: 1_000,
      times: [0, 1_000, 2_000],
      length: [1, null, 3],
      groups: [
        { name: 'a', pending: [1, null, null], lag: [0, null, null] },
        { name: { base64: '/w==' }, pending: [null, null, 3], lag: [null, null, 2] },
      ],
      moreGroups: 0,
    })
    expect(rings.read(10_000).times).toEqual([0])
  })

  test('of very many groups those with most to do are kept, wherever they are listed, and the rest is counted', () => {
    const rings = createSampleRings()
    const of = (behind: number) => ({
      length: 9,
      groups: Array.from({ length: 303 }, (_, n) => ({ name: `g${n}`, pending: 0, lag: n === behind ? 5_000 : 1 })),
    })
    rings.addPast(1_000, 0, of(40))
    for (let second = 1; second <= 200; second += 1) rings.add(second * SECOND, of(second + 100))
    const { groups, moreGroups } = rings.read(1_000)
    expect(groups.find(({ name }) => name === 'g300')?.lag.at(-1)).toBe(5_000)
    expect(groups.filter(({ lag }) => lag.at(-1) !== null)).toHaveLength(32)
    expect(groups.length).toBeLessThanOrEqual(64)
    expect(groups.length + moreGroups).toBe(303)
    expect(rings.read(600_000)).toMatchObject({ groups: { length: 32 }, moreGroups: 271 })
    rings.add(201 * SECOND, { length: null, groups: [] })
    expect(rings.read(600_000).moreGroups).toBe(271)
    rings.add(202 * SECOND, at(1))
    expect(rings.read(600_000).moreGroups).toBe(0)
  })

  test('a destroyed group is gone once nothing is left of it', () => {
    const rings = createSampleRings()
    rings.add(0, at(1))
    for (let second = 1; second <= 599; second += 1) rings.add(second * SECOND, { length: 1, groups: [] })
    expect(rings.read(1_000).groups).toHaveLength(1)
    rings.add(600 * SECOND, { length: 1, groups: [] })
    expect(rings.read(1_000).groups).toEqual([])
    expect(rings.read(60_000).groups).toHaveLength(1)
  })
})

describe('the sampler', () => {
  const clients = useSluiceClients()
  const KEY = Buffer.from('orders')
  let redis: TestRedis
  let feed: Redis
  let proxy: FaultProxy
  let client: OwnedClient
  let sampler: Sampler
  let open = true
  let nowMs = 0
  const memory = createMemoryLog()

  useEmptiedServer({}, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    proxy = await startFaultProxy(redis)
    client = await clients.open(redis, { profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } } })
    open = true
    nowMs = 1_000_000
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const source = (_id: string, key: Bytes) => {
      if (!open) throw unreachable('not-open', 'here')
      return { reader: client.reader, key: toBuffer(key) }
    }
    const budget = () => createBudget(() => nowMs)
    sampler = createSampler({ source, budget, log: memory.log, now: () => nowMs })
  })
  afterEach(async () => {
    sampler.close()
    vi.useRealTimers()
    await proxy.stop()
  })

  const read = (key = KEY) => sampler.read('local', key, 1_000)
  /** One second goes by; resolves when the sample of it is there. */
  async function second(): Promise<void> {
    const before = (await read()).times.length
    nowMs += SECOND
    vi.advanceTimersByTime(SECOND)
    await expect.poll(async () => (await read()).times.length).toBe(before + 1)
  }

  test('has a first value at once, and one more every second', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    await feed.xgroup('CREATE', 'orders', 'g', '0')
    expect(await read()).toEqual({
      stepMs: 1_000,
      times: [1_000_000],
      length: [1],
      groups: [{ name: 'g', pending: [0], lag: [1] }],
      moreGroups: 0,
    })
    await feed.xadd('orders', '2-0', 'a', 'b')
    await feed.xreadgroup('GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', 'orders', '>')
    await second()
    expect(await read()).toMatchObject({ length: [1, 2], groups: [{ pending: [0, 1], lag: [1, 1] }] })
  })

  test('what was seen before comes first, however long it takes to be read', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    const { promise, resolve } = promised<readonly PastSample[]>()
    const source = (_id: string, key: Bytes) => ({ reader: client.reader, key: toBuffer(key) })
    const late = createSampler({
      ...{ source, log: memory.log, now: () => nowMs, past: () => promise },
      budget: () => createBudget(() => nowMs),
    })
    const asked = [late.read('local', KEY, 60_000), late.read('local', KEY, 60_000)]
    for (let at = 0; at < 3; at += 1) vi.advanceTimersByTime(SECOND)
    resolve([
      { stepMs: 60_000, atMs: nowMs - 120 * SECOND, length: 7, groups: [] },
      { stepMs: 10_000, atMs: nowMs - 10 * SECOND, length: 8, groups: [] },
    ])
    for (const each of asked) expect((await each).length).toEqual([7, 1])
    expect((await late.read('local', KEY, 10_000)).length).toEqual([8, 1])
    late.close()
  })

  test('where the past can’t be read, it begins with what is there now', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    const source = (_id: string, key: Bytes) => ({ reader: client.reader, key: toBuffer(key) })
    const said = createMemoryLog()
    const late = createSampler({
      ...{ source, log: said.log, now: () => nowMs, past: () => Promise.reject(new Error('no disk')) },
      budget: () => createBudget(() => nowMs),
    })
    expect((await late.read('local', KEY, 60_000)).length).toEqual([1])
    expect(said.text()).toContain('no disk')
    late.close()
  })

  test('what fails is not known, and not 0', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    await read()
    await feed.del('orders')
    await second()
    await feed.set('orders', 'x')
    await second()
    await feed.del('orders')
    await feed.xadd('orders', '1-0', 'a', 'b')
    await second()
    proxy.refuse()
    proxy.cut()
    await expect.poll(() => client.isReady()).toBe(false)
    await second()
    expect((await read()).length).toEqual([1, null, null, 1, null])
  })

  test('what the ACL refuses is asked for once, and again when somebody asks for all of it', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    await feed.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-xlen')
    client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    await feed.call('ACL', 'LOG', 'RESET')
    const refusals = async () =>
      ((await feed.call('ACL', 'LOG')) as unknown[][]).reduce((sum, line) => sum + Number(line[1]), 0)
    await read()
    for (let at = 0; at < 3; at += 1) {
      nowMs += SECOND
      await vi.advanceTimersByTimeAsync(SECOND)
    }
    expect(await refusals()).toBe(1)
    askAgain(client.reader)
    await second()
    expect(await refusals()).toBe(2)
    expect((await read()).length).toEqual([null, null])
  })

  test('watches fifty streams at once; the one not asked for the longest goes', async () => {
    const keys = Array.from({ length: 51 }, (_, at) => Buffer.from(`s${at}`))
    for (const key of keys) await feed.call('XADD', key, '1-0', 'a', 'b')
    for (const key of keys.slice(0, 50)) await read(key)
    await read(keys[0])
    await read(keys[50])
    const before = proxy.commands.length
    nowMs += SECOND
    vi.advanceTimersByTime(SECOND)
    await expect.poll(() => proxy.commands.length).toBe(before + 100)
    await expect.poll(async () => (await read(keys[0])).times).toHaveLength(2)
    expect((await read(keys[1])).times).toHaveLength(1)
  })

  test('leaves a gap rather than heaping commands on a slow server', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    await read()
    const struck = proxy.fault('XLEN', { kind: 'delay', ms: 300 })
    nowMs += SECOND
    vi.advanceTimersByTime(SECOND)
    await struck
    vi.advanceTimersByTime(5 * SECOND)
    await expect.poll(async () => (await read()).times.length).toBe(2)
    expect(proxy.commands.filter((name) => name === 'XLEN')).toHaveLength(2)
  })

  test('stops when the connection is closed, and begins anew with the next one', async () => {
    await feed.xadd('orders', '1-0', 'a', 'b')
    await read()
    open = false
    await expect(read()).rejects.toMatchObject({ code: 'UNREACHABLE' })
    vi.advanceTimersByTime(SECOND)
    expect(vi.getTimerCount()).toBe(0)
    open = true
    expect((await read()).times).toHaveLength(1)
    expect(memory.text()).toBe('')
  })

  test('keeps no process alive', () => {
    sampler.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

function promised<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}
