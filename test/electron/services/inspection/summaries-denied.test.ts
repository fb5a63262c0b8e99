import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { createLooker } from '../../../../electron/services/inspection/look'
import { listGroups } from '../../../../electron/services/inspection/groups'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const UNKNOWN = { active: null, stalled: null, stalledPending: null, worst: null }

onEachServer('on %s', (version) => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({ version })
    const direct = redis.client()
    await direct.xadd('orders', '1-0', 'n', '1')
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'ann', 'STREAMS', 'orders', '>')
  })
  afterAll(() => redis.stop())

  const readerAs = async (...rules: readonly string[]) => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', ...rules)
    const { reader } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    await redis.cli('ACL', 'LOG', 'RESET')
    return reader
  }
  /** Two of three entries are unread. */
  const fillBehind = async (key: string): Promise<void> => {
    const direct = redis.client()
    await direct.del(key)
    for (const id of ['1-0', '2-0', '3-0']) await direct.xadd(key, id, 'n', id)
    await direct.xgroup('CREATE', key, 'audit', '1-0')
  }
  /** What the server has noted of them since. */
  const refusals = async (): Promise<number> => {
    const log = (await redis.client().call('ACL', ['LOG'])) as unknown[][]
    return log.map((line) => Number(line[line.indexOf('count') + 1])).reduce((sum, count) => sum + count, 0)
  }
  const summaryAs = async (...rules: readonly string[]) => {
    const reader = await readerAs(...rules)
    const [summary] = await summarize(reader, [Buffer.from('orders')], { ...defaultThresholds, stalledAfterMs: -1 })
    return summary
  }

  test('who may look at all of it sees the stalled consumer', async () => {
    expect((await summaryAs())?.groups).toMatchObject([
      { pending: 1, oldestPendingId: '1-0', active: 0, stalled: 1, stalledPending: 1, worst: { name: 'ann' } },
    ])
  })

  test('without XINFO CONSUMERS it is unknown who is stalled, not that nobody is; the rest is told', async () => {
    const summary = await summaryAs('-xinfo|consumers')
    expect(summary).toMatchObject({ length: 1, error: null })
    expect(summary?.groups).toMatchObject([{ consumers: 1, pending: 1, oldestPendingId: '1-0', ...UNKNOWN }])
  })

  test('without scripts either it is as unknown', async () => {
    const summary = await summaryAs('-xinfo|consumers', '-@scripting')
    expect(summary?.groups).toMatchObject([{ consumers: 1, pending: 1, oldestPendingId: '1-0', ...UNKNOWN }])
  })

  test('without XPENDING who is stalled is told all the same, and not since when', async () => {
    const summary = await summaryAs('-xpending')
    expect(summary?.groups).toMatchObject([{ pending: 1, oldestPendingId: null, stalled: 1, worst: { name: 'ann' } }])
  })

  test.each([['-xinfo|stream'], ['-memory'], ['-xrange']])('with %s the groups are told all the same', async (rule) => {
    const summary = await summaryAs(rule)
    expect(summary).toMatchObject({ length: 1, error: null, groups: [{ pending: 1, stalled: 1, lag: { value: 0 } }] })
  })

  test.each([['-xrange'], ['-xrange', '-@scripting']])(
    'with %s groups that have unread entries are told, and it is asked for once',
    async (...rules) => {
      await fillBehind('behind')
      const key = Buffer.from('behind')
      const reader = await readerAs(...rules)
      for (let at = 0; at < 3; at += 1) {
        const [one, other] = await summarize(reader, [key, Buffer.from('orders')], defaultThresholds)
        expect(one).toMatchObject({ length: 3, error: null, groups: [{ name: 'audit', lastDeliveredId: '1-0' }] })
        expect(one?.groups[0]?.lag.kind).not.toBe('exact')
        expect(other).toMatchObject({ error: null, groups: [{ lag: { value: 0, kind: 'exact' } }] })
        expect(await listGroups(reader, key, { countLag: true })).toMatchObject([
          { name: 'audit', lag: one?.groups[0]?.lag },
        ])
      }
      // Where scripts are denied, these are as well.
      expect(await refusals()).toBe(rules.length === 1 ? 1 : 3)
    },
  )

  test('a count that makes no sense leaves its own group uncounted, and all else as it is', async () => {
    for (const key of ['behind', 'odd']) await fillBehind(key)
    const proxy = await startFaultProxy(redis)
    await redis.client().call('ACL', ['SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting'])
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const { reader } = await clients.open(redis, { profile: { username: 'lim', endpoint }, password: 'pw' })
    void proxy.fault(
      ([command, key]) => command === 'XRANGE' && key === 'odd',
      { kind: 'answer', reply: '*1\r\n*2\r\n$3\r\n2-0\r\n*1\r\n$1\r\nn\r\n' },
      Infinity,
    )
    const [odd, other] = await summarize(reader, [Buffer.from('odd'), Buffer.from('behind')], defaultThresholds)
    proxy.spare()
    await proxy.stop()

    expect(odd).toMatchObject({ length: 3, error: null, groups: [{ unread: null }] })
    expect(other).toMatchObject({ error: null, groups: [{ lag: { value: 2, kind: 'exact' } }] })
  })

  test.each([['-eval_ro', '-evalsha_ro'], ['-@scripting']])(
    'without scripts (%s) all of it by commands',
    async (...rules) => {
      const all = await summaryAs(...rules)
      expect(all).toEqual({ ...(await summaryAs()), atMs: all?.atMs, groups: all?.groups })
      expect(all?.groups).toMatchObject([
        { pending: 1, oldestPendingId: '1-0', active: 0, stalled: 1, stalledPending: 1, worst: { name: 'ann' } },
      ])
    },
  )

  test.each([['-xinfo|groups'], ['-xlen']])('with %s the stream could not be read', async (rule) => {
    expect(await summaryAs(rule)).toMatchObject({ groups: [], error: { code: 'REDIS', data: { prefix: 'NOPERM' } } })
  })

  test('what the ACL refuses is asked for once', async () => {
    const looker = createLooker(await readerAs('-xinfo|consumers'))
    for (let at = 0; at < 5; at += 1) await looker.look([{ key: Buffer.from('orders'), first: 0 }], 60_000)
    expect(await refusals()).toBe(1)
  })
})
