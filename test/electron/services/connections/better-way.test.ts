import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionStatus } from '../../../../shared/model/connection'
import { readServerInfo } from '../../../../electron/services/connections/capabilities'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { onEachServer } from '../../../helpers/on-each-server'
import { startCluster } from '../../../helpers/redis-cluster'
import { PRIMARY_NAME, startSentinels } from '../../../helpers/redis-sentinel'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
let connections: Connections
let dataDir: string
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-ways-'))
  connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log })
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const wayOf = async (redis: TestRedis) => (await readServerInfo(await clients.open(redis))).betterWay
/** The status, once it is so. */
async function until(id: string, isSo: (status: ConnectionStatus) => boolean): Promise<ConnectionStatus> {
  for await (const status of connections.watch(id)) if (isSo(status)) return status
  throw new Error('it never was')
}

onEachServer('on %s', (version) => {
  let primary: TestRedis
  let replica: TestRedis
  beforeAll(async () => {
    ;[primary, replica] = await Promise.all([startRedis({ version }), startRedis({ version })])
  })
  afterAll(() => Promise.all([primary.stop(), replica.stop()]))
  const follow = async (): Promise<void> => {
    await replica.cli('REPLICAOF', primary.host, String(primary.port))
    await expect.poll(() => replica.cli('INFO', 'replication')).toContain('master_link_status:up')
  }

  test('a server by itself is what was meant', async () => {
    expect(await wayOf(primary)).toBeNull()
  })

  test('of a replica it is its primary; how old its word is, is told; promoted, it is written to', async () => {
    await follow()
    expect(await wayOf(replica)).toEqual({ kind: 'primary', host: primary.host, port: primary.port })
    const { id } = await connections.add(replica.connection(), null)
    const { server } = await connections.open(id)
    expect(server).toMatchObject({ role: 'replica', capabilities: { xack: { available: false } } })
    const told = await until(id, (status) => status.replica !== null)
    expect(told.replica).toMatchObject({ link: 'up' })
    expect(told.replica?.heardSecondsAgo).toBeGreaterThanOrEqual(0)

    await replica.cli('REPLICAOF', 'NO', 'ONE')
    const promoted = await until(id, (status) => status.server?.role === 'master')
    expect(promoted).toMatchObject({
      state: 'open',
      replica: null,
      server: { betterWay: null, capabilities: { xack: { available: true } } },
    })
  })

  test('a replica whose primary is gone says since when', async () => {
    await follow()
    const { id } = await connections.add(replica.connection(), null)
    await connections.open(id)
    await primary.kill()
    const told = await until(id, ({ replica: of }) => of?.link === 'down')
    expect(told.replica?.heardSecondsAgo).toBeGreaterThanOrEqual(0)
    await primary.restart()
  })

  test('a replica that names no address that can be one: none is offered', async () => {
    await follow()
    const proxy = await startFaultProxy(replica)
    const text = `# Replication\r\nrole:slave\r\nmaster_host:${'x'.repeat(300)}\r\nmaster_port:6379\r\n`
    const reply = `$${text.length}\r\n${text}\r\n`
    void proxy.fault((args) => args.join(' ').toUpperCase() === 'INFO', { kind: 'answer', reply }, 9)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const client = await clients.open(replica, { profile: { endpoint } })
    expect(await readServerInfo(client)).toMatchObject({ role: 'replica', betterWay: null })
    await proxy.stop()
  })
})

test.each(['*1\r\n+x\r\n', ':7\r\n', '-ERR none of that\r\n', '$-1\r\n'])(
  'a node that answers CLUSTER INFO by %j is one of some, and opens',
  async (reply) => {
    const single = await startRedis({ config: ['cluster-enabled yes', 'cluster-port 0'] })
    const proxy = await startFaultProxy(single)
    const struck = proxy.fault('CLUSTER', { kind: 'answer', reply })
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const { id } = await connections.add(single.connection({ endpoint }), null)
    expect((await connections.open(id)).server).toMatchObject({ betterWay: { kind: 'cluster', nodes: null } })
    await struck
    await proxy.stop()
    await single.stop()
  },
)

