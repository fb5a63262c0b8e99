import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { withTraffic } from '../../../../electron/services/connections/traffic-figures'
import type { Link } from '../../../../electron/services/connections/link'
import { startCluster } from '../../../helpers/redis-cluster'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'

let redis: TestRedis
let proxy: FaultProxy
let connections: Connections
let dataDir: string
let id: string
beforeEach(async () => {
  redis = await startRedis()
  proxy = await startFaultProxy(redis)
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-traffic-'))
  const timings = { reconnectMs: 20 }
  connections = await createConnections({
    ...{ dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log, timings },
  })
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  id = (await connections.save({ profile: redis.connection({ endpoint }) })).id
})
afterEach(async () => {
  connections.close()
  await proxy.stop()
  await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const traffic = () => connections.status(id).traffic

test('nothing is known of a connection that was never open, and no rate before one was measured', async () => {
  expect(traffic()).toEqual({ sentPerSecond: null, receivedPerSecond: null, reconnects: 0 })
  await connections.open(id)
  expect(traffic()?.reconnects).toBe(0)
})

test('bytes both ways are counted, also those that come by a connection of its own', async () => {
  await redis.cli('XADD', 'orders', '1-0', 'body', 'x'.repeat(100_000))
  await connections.open(id)
  const line = ['XRANGE', Buffer.from('orders'), '-', '+'] as const
  const rates = async (read: () => Promise<unknown>) => {
    await expect
      .poll(
        async () => {
          await read()
          return traffic()?.receivedPerSecond ?? 0
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(50_000)
    expect(traffic()?.sentPerSecond ?? 0).toBeGreaterThan(0)
  }
  await rates(() => connections.source(id, 'orders').reader.call(...line))
  await expect.poll(() => traffic()?.receivedPerSecond, { timeout: 10_000 }).toBeLessThan(1_000)
  await rates(async () => {
    const own = connections.topology(id).beside(Buffer.from('orders'), 'blocking')
    await own.open()
    await own.reader.call(...line)
    own.close()
  })
})

test('each time that a lost connection comes back counts; closing and opening does not', async () => {
  await connections.open(id)
  for (const times of [1, 2]) {
    proxy.cut()
    await expect.poll(() => traffic()?.reconnects).toBe(times)
    await expect.poll(() => connections.status(id).state).toBe('open')
  }
  connections.close(id)
  await connections.open(id)
  expect(traffic()?.reconnects).toBe(2)
})

test('a rate is of some time at least, and followers are told it with every status', async () => {
  const counts = { sent: 0, received: 0, reconnects: 0 }
  let now = 0
  const status = () => ({ state: 'open' }) as ReturnType<Link['status']>
  async function* watch() {
    yield await Promise.resolve(status())
  }
  const link = withTraffic({ status, watch, states: watch } as unknown as Link, counts, () => now)
  Object.assign(counts, { sent: 1_000, received: 30_000 })
  now = 1_000
  expect(link.status().traffic).toMatchObject({ sentPerSecond: null })
  now = 2_000
  expect(link.status().traffic).toEqual({ sentPerSecond: 500, receivedPerSecond: 15_000, reconnects: 0 })
  counts.received = 1_000_000
  now = 2_100
  expect(link.status().traffic?.receivedPerSecond).toBe(15_000)
  now = 4_000
  for await (const { traffic: told } of link.watch()) expect(told?.receivedPerSecond).toBe(485_000)
  // Over the last seconds: not over the hour in which nobody looked, or it was closed.
  counts.received = 2_000_000
  now = 3_600_000
  expect(link.status().traffic).toMatchObject({ sentPerSecond: null, receivedPerSecond: null })
  counts.received = 2_002_000
  now = 3_602_000
  expect(link.status().traffic).toMatchObject({ sentPerSecond: 0, receivedPerSecond: 1_000 })
})

test('those of all nodes of a cluster are one', async () => {
  const cluster = await startCluster()
  try {
    const { host, port } = cluster.primaries[0]!
    const profile = redis.connection({ endpoint: { kind: 'cluster', nodes: [{ host, port }] } })
    const opened = (await connections.save({ profile })).id
    await connections.open(opened)
    await expect
      .poll(
        async () => {
          await Promise.all(
            ['a', 'b', 'c', 'd', 'e'].map((key) =>
              connections.source(opened, key).reader.call('XLEN', Buffer.from(key)),
            ),
          )
          return connections.status(opened).traffic?.sentPerSecond ?? 0
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0)
  } finally {
    await cluster.stop()
  }
})
