import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { bytesKey } from '../../../../shared/bytes'
import type { DiscoveryEvent } from '../../../../shared/model/stream'
import type { OwnedClient } from '../../../../electron/redis/client'
import { standalone } from '../../../../electron/redis/topology'
import { readServerInfo } from '../../../../electron/services/connections/capabilities'
import {
  createDiscovery,
  type Discovery,
  type DiscoveryOptions,
} from '../../../../electron/services/monitoring/discovery'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const ID = 'local'
let redis: TestRedis
let feed: Redis
let proxy: FaultProxy
let client: OwnedClient
let discovery: Discovery
let options: DiscoveryOptions
let scanType: boolean
let memory = createMemoryLog()

useEmptiedServer({}, async (server, direct) => {
  ;[redis, feed] = [server, direct]
  proxy = await startFaultProxy(redis)
  scanType = true
  client = await connect()
  memory = createMemoryLog()
  const { capabilities, ...info } = await readServerInfo(client)
  options = {
    topology: () => standalone(client),
    server: () => ({ ...info, capabilities: { ...capabilities, scanType: { available: scanType, reason: null } } }),
    log: memory.log,
  }
  discovery = createDiscovery(options)
})
afterEach(async () => {
  discovery.close()
  await proxy.stop()
})

const connect = () =>
  clients.open(redis, { profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } } })
async function fill(streams: number, others: number): Promise<void> {
  const script = `for i = 1, ARGV[1] do redis.call('XADD', 'stream:' .. i, '1-1', 'a', 'b') end
    for i = 1, ARGV[2] do redis.call('SET', 'text:' .. i, i) end`
  await feed.eval(script, 0, streams, others)
}
async function all(fresh = false, signal?: AbortSignal): Promise<readonly DiscoveryEvent[]> {
  const events: DiscoveryEvent[] = []
  for await (const event of discovery.discover(ID, fresh, signal)) {
    events.push(event)
    if (event.state !== 'scanning') break
  }
  return events
}
const keysOf = (events: readonly DiscoveryEvent[]) => events.flatMap(({ keys }) => keys)
/** So that there is time to do something meanwhile. */
const slowScans = () => void proxy.fault('SCAN', { kind: 'delay', ms: 20 }, 1_000)
const scans = () => proxy.commands.filter((name) => name === 'SCAN').length

describe('a search', () => {
  test.each([true, false])('finds every stream once, and nothing else (SCAN TYPE: %s)', async (withType) => {
    scanType = withType
    await fill(2_500, 7_500)
    const events = await all()
    const keys = keysOf(events)
    expect(new Set(keys.map(bytesKey)).size).toBe(2_500)
    expect(keys).toHaveLength(2_500)
    expect(keys.every((key) => typeof key === 'string' && key.startsWith('stream:'))).toBe(true)
    for (const event of events) expect(event.keys.length).toBeLessThanOrEqual(1_000)
    expect(events.slice(0, -1).every(({ state }) => state === 'scanning')).toBe(true)
    expect(events.at(-1)).toMatchObject({ state: 'done', found: 2_500, scanned: 10_000, total: 10_000, error: null })
  })

  test('keeps keys of any bytes', async () => {
    const key = Buffer.from([0xff, 0x00])
    await feed.call('XADD', key, '*', 'a', 'b')
    expect(keysOf(await all())).toEqual([{ base64: key.toString('base64') }])
  })

  test('of an empty database is done, and tells so', async () => {
    expect((await all()).at(-1)).toEqual({ state: 'done', scanned: 0, total: 0, found: 0, keys: [], error: null })
  })

  test('keeps each key once, though SCAN may repeat it', async () => {
    const reply = (cursor: string, ...keys: readonly string[]) =>
      `*2\r\n$1\r\n${cursor}\r\n*${keys.length}\r\n${keys.map((key) => `$2\r\n${key}\r\n`).join('')}`
    void proxy.fault('SCAN', { kind: 'replace-reply', reply: reply('5', 's1', 's1', 's2') })
    void proxy.fault('SCAN', { kind: 'replace-reply', reply: reply('0', 's2', 's3', 's1') })
    expect(keysOf(await all())).toEqual(['s1', 's2', 's3'])
  })

  test('goes on without the number of keys where that is not told', async () => {
    await fill(10, 0)
    void proxy.fault('DBSIZE', { kind: 'replace-reply', reply: '-NOPERM no\r\n' })
    expect((await all()).at(-1)).toMatchObject({ state: 'done', total: null, found: 10 })
  })

  test('lets other commands through while it runs', async () => {
    await fill(100, 20_000)
    slowScans()
    const running = all()
    await expect.poll(scans).toBeGreaterThan(0)
    await client.reader.call('PING')
    expect(scans()).toBeLessThan(20)
    await running
  })
})