describe('a node of a cluster', () => {
  test('tells how many there are; by itself it is all of it; without leave it is one of some', async () => {
    const cluster = await startCluster({ primaries: 2, replicas: 1 })
    try {
      const of = { kind: 'cluster', nodes: 4 }
      expect(await wayOf(cluster.primaries[0]!)).toEqual(of)
      // Not its primary: that is half of it as well.
      expect(await wayOf(cluster.replicas[0]!)).toEqual(of)
      await cluster.nodes[0]!.cli('ACL', 'SETUSER', 'lim', 'on', '>pw', '~*', '+@all', '-cluster')
      const client = await clients.open(cluster.nodes[0]!, { profile: { username: 'lim' }, password: 'pw' })
      expect(await readServerInfo(client)).toMatchObject({ betterWay: { kind: 'cluster', nodes: null } })
    } finally {
      await cluster.stop()
    }
    const single = await startRedis({ config: ['cluster-enabled yes', 'cluster-port 0'] })
    try {
      await single.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
      expect(await wayOf(single)).toBeNull()
    } finally {
      await single.stop()
    }
  })

  test('of a replica among them what it has can be read, by each connection to it', async () => {
    const cluster = await startCluster({ primaries: 2, replicas: 1 })
    try {
      const replica = cluster.replicas[cluster.primaries.indexOf(await cluster.ownerOf('orders'))]!
      await (await cluster.ownerOf('orders')).cli('XADD', 'orders', '1-0', 'n', '1')
      await expect.poll(() => replica.cli('DBSIZE')).toBe('1')
      const proxy = await startFaultProxy(replica)
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const { id } = await connections.add(replica.connection({ endpoint }), null)
      await connections.open(id)
      const key = Buffer.from('orders')
      const length = async () => String(await connections.source(id, 'orders').reader.call('XLEN', key))
      expect(await length()).toBe('1')
      const own = connections.topology(id).beside(key, 'blocking')
      await own.open()
      expect(String(await own.reader.call('XLEN', key))).toBe('1')
      own.close()
      proxy.cut()
      await expect.poll(() => length().catch(() => 'lost')).toBe('1')
      await proxy.stop()
    } finally {
      await cluster.stop()
    }
  })

  test('a user who may not read from a replica opens it all the same', async () => {
    const cluster = await startCluster({ primaries: 1, replicas: 1 })
    try {
      const [replica] = cluster.replicas
      await replica!.cli('ACL', 'SETUSER', 'lim', 'on', '>pw', '~*', '+@all', '-readonly')
      const { id } = await connections.add(replica!.connection({ username: 'lim' }), 'pw')
      expect(await connections.open(id)).toMatchObject({ state: 'open', server: { role: 'replica' } })
    } finally {
      await cluster.stop()
    }
  })

  test('of a cluster that was opened as such nothing better is known', async () => {
    const cluster = await startCluster({ primaries: 2 })
    try {
      const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }))
      const { id } = await connections.add(cluster.nodes[0]!.connection({ endpoint: { kind: 'cluster', nodes } }), null)
      expect((await connections.open(id)).server).toMatchObject({ mode: 'cluster', betterWay: null })
    } finally {
      await cluster.stop()
    }
  })
})

test('a sentinel tells whom it watches', async () => {
  const world = await startSentinels({ replicas: 0, sentinels: 1 })
  try {
    const { host, port } = world.sentinels[0]!
    const { id } = await connections.add(world.servers[0]!.connection({ endpoint: { kind: 'tcp', host, port } }), null)
    const { server } = await connections.open(id)
    expect(server).toMatchObject({ mode: 'sentinel', betterWay: { kind: 'sentinel', primaries: [PRIMARY_NAME] } })
    const { id: by } = await connections.add(world.connection(), null)
    expect((await connections.open(by)).server).toMatchObject({ role: 'master', betterWay: null })
  } finally {
    await world.stop()
  }
})
