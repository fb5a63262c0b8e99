import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useBackend } from './backend-kit'

// A server that stands still (SIGSTOP) beside one that does not: what is looked at there costs what it cost before.
const kit = useBackend()
let stuck: TestRedis
beforeAll(async () => {
  stuck = await startRedis()
})
afterAll(() => stuck.stop())

/** All that a person looks at: the list, a stream, a group. */
async function look(connectionId: string): Promise<void> {
  const { api } = kit
  const on = { connectionId, key: 'orders' }
  await api.stream.summaries({ connectionId, keys: ['orders'] })
  await api.stream.info(on)
  await api.group.list({ ...on, countLag: true })
  await api.group.consumers({ ...on, group: 'billing' })
  await api.entry.page({ ...on, order: 'newest', count: 10 })
  await api.pending.page({ ...on, group: 'billing', count: 10, bodies: true })
}

async function commandsOf(work: () => Promise<void>): Promise<number> {
  const count = async () => {
    const stats = await kit.direct.info('commandstats')
    // What is asked by itself, at its own pace, is not what these views cost.
    const lines = [...stats.matchAll(/^cmdstat_(xlen|xrange|xrevrange|xinfo\|\w+|xpending|eval_ro|type):calls=(\d+)/gm)]
    return lines.reduce((sum, [, , calls]) => sum + Number(calls), 0)
  }
  const before = await count()
  await work()
  return (await count()) - before
}

test('views of a healthy connection send as many commands beside one that stands still, and end before it', async () => {
  const { api, direct } = kit
  await direct.xgroup('CREATE', 'orders', 'billing', '0', 'MKSTREAM')
  for (let at = 0; at < 20; at += 1) await direct.xadd('orders', '*', 'n', String(at))
  await direct.xreadgroup('GROUP', 'billing', 'ada', 'COUNT', 5, 'STREAMS', 'orders', '>')
  const healthy = await kit.connect({ name: 'healthy' })
  const slow = await api.connection.save({ profile: stuck.connection({ name: 'slow' }), secrets: { password: null } })
  await api.connection.open({ connectionId: slow.id })
  await api.host.saveSettings({ refreshSeconds: 0 })
  await look(healthy)
  const alone = await commandsOf(() => look(healthy))
  expect(alone).toBeGreaterThan(0)

  stuck.freeze()
  try {
    let isOver = false
    const stands = Promise.allSettled([
      api.stream.info({ connectionId: slow.id, key: 'orders' }),
      api.stream.summaries({ connectionId: slow.id, keys: ['orders'] }),
      api.group.list({ connectionId: slow.id, key: 'orders', countLag: true }),
    ]).then((settled) => {
      isOver = true
      return settled
    })
    const beside = await commandsOf(() => look(healthy))
    expect(isOver).toBe(false)
    expect(beside).toBe(alone)
    expect((await api.connection.list()).map(({ name }) => name)).toEqual(['healthy', 'slow'])
    expect(isOver).toBe(false)
    // One more that can't be opened now does not hold anything up, either.
    const opening = api.connection.test({ profile: stuck.connection(), secrets: {} }).catch(() => 'not now')
    expect(await commandsOf(() => look(healthy))).toBe(alone)
    expect(isOver).toBe(false)
    stuck.thaw()
    await Promise.all([stands, opening])
  } finally {
    stuck.thaw()
  }
})