describe('several listeners', () => {
  test('share one search, and each hears of everything', async () => {
    await fill(3_000, 3_000)
    const [first, second] = await Promise.all([all(), all()])
    const late = await all()
    for (const events of [first, second, late]) {
      expect(new Set(keysOf(events).map(bytesKey)).size).toBe(3_000)
      expect(keysOf(events)).toHaveLength(3_000)
    }
    expect(late.map(({ state }) => state)).toEqual(['scanning', 'scanning', 'done'])
    expect(scans()).toBeLessThanOrEqual(8)
  })

  test('one who leaves does not stop it', async () => {
    await fill(100, 10_000)
    slowScans()
    const leave = new AbortController()
    for await (const { state } of discovery.discover(ID, false, leave.signal)) {
      expect(state).toBe('scanning')
      break
    }
    const waiting = all(false, leave.signal)
    leave.abort()
    await waiting
    const before = scans()
    expect((await all()).at(-1)).toMatchObject({ state: 'done', found: 100 })
    expect(scans()).toBeGreaterThan(before)
  })

  test('fresh starts over, and those of before hear that theirs was stopped', async () => {
    await fill(10, 20_000)
    slowScans()
    const before = all()
    await expect.poll(scans).toBeGreaterThan(0)
    await feed.xadd('stream:new', '*', 'a', 'b')
    const fresh = await all(true)
    expect(fresh.at(-1)).toMatchObject({ state: 'done', found: 11 })
    expect((await before).at(-1)?.state).toBe('stopped')
    await feed.xadd('stream:newer', '*', 'a', 'b')
    expect((await all()).at(-1)?.found).toBe(11)
    expect((await all(true)).at(-1)?.found).toBe(12)
  })
})

describe('what Sluice makes itself', () => {
  test('is told to who listens, and to who comes later; no search is needed', async () => {
    await fill(3, 0)
    const events = discovery.discover(ID, false)
    let told = await events.next()
    while (told.value?.state === 'scanning') told = await events.next()
    expect(told.value).toMatchObject({ state: 'done', found: 3 })
    const before = scans()
    const key = Buffer.from([0x64, 0xff])
    await feed.call('XADD', key, '*', 'a', 'b')
    const next = events.next()
    discovery.look(ID, ['stream:1', { base64: key.toString('base64') }])
    expect((await next).value).toMatchObject({ state: 'done', found: 4, keys: [{ base64: key.toString('base64') }] })
    expect(keysOf(await all())).toHaveLength(4)
    expect(scans()).toBe(before)
    await events.return(undefined)
  })

  test('is what is a stream, once', async () => {
    await fill(3, 1)
    await all()
    for (const keys of [['text:1', 'not-there', 'stream:2'], ['stream:2']]) discovery.look(ID, keys)
    await expect.poll(() => proxy.commands.filter((name) => name === 'TYPE').length).toBe(2)
    await client.reader.call('PING')
    expect(keysOf(await all())).toHaveLength(3)
  })

  test('is left to the next search where it can’t be looked at', async () => {
    await fill(3, 0)
    await all()
    void proxy.fault('TYPE', { kind: 'replace-reply', reply: '-NOPERM no\r\n' })
    await feed.xadd('stream:new', '*', 'a', 'b')
    discovery.look(ID, ['stream:new'])
    discovery.look('no-such-connection', ['stream:new'])
    await expect.poll(() => proxy.commands.includes('TYPE')).toBe(true)
    await client.reader.call('PING')
    expect(keysOf(await all())).toHaveLength(3)
    expect(keysOf(await all(true))).toHaveLength(4)
  })

  test('ends what is told of a search that another one has taken the place of', async () => {
    await fill(3, 0)
    const events = discovery.discover(ID, false)
    let told = await events.next()
    while (told.value?.state === 'scanning') told = await events.next()
    const next = events.next()
    await all(true)
    expect((await next).done).toBe(true)
  })
})

