import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { grantWritePermit } from '../../../../electron/redis/write-permit'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { readListed, listedConnection } from '../../../../electron/services/connections/listed'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import type { AddressPair, ConnectionProfile } from '../../../../shared/model/connection'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import type { TestRedis } from '../../../helpers/redis-server'
import { startSentinels } from '../../../helpers/redis-sentinel'

let connections: Connections
let dataDir: string
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-nat-'))
  const timings = { connectTimeoutMs: 2_000, commandTimeoutMs: 2_000, reconnectMs: 20 }
  connections = await createConnections({
    dataDir,
    secrets: createMemorySecrets(),
    log: createMemoryLog().log,
    timings,
  })
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function opened(profile: ConnectionProfile): Promise<string> {
  const { id } = await connections.add(profile, null)
  await connections.open(id)
  return id
}

describe('a cluster that announces names which nobody here knows', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster()
    for (const [at, node] of cluster.nodes.entries()) {
      await node.cli('CONFIG', 'SET', 'cluster-announce-hostname', hostname(at))
      await node.cli('CONFIG', 'SET', 'cluster-preferred-endpoint-type', 'hostname')
    }
    // All know of all.
    const told = async () => (await Promise.all(cluster.nodes.map((node) => node.cli('CLUSTER', 'SLOTS')))).join(' ')
    const all = cluster.nodes.map((_, at) => hostname(at))
    const isTold = (text: string) => all.every((name) => text.split(name).length > cluster.nodes.length)
    await vi.waitFor(async () => expect(isTold(await told())).toBe(true), { timeout: 20_000, interval: 100 })
  })
  afterAll(() => cluster.stop())
  const hostname = (at: number) => `node-${at}.sluice.invalid`
  const pairs = (): AddressPair[] =>
    cluster.nodes.map(({ host, port }, at) => ({ from: { host: hostname(at), port }, to: { host, port } }))
  const profile = (addressMap?: AddressPair[]): ConnectionProfile => {
    const [{ host, port }] = cluster.primaries as [TestRedis]
    return cluster.primaries[0]!.connection({ endpoint: { kind: 'cluster', nodes: [{ host, port }] }, addressMap })
  }

  test('is reached as the map says: every primary, every key, and by redirections', async () => {
    const id = await opened(profile(pairs()))
    const { state, nodes } = connections.status(id)
    expect(state).toBe('open')
    expect(nodes.map((node) => node.state)).toEqual(['open', 'open', 'open'])
    expect(nodes.every(({ endpoint }) => endpoint.includes('sluice.invalid'))).toBe(true)
    for (const key of Array.from({ length: 20 }, (_, at) => `s${at}`)) {
      const raw = Buffer.from(key)
      await connections.topology(id).clientOf(raw).writer(grantWritePermit()).write('XADD', raw, '*', 'n', '1')
      expect(await (await cluster.ownerOf(key)).cli('XLEN', key)).toBe('1')
    }
  })

  test('without it, or with a part of it, the nodes that can’t be reached are told', async () => {
    const part = pairs().slice(0, 2)
    const missing = hostname(2)
    const id = await opened(profile(part))
    const { nodes } = connections.status(id)
    expect(nodes.filter(({ state }) => state === 'open')).toHaveLength(2)
    expect(nodes.find(({ endpoint }) => endpoint.startsWith(missing))).toMatchObject({ state: 'failed' })
    await expect(opened(profile())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

test('sentinels, those that they name, and the primary are reached as the map says', async () => {
  const sentinels = await startSentinels({ replicas: 0, sentinels: 2 })
  const proxies: FaultProxy[] = []
  const behind = async ({ host, port }: TestRedis): Promise<AddressPair> => {
    const proxy = await startFaultProxy({ host, port })
    proxies.push(proxy)
    return { from: { host, port }, to: { host: proxy.host, port: proxy.port } }
  }
  try {
    const primary = await sentinels.primary()
    const addressMap = [await behind(primary)]
    for (const each of sentinels.sentinels) addressMap.push(await behind(each))
    const id = await opened({ ...sentinels.connection(), addressMap })
    expect(connections.status(id)).toMatchObject({ state: 'open', server: { role: 'master' } })
    await connections.source(id, 'orders').reader.call('XLEN', Buffer.from('orders'))
    for (const proxy of proxies) await expect.poll(() => proxy.connections).toBeGreaterThan(0)
  } finally {
    connections.close()
    for (const proxy of proxies) await proxy.stop()
    await sentinels.stop()
  }
})

describe('in a list of connections', () => {
  const from = { host: '10.0.0.4', port: 6379 }
  const to = { host: 'localhost', port: 7001 }
  const read = (addressMap: unknown) =>
    readListed(listedConnection.strict().parse({ url: 'redis+cluster://h:1', addressMap })).profile.addressMap

  test('it is pairs, or an object', () => {
    expect(read([{ from, to }])).toEqual([{ from, to }])
    expect(read({ '10.0.0.4:6379': 'localhost:7001' })).toEqual([{ from, to }])
  })
  test.each([[{ '10.0.0.4': 'localhost:7001' }], [{ 'a:1': 7001 }], ['a:1 -> b:2'], [[{ from }]]])(
    '%j is refused',
    (map) => {
      expect(() => read(map)).toThrow()
    },
  )
})
