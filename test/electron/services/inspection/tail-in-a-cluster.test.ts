import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { tailStream } from '../../../../electron/services/inspection/tail'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import type { TestRedis } from '../../../helpers/redis-server'

const KEY = Buffer.from('orders')
let cluster: TestCluster
let connections: Connections
let dataDir: string
let leave: AbortController
beforeAll(async () => {
  cluster = await startCluster({ primaries: 2 })
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  leave = new AbortController()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-tail-'))
  connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log })
  await (await cluster.ownerOf('orders')).cli('DEL', 'orders')
  await (await cluster.ownerOf('orders')).cli('XADD', 'orders', '1-0', 'n', '1')
})
afterEach(() => {
  leave.abort()
  connections.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Ids as they come, and why it ended. */
async function tail(endpoint: Parameters<TestRedis['connection']>[0]) {
  const { id } = await connections.add(cluster.nodes[0]!.connection(endpoint), null)
  await connections.open(id)
  const { reader, key } = connections.source(id, 'orders')
  const seen: string[] = []
  const ended = (async () => {
    const beside = () => connections.topology(id).beside(KEY, 'blocking')
    for await (const batch of tailStream({ reader, key }, beside, { signal: leave.signal, blockMs: 200 })) {
      seen.push(...batch.entries.map((entry) => entry.id))
    }
    return 'left'
  })().catch((error: unknown) => error)
  await expect.poll(async () => (await cluster.ownerOf('orders')).cli('INFO', 'clients')).toContain('blocked_clients:1')
  return { seen, ended }
}
const whole = () => ({
  endpoint: { kind: 'cluster' as const, nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) },
})
const other = async () => {
  const owner = await cluster.ownerOf('orders')
  return cluster.primaries.find((each) => each !== owner)!
}
const add = (node: TestRedis, id: string) => node.cli('XADD', 'orders', id, 'n', id)

test('a stream that goes to another node is followed there: each entry once, none missed', async () => {
  const { seen, ended } = await tail(whole())
  await add(await cluster.ownerOf('orders'), '2-0')
  const to = await other()
  await cluster.moveSlot('orders', to, async () => {
    // The key has arrived, the slot has not been given over.
    const asking = to.client()
    await asking.call('ASKING')
    await asking.call('XADD', 'orders', '3-0', 'n', '3')
  })
  await add(to, '4-0')
  await expect.poll(() => seen).toEqual(['2-0', '3-0', '4-0'])
  await cluster.moveSlot('orders', await other())
  await add(await cluster.ownerOf('orders'), '5-0')
  await expect.poll(() => seen).toEqual(['2-0', '3-0', '4-0', '5-0'])
  leave.abort()
  expect(await ended).toBe('left')
})

test('one that is deleted where it went is gone', async () => {
  const { ended } = await tail(whole())
  const to = await other()
  await cluster.moveSlot('orders', to, async () => {
    const asking = to.client()
    await asking.call('ASKING')
    await asking.call('DEL', 'orders')
  })
  expect(await ended).toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
})

test('by one node alone it can not be followed, and that is told', async () => {
  const { host, port } = await cluster.ownerOf('orders')
  const { ended } = await tail({ endpoint: { kind: 'tcp', host, port } })
  await cluster.moveSlot('orders', await other())
  // By when it looks: the key has gone, and the slot after it.
  expect(await ended).toMatchObject({
    code: 'REDIS',
    data: { prefix: expect.stringMatching(/^(MOVED|ASK)$/) as unknown },
  })
})
