import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { availableServers } from '../../../helpers/available-servers'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const UNKNOWN = { active: null, stalled: null, stalledPending: null, worst: null }

describe.each(availableServers().map(({ name }) => name))('on %s', (version) => {
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
    const [summary] = await summarize(reader, [Buffer.from('orders')], { stalledAfterMs: -1 })
    return summary
  }

  test('who may look at all of it sees the stalled consumer', async () => {
    expect((await summaryAs())?.groups).toMatchObject([
      { pending: 1, oldestPendingId: '1-0', active: 0, stalled: 1, stalledPending: 1, worst: { name: 'ann' } },
    ])
  })

  test.each([['-xinfo|consumers'], ['-xpending']])(
    'with %s alone it is unknown who is stalled, not that nobody is; the rest is told',
    async (rule) => {
      const summary = await summaryAs(rule)
      expect(summary).toMatchObject({ length: 1, error: null })
      expect(summary?.groups).toMatchObject([{ consumers: 1, pending: 1, oldestPendingId: null, ...UNKNOWN }])
    },
  )

  test.each([['-xinfo|groups'], ['-xinfo|stream']])('with %s the stream could not be read', async (rule) => {
    expect(await summaryAs(rule)).toMatchObject({ groups: [], error: { code: 'REDIS' } })
  })
})
