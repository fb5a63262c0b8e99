import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { onEachServer } from '../../../helpers/on-each-server'
import { longer } from '../../../helpers/soak'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()

// What a group has not read, and what of it is deleted between two looks by the same connection.
onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  beforeAll(async () => {
    redis = await startRedis({ version, users: ['plain on >pw ~* +@all -@scripting'] })
    feed = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(() => feed.flushall())

  test.each([
    ['with scripts', {}, null],
    ['without', { username: 'plain' }, 'pw'],
  ] as const)('%s the oldest unread entry is the next one, once it is deleted', async (_who, profile, password) => {
    for (let n = 1; n <= 9; n += 1) await feed.xadd('orders', `${n}-0`, 'n', String(n))
    await feed.xgroup('CREATE', 'orders', 'billing', '3-0')
    const { reader } = await clients.open(redis, { profile, password })
    const firstUnread = async (): Promise<string | null | undefined> => {
      const [summary] = await summarize(reader, [Buffer.from('orders')], defaultThresholds)
      return summary?.groups[0]?.unread?.firstId
    }
    expect(await firstUnread()).toBe('4-0')
    await feed.xdel('orders', '4-0', '5-0')
    expect(await firstUnread()).toBe('6-0')
    await feed.xdel('orders', '8-0')
    expect(await firstUnread()).toBe('6-0')
    await feed.xdel('orders', '6-0')
    expect(await firstUnread()).toBe('7-0')
    await feed.xdel('orders', '7-0', '9-0')
    expect(await firstUnread()).toBeNull()
  })

  const part = fc.double({ min: 0, max: 0.999, noNaN: true })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('delete' as const), at: part }),
    fc.record({ kind: fc.constant('trim' as const), keep: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ kind: fc.constant('stand' as const), at: part }),
  )

  test('without scripts it is the truth, look by look, whatever comes between them', async () => {
    const { reader } = await clients.open(redis, { profile: { username: 'plain' }, password: 'pw' })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async (steps) => {
        await feed.flushall()
        let next = 1
        const add = () => feed.xadd('orders', `${next++}-0`, 'n', 'x')
        for (let n = 0; n < 6; n += 1) await add()
        await feed.xgroup('CREATE', 'orders', 'billing', '2-0')
        for (const one of steps) {
          const ids = (await feed.xrange('orders', '-', '+')).map(([id]) => id)
          if (one.kind === 'add') for (let n = 0; n < one.count; n += 1) await add()
          else if (one.kind === 'trim') await feed.xtrim('orders', 'MAXLEN', one.keep)
          else if (one.kind === 'delete') await feed.xdel('orders', ids[Math.floor(one.at * ids.length)] ?? '0-1')
          else await feed.xgroup('SETID', 'orders', 'billing', `${Math.floor(one.at * next)}-0`)
          const [summary] = await summarize(reader, [Buffer.from('orders')], defaultThresholds)
          const [group] = summary?.groups ?? []
          const [first] = await feed.xrange('orders', `(${group?.lastDeliveredId}`, '+', 'COUNT', 1)
          expect(group?.unread?.firstId).toBe(first?.[0] ?? null)
        }
      }),
      { numRuns: longer(60) },
    )
  })
})
