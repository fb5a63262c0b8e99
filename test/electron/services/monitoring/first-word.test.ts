import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { triageRows, type TriageRow } from '../../../../shared/judgement/triage-row'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { serverClock } from '../../../helpers/server-clock'
import { useSluiceClients } from '../../../helpers/sluice-client'

const HOUR = 3_600_000
const clients = useSluiceClients()

// What the first screen says of a group at its first look. Never "fine" where the truth is beyond a threshold.
onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  beforeAll(async () => {
    redis = await startRedis({ version, users: ['plain on >pw ~* +@all -@scripting'] })
    feed = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(() => feed.flushall())

  const now = (): Promise<number> => serverClock(feed)
  async function burst(agoMs: number, count: number, key = 'orders'): Promise<void> {
    const at = (await now()) - agoMs
    const pipeline = feed.pipeline()
    for (let seq = 0; seq < count; seq += 1) pipeline.xadd(key, `${at}-${seq + 1}`, 'n', seq)
    await pipeline.exec()
  }
  const read = (count: number, consumer = 'w1') =>
    feed.xreadgroup('GROUP', 'billing', consumer, 'COUNT', count, 'STREAMS', 'orders', '>')
  async function rowAs(profile: { username?: string } = {}, password: string | null = null): Promise<TriageRow> {
    const { reader } = await clients.open(redis, { profile, password })
    const [summary] = await summarize(reader, [Buffer.from('orders')], defaultThresholds)
    const row = triageRows(summary!, defaultThresholds)[0]
    if (!row) throw new Error('there is no such group')
    return row
  }
  const rows = async (): Promise<readonly TriageRow[]> => [await rowAs(), await rowAs({ username: 'plain' }, 'pw')]

  test('a burst of two hours ago, of which a group read ten and stopped, has waited for two hours', async () => {
    const before = await now()
    await burst(2 * HOUR, 900)
    await feed.xgroup('CREATE', 'orders', 'billing', '0')
    await read(10)
    await feed.xack('orders', 'billing', ...(await feed.xrange('orders', '-', '+', 'COUNT', 10)).map(([id]) => id))
    const all = await rows()
    const passed = (await now()) - before
    for (const row of all) {
      expect(row.state).toBe('lagging')
      expect(row.waiting.kind).toBe('byId')
      expect(row.waiting.ms).toBeGreaterThanOrEqual(2 * HOUR)
      expect(row.waiting.ms).toBeLessThanOrEqual(2 * HOUR + passed)
    }
  })

  test('one old entry and a burst of just now is counted, not guessed', async () => {
    await burst(30 * 24 * HOUR, 1)
    await feed.xgroup('CREATE', 'orders', 'billing', '$')
    await burst(1_000, 60)
    for (const row of await rows()) expect(row.group.lag.value === 60 || row.group.lag.kind !== 'exact').toBe(true)
    expect((await rowAs()).group.lag).toEqual({ value: 60, kind: 'exact' })
  })

  test('ids of seconds and of microseconds hold no time, and nothing is called fine by them', async () => {
    const at = await now()
    for (const first of [Math.floor(at / 1_000) - 7_200, at * 1_000 - 20_000_000]) {
      await feed.flushall()
      for (let seq = 1; seq <= 3; seq += 1) await feed.xadd('orders', `${first}-${seq}`, 'a', 'b')
      await feed.xgroup('CREATE', 'orders', 'billing', `${first}-1`)
      await feed.xgroup('CREATECONSUMER', 'orders', 'billing', 'w1')
      for (const row of await rows()) {
        expect(row.waiting).toMatchObject({ ms: null, kind: 'unknown' })
        expect(row.state).toBe('not-known')
      }
    }
  })

  test('an id of hours to come tells nothing of when its entry came, and nothing is called fine by it', async () => {
    await burst(-10 * HOUR, 20)
    await feed.xgroup('CREATE', 'orders', 'billing', '0')
    await read(1)
    await feed.xack('orders', 'billing', ...(await feed.xrange('orders', '-', '+', 'COUNT', 1)).map(([id]) => id))
    for (const row of await rows()) {
      expect(row).toMatchObject({
        state: 'not-known',
        waiting: { ms: null, kind: 'unknown' },
        group: { lag: { value: 19 } },
      })
    }
  })

  test('where nothing tells a stream’s end, a group that may be beyond it is not called fine', async () => {
    await burst(2 * HOUR, 3)
    await feed.call('XGROUP', ['CREATE', 'orders', 'billing', `${(await now()) + 40 * HOUR}-0`])
    await feed.xgroup('CREATECONSUMER', 'orders', 'billing', 'w1')
    for (const row of await rows()) expect(row.state).toBe('beyond-end')
    await redis.cli('ACL', 'SETUSER', 'endless', 'on', '>pw', '~*', '+@all', '-xinfo|stream')
    expect(await rowAs({ username: 'endless' }, 'pw')).toMatchObject({ state: 'not-known', group: { beyondEnd: null } })
    await feed.xgroup('SETID', 'orders', 'billing', '$')
    expect(await rowAs({ username: 'endless' }, 'pw')).toMatchObject({ state: 'fine' })
  })

  test('a group that has read everything is fine, whatever its ids', async () => {
    for (const id of ['7-1', '1700000000-1']) {
      await feed.flushall()
      await feed.xadd('orders', id, 'a', 'b')
      await feed.xgroup('CREATE', 'orders', 'billing', '0')
      await read(10)
      await feed.xack('orders', 'billing', id)
      for (const row of await rows()) expect(row).toMatchObject({ state: 'fine', waiting: { kind: 'none' } })
    }
  })

  test('a group that counts its reads wrongly is not believed', async () => {
    await burst(2 * HOUR, 50)
    const ids = (await feed.xrange('orders', '-', '+')).map(([id]) => id)
    const [middle = '', last = ''] = [ids[39], ids[49]]
    await feed.xgroup('CREATE', 'orders', 'billing', '0')
    await feed.xgroup('CREATECONSUMER', 'orders', 'billing', 'w1')
    await feed.call('XGROUP', ['SETID', 'orders', 'billing', middle, 'ENTRIESREAD', '50'])
    const row = await rowAs()
    expect(row.group.lag).toEqual({ value: 10, kind: 'exact' })
    expect(row.state).toBe('lagging')
    await feed.call('XGROUP', ['SETID', 'orders', 'billing', last, 'ENTRIESREAD', '1'])
    expect(await rowAs()).toMatchObject({ state: 'fine', group: { lag: { value: 0, kind: 'exact' } } })
  })

  test('a living consumer that polls and never acks is stuck once its entries are old', async () => {
    await burst(1_000, 3)
    await feed.xgroup('CREATE', 'orders', 'billing', '0')
    await read(3)
    const ids = (await feed.xrange('orders', '-', '+')).map(([id]) => id)
    const aged = ['IDLE', String(72 * HOUR), 'RETRYCOUNT', '1', 'JUSTID']
    await feed.call('XCLAIM', ['orders', 'billing', 'w1', '0', ...ids, ...aged])
    await read(1)
    for (const row of await rows()) {
      expect(row.state).toBe('stuck-hold')
      expect(row.group).toMatchObject({ stalled: 0, stuck: 1, stuckPending: 3, worstStuck: { name: 'w1' } })
      expect(row.group.worstStuck?.idleMs).toBeGreaterThan(71 * HOUR)
    }
  })
})