describe('the end before the end', () => {
  test('stopped, with what was found so far', async () => {
    await fill(10, 50_000)
    slowScans()
    const listening = all()
    await expect.poll(scans).toBeGreaterThan(2)
    discovery.stop(ID)
    const events = await listening
    expect(events.at(-1)?.state).toBe('stopped')
    // Behind the one that was on its way when it was stopped.
    await client.reader.call('PING')
    const after = scans()
    expect(after).toBeLessThan(45)
    expect((await all()).at(-1)).toMatchObject({ state: 'stopped', found: keysOf(events).length })
    await client.reader.call('PING')
    expect(scans()).toBe(after)
  })

  test('failed, when the connection is lost; the next one starts over', async () => {
    await fill(10, 20_000)
    void proxy.fault('SCAN', { kind: 'cut-before-reply' })
    expect((await all()).at(-1)).toMatchObject({ state: 'failed', error: { code: 'UNREACHABLE' } })
    await expect.poll(() => client.isReady()).toBe(true)
    expect((await all()).at(-1)).toMatchObject({ state: 'done', found: 10, error: null })
  })

  test('failed, when SCAN leads back to where it was', async () => {
    await fill(10, 0)
    const again = '*2\r\n$2\r\n17\r\n*1\r\n$8\r\nstream:1\r\n'
    void proxy.fault('SCAN', { kind: 'replace-reply', reply: again }, 1_000)
    const before = scans()
    const last = (await all()).at(-1)
    expect(last).toMatchObject({ state: 'failed', found: 1, error: { code: 'ODD_REPLY' } })
    expect(scans() - before).toBe(2)
  })

  test('failed, when the names are too many to be kept; those before are there', async () => {
    discovery = createDiscovery({ ...options, mostNameBytes: 500_000 })
    await fill(20_000, 0)
    const events = await all()
    const last = events.at(-1)
    expect(last).toMatchObject({ state: 'failed', error: { code: 'TOO_LARGE', data: { what: 'names' } } })
    expect(last?.found).toBe(keysOf(events).length)
    expect(last?.found).toBeGreaterThan(1_000)
    expect(last?.found).toBeLessThan(10_000)
    expect(memory.text()).toBe('')
  })

  test('failed, when SCAN is not allowed', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all', '-scan')
    client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    expect((await all()).at(-1)).toMatchObject({
      state: 'failed',
      error: { code: 'REDIS', data: { prefix: 'NOPERM' } },
    })
    expect(memory.text()).toBe('')
  })

  test('a connection opened anew is searched anew', async () => {
    await fill(5, 0)
    expect((await all()).at(-1)?.found).toBe(5)
    await feed.flushall()
    await fill(9, 0)
    client = await connect()
    expect((await all()).at(-1)?.found).toBe(9)
  })
})

test.each([
  ['once more where slots have moved meanwhile', [1, 2, 2, 2], ['a', 'moved'], 2],
  ['once where they have not', [1, 1], ['a'], 1],
  ['not for ever while they go on moving', Array.from({ length: 100 }, (_, at) => at), ['a', 'moved'], 5],
] as const)('a search looks %s', async (_how, layouts, found, rounds) => {
  await feed.xadd('a', '1-0', 'n', '1')
  let asked = 0
  const layout = async (): Promise<number> => {
    asked += 1
    // It lay on a node that had not been searched yet, and lies now on one that had been.
    if (asked === 2 && found.length > 1) await feed.xadd('moved', '1-0', 'n', '1')
    return layouts[asked - 1] ?? 0
  }
  discovery.close()
  discovery = createDiscovery({ ...options, topology: () => ({ ...standalone(client), layout }) })
  await redis.cli('CONFIG', 'RESETSTAT')
  expect((await all()).flatMap(({ keys }) => keys).sort()).toEqual([...found])
  expect(await redis.cli('INFO', 'commandstats')).toContain(`cmdstat_scan:calls=${rounds},`)
})
