import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Contract } from '../../../shared/contract'
import type { Backend } from '../../../electron/api/backend'
import { AS_ADMIN } from '../../helpers/callers'
import { useEmptiedServer } from '../../helpers/emptied-server'
import type { TestRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'

let redis: TestRedis
let dataDir: string
let backend: Backend
let api: ContractRouterClient<Contract>
useEmptiedServer({}, async (server, direct) => {
  redis = server
  await direct.xadd('orders', '1-0', 'n', '1')
  await direct.xgroup('CREATE', 'orders', 'billing', '0')
})

async function start(): Promise<void> {
  backend = await createTestBackend(dataDir, { walkFrom: 'opened' })
  api = createRouterClient(backend.router, { context: AS_ADMIN })
}
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-history-'))
  await start()
})
afterEach(async () => {
  await backend.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Until the walk has looked at it, page or no page. */
async function seen(connectionId: string): Promise<void> {
  for await (const event of await api.monitoring.watch({ connectionId })) {
    if (event.kind === 'streams' && event.streams.some(({ summary }) => summary.key === 'orders')) return
  }
}
const bytes = async (): Promise<number> => (await api.host.historyUsage()).bytes

test('a trend begins with what was seen before a restart, at each step that is kept', async () => {
  const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
  await api.connection.open({ connectionId })
  await seen(connectionId)
  await backend.close()
  await redis.client().xadd('orders', '2-0', 'n', '2')
  await start()
  await api.connection.open({ connectionId })
  for (const stepMs of [10_000, 60_000, 600_000] as const) {
    const { length, groups } = await api.stream.samples({ connectionId, key: 'orders', stepMs })
    expect(length[0]).toBe(1)
    expect(groups).toMatchObject([{ name: 'billing', pending: length.map(() => 0) }])
  }
  // By the second nothing is kept.
  expect(await api.stream.samples({ connectionId, key: 'orders', stepMs: 1_000 })).toMatchObject({ length: [2] })
})

test('of a connection that leads to another server by now nothing of the former is shown', async () => {
  const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
  await api.connection.open({ connectionId })
  await seen(connectionId)
  await api.connection.close({ connectionId })
  await redis.client({ db: 1 }).xadd('orders', '1-0', 'n', '1')
  await redis.client({ db: 1 }).xadd('orders', '2-0', 'n', '1')
  await api.connection.save({ id: connectionId, profile: redis.connection({ db: 1 }) })
  await api.connection.open({ connectionId })
  expect((await api.stream.samples({ connectionId, key: 'orders', stepMs: 60_000 })).length).toEqual([2])
})

test('a connection that is removed takes its history with it', async () => {
  const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
  await api.connection.open({ connectionId })
  await seen(connectionId)
  await backend.close()
  await start()
  expect(await bytes()).toBeGreaterThan(0)
  await api.connection.remove({ connectionId })
  expect(await bytes()).toBe(0)
})

test('deleted, it is gone for all connections, and nothing else is', async () => {
  const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
  await api.connection.open({ connectionId })
  await seen(connectionId)
  await backend.close()
  await start()
  await api.host.clearHistory()
  expect(await bytes()).toBe(0)
  expect((await api.connection.list()).map(({ id }) => id)).toEqual([connectionId])
})

test('nothing is kept of a connection that is for this session only', async () => {
  await backend.addConnection(redis.connection(), null)
  const [{ id: connectionId } = { id: '' }] = await api.connection.list()
  await api.connection.open({ connectionId })
  await seen(connectionId)
  await backend.close()
  await start()
  expect(await bytes()).toBe(0)
})

test('what was seen of a group is told step by step, with who held what, and goes on over a restart', async () => {
  const direct = redis.client()
  await direct.xreadgroup('GROUP', 'billing', 'worker-1', 'STREAMS', 'orders', '>')
  await direct.xadd('orders', '2-0', 'n', '2')
  const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
  await api.connection.open({ connectionId })
  await seen(connectionId)
  await backend.close()
  await start()
  await api.connection.open({ connectionId })
  const of = { connectionId, key: 'orders', stepMs: 10_000, backMs: 3_600_000 } as const
  const before = Date.now()
  const { nowMs, steps: past } = await api.stream.past({ ...of, group: 'billing' })
  expect(nowMs).toBeGreaterThanOrEqual(before)
  expect(nowMs).toBeLessThanOrEqual(Date.now())
  expect(past[0]).toMatchObject({ length: 2, added: 2, memory: expect.any(Number) as number })
  expect(past[0]?.run).toEqual(expect.any(Number))
  expect(past[0]?.groups).toMatchObject([
    {
      ...{ name: 'billing', pending: 1, lag: 1, lagKind: 'exact', entriesRead: 1, consumers: 1 },
      holders: [{ name: 'worker-1', pending: 1, seenMs: expect.any(Number) as number }],
    },
  ])
  const { steps: none } = await api.stream.past({ ...of, group: 'other' })
  expect(none.map(({ groups }) => groups)).toEqual(none.map(() => []))
  const { steps: all } = await api.stream.past(of)
  expect(all[0]?.groups).toMatchObject([{ name: 'billing', holders: [] }])
  expect((await api.stream.past({ ...of, sinceMs: nowMs + 60_000 })).steps).toEqual([])
  expect((await api.stream.past({ ...of, backMs: 1 })).steps).toEqual([])
  await expect(api.stream.past({ ...of, backMs: 31 * 24 * 3_600_000 })).rejects.toMatchObject({ code: 'BAD_INPUT' })
})
