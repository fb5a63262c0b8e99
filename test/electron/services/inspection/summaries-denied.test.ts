import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { createLooker } from '../../../../electron/services/inspection/look'
import { summarize } from '../../../../electron/services/inspection/summaries'
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

  const summaryAs = async (...rules: readonly string[]) => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', ...rules)
    const { reader } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
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
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-xinfo|consumers')
    const { reader } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    const looker = createLooker(reader)
    await redis.cli('ACL', 'LOG', 'RESET')
    for (let at = 0; at < 5; at += 1) await looker.look([{ key: Buffer.from('orders'), first: 0 }], 60_000)
    const direct = redis.client()
    const log = (await direct.call('ACL', ['LOG'])) as unknown[][]
    const refusals = log.map((line) => Number(line[line.indexOf('count') + 1]))
    expect(refusals.reduce((sum, count) => sum + count, 0)).toBe(1)
  })
})
