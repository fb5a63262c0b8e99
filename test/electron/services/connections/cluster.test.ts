import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { grantWritePermit } from '../../../../electron/redis/write-permit'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../../helpers/redis-server'

let cluster: TestCluster
let connections: Connections
let dataDir: string
let memory = createMemoryLog()
beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 })
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  memory = createMemoryLog()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-cluster-'))
  const timings = { connectTimeoutMs: 2_000, commandTimeoutMs: 2_000, reconnectMs: 20 }
  connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: memory.log, timings })
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const profile = (...seeds: readonly TestRedis[]): ConnectionProfile =>
  (seeds[0] ?? cluster.nodes[0]!).connection({
    endpoint: { kind: 'cluster', nodes: seeds.map(({ host, port }) => ({ host, port })) },
  })
const opened = async (...seeds: readonly TestRedis[]): Promise<string> => {
  const { id } = await connections.add(profile(...seeds), null)
  await connections.open(id)
  return id
}
const name = ({ host, port }: Pick<TestRedis, 'host' | 'port'>) => `${host}:${port}`
const KEYS = Array.from({ length: 30 }, (_, at) => `s${at}`)
const writer = (id: string, key: string) =>
  connections.topology(id).clientOf(Buffer.from(key)).writer(grantWritePermit())
const write = (id: string, key: string) => writer(id, key).write('XADD', Buffer.from(key), '*', 'n', '1')
const length = async (id: string, key: string) =>
  Number(await connections.source(id, key).reader.call('XLEN', Buffer.from(key)))

test('from one node, be it a replica, all primaries are found; each key goes to its own', async () => {
  const id = await opened(cluster.replicas[1]!)
  const { state, nodes, server } = connections.status(id)
  expect(state).toBe('open')
  expect(server).toMatchObject({ mode: 'cluster', role: 'master' })
  expect(new Set(nodes.map(({ endpoint }) => endpoint))).toEqual(new Set(cluster.primaries.map(name)))
  expect(nodes.reduce((sum, { slots }) => sum + slots, 0)).toBe(16_384)
  for (const key of KEYS) {
    await write(id, key)
    expect(await (await cluster.ownerOf(key)).cli('EXISTS', key)).toBe('1')
  }
})

test('commands with a key of another slot go where it lies, and a pipeline is parted', async () => {
  const id = await opened(cluster.primaries[0]!)
  const [first = ''] = KEYS
  const { reader } = connections.source(id, first)
  await Promise.all(KEYS.map((key) => write(id, `p${key}`)))
  const lengths = await reader.pipeline(KEYS.map((key) => ['XLEN', Buffer.from(`p${key}`)] as const))
  expect(lengths.map(Number)).toEqual(KEYS.map(() => 1))
  await writer(id, first).write('XADD', Buffer.from(`p${KEYS[1]}`), '*', 'n', '2')
  expect(await length(id, `p${KEYS[1]}`)).toBe(2)
})

describe('a slot that moves', () => {
  const other = async (key: string): Promise<TestRedis> => {
    const owner = await cluster.ownerOf(key)
    return cluster.primaries.find((each) => each !== owner)!
  }

  test('reads, writes, transactions and pipelines follow it', async () => {
    const id = await opened(cluster.primaries[0]!)
    for (const [at, send] of [
      () => length(id, 'moves'),
      () => write(id, 'moves'),
      () => writer(id, 'moves').transaction([['XADD', Buffer.from('moves'), '*', 'n', '1']]),
      () => connections.source(id, 'moves').reader.pipeline([['XLEN', Buffer.from('moves')]]),
    ].entries()) {
      await cluster.moveSlot('moves', await other('moves'))
      const before = Number(await (await cluster.ownerOf('moves')).cli('XLEN', 'moves'))
      await send()
      const after = Number(await (await cluster.ownerOf('moves')).cli('XLEN', 'moves'))
      expect(after - before).toBe(at === 1 || at === 2 ? 1 : 0)
    }
    expect(await length(id, 'moves')).toBe(2)
  })

  test('while it moves, each command is done once, where the key is', async () => {
    const id = await opened(cluster.primaries[0]!)
    await write(id, 'asks')
    const to = await other('asks')
    await cluster.moveSlot('asks', to, async () => {
      await write(id, 'asks')
      await writer(id, 'asks').transaction([
        ['XADD', Buffer.from('asks'), '*', 'n', '1'],
        ['XADD', Buffer.from('asks'), '*', 'n', '2'],
      ])
      expect(await length(id, 'asks')).toBe(4)
      const [piped] = await connections.source(id, 'asks').reader.pipeline([['XLEN', Buffer.from('asks')]])
      expect(Number(piped)).toBe(4)
    })
    expect(await to.cli('XLEN', 'asks')).toBe('4')
  })

  test('what it is told is known to the connection afterwards', async () => {
    const id = await opened(cluster.primaries[0]!)
    await write(id, 'told')
    const to = await other('told')
    await cluster.moveSlot('told', to)
    await length(id, 'told')
    await expect
      .poll(() => connections.topology(id).serverOf(Buffer.from('told')).endpoint, { timeout: 10_000 })
      .toBe(name(to))
  })
})

describe('a node that is lost', () => {
  let own: TestCluster
  beforeAll(async () => {
    own = await startCluster({ replicas: 1 })
  })
  afterAll(() => own.stop())

  test('holds up only what lies on it; its replica takes over, and what is sent then arrives', async () => {
    const id = await opened(own.primaries[1]!, own.primaries[2]!)
    const on = async (node: TestRedis): Promise<string> => {
      for (const key of KEYS) if ((await own.ownerOf(key)) === node) return key
      throw new Error('no key lies there')
    }
    const [lost, stays] = [await on(own.primaries[0]!), await on(own.primaries[1]!)]
    await write(id, lost)
    await expect.poll(() => own.replicas[0]!.cli('INFO', 'keyspace')).toContain('keys=1')
    await own.primaries[0]!.kill()
    await expect(length(id, lost)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(await length(id, stays)).toBe(0)
    expect(connections.status(id).state).toBe('open')
    expect(await connections.whenReady(id, lost, AbortSignal.timeout(20_000))).toBe(true)
    expect(await length(id, lost)).toBe(1)
    await write(id, lost)
    expect(await own.replicas[0]!.cli('XLEN', lost)).toBe('2')
    await expect
      .poll(() =>
        connections
          .status(id)
          .nodes.map(({ endpoint, state }) => [endpoint, state])
          .sort(),
      )
      .toEqual([own.replicas[0]!, own.primaries[1]!, own.primaries[2]!].map((node) => [name(node), 'open']).sort())
  }, 60_000)

  test('one that is lost, and whose place nobody takes, is named by who asks for it', async () => {
    const alone = await startCluster()
    const id = await opened(alone.primaries[0]!)
    const key = KEYS[0]!
    const owner = await alone.ownerOf(key)
    const rest = alone.primaries.filter((each) => each !== owner)
    await owner.kill()
    await expect(length(id, key)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    connections.close(id)
    await connections.save({ id, profile: profile(...rest) })
    await connections.open(id)
    expect(() => connections.server(id, key)).toThrow(
      expect.objectContaining({
        code: 'UNREACHABLE',
        data: expect.objectContaining({ endpoint: name(owner) }) as unknown,
      }),
    )
    await alone.stop()
  })

  test('from seeds of which only the last one lives', async () => {
    const id = await opened(own.primaries[0]!, own.replicas[2]!)
    expect(connections.status(id).state).toBe('open')
  })
})

describe('what can not be opened', () => {
  const failing = async (made: ConnectionProfile, password: string | null = null) => {
    const { id } = await connections.add(made, password)
    const error: unknown = await connections.open(id).catch((reason: unknown) => reason)
    expect(connections.status(id)).toMatchObject({ state: 'failed', nodes: [], server: null })
    expect(() => connections.topology(id)).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }))
    return error
  }

  test('a server that is no cluster', async () => {
    await withRedis(async (redis) => {
      expect(await failing(profile(redis))).toMatchObject({ code: 'UNREACHABLE', data: { reason: 'no-cluster' } })
    })
  })

  test('a cluster that was never made', async () => {
    const redis = await startRedis({ config: ['cluster-enabled yes', 'cluster-port 0'] }).catch(() =>
      startRedis({ config: ['cluster-enabled yes'] }),
    )
    expect(await failing(profile(redis))).toMatchObject({ code: 'UNREACHABLE', data: { reason: 'no-slots' } })
    await redis.stop()
  })

  test.each([
    ['-NOPERM User default has no permissions to run the ‘cluster|slots’ command\r\n', 'slots-denied'],
    ['-LOADING Redis is loading the dataset in memory\r\n', 'loading'],
    ['-ERR something else\r\n', 'other'],
    ['+OK\r\n', 'not-redis'],
    ['*1\r\n+x\r\n', 'not-redis'],
    ['*0\r\n', 'no-slots'],
  ])('one that answers CLUSTER SLOTS by %j: %s', async (reply, reason) => {
    const proxy = await startFaultProxy(cluster.primaries[0]!)
    const struck = proxy.fault((args) => /^cluster slots$/i.test(args.join(' ')), { kind: 'answer', reply })
    const at = { host: proxy.host, port: proxy.port }
    const error = await failing(cluster.nodes[0]!.connection({ endpoint: { kind: 'cluster', nodes: [at] } }))
    expect(error).toMatchObject({ code: 'UNREACHABLE', data: { reason, endpoint: name(at) } })
    await struck
    await proxy.stop()
  })

  test('no seed that answers; a password that is wrong', async () => {
    const redis = await startRedis({ password: 'secret-word' })
    const at = { host: redis.host, port: redis.port }
    expect(await failing(redis.connection({ endpoint: { kind: 'cluster', nodes: [at] } }), 'wrong-word')).toMatchObject(
      {
        data: { reason: 'password-wrong' },
      },
    )
    expect(memory.text()).not.toContain('wrong-word')
    await redis.stop()
    expect(await failing(profile(redis))).toMatchObject({ data: { reason: 'refused' } })
  })
})

test('one connection that becomes a cluster, and one server again, is followed all along', async () => {
  const node = cluster.primaries[0]!
  const { id } = await connections.save({ profile: node.connection() })
  const leave = new AbortController()
  const seen: string[] = []
  const watching = (async () => {
    for await (const { state, nodes } of connections.watch(id, leave.signal)) seen.push(`${state} ${nodes.length}`)
  })()
  await connections.open(id)
  await connections.save({ id, profile: profile(node) })
  await connections.open(id)
  await expect.poll(() => seen.at(-1)).toBe('open 3')
  await connections.save({ id, profile: node.connection() })
  await connections.open(id)
  await expect.poll(() => seen.at(-1)).toBe('open 0')
  leave.abort()
  await watching
})

test('a closed one sends nothing more, and leaves no connection behind', async () => {
  const id = await opened(cluster.primaries[0]!)
  const { reader } = connections.source(id, 's1')
  const waiting = connections.whenReady(id, 's1')
  expect(await waiting).toBe(true)
  connections.close(id)
  await expect(reader.call('XLEN', 's1')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  await expect(connections.whenReady(id, 's1')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  for (const node of cluster.primaries) {
    await expect.poll(() => node.cli('CLIENT', 'LIST')).not.toContain('name=sluice')
  }
})

test.each([0, 1, 5, 20, 60])(
  'closed %i ms after it began to open, it leaves no connection, and opens again',
  async (afterMs) => {
    const { id } = await connections.add(profile(cluster.primaries[0]!, cluster.primaries[1]!), null)
    const opening = connections.open(id).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    connections.close(id)
    await opening
    expect(connections.status(id).state).toBe('closed')
    for (const node of cluster.primaries)
      await expect.poll(() => node.cli('CLIENT', 'LIST')).not.toContain('name=sluice')
    expect(await connections.open(id)).toMatchObject({ state: 'open' })
  },
)

test('a replica that was asked first, and is promoted later, is written to as any primary', async () => {
  const [primary, replica] = [cluster.primaries[0]!, cluster.replicas[0]!]
  const key = 'mine'
  await cluster.moveSlot(key, primary)
  const id = await opened(replica)
  expect(connections.server(id, key)).toMatchObject({ role: 'master' })
  await cluster.failOver(primary)
  await write(id, key)
  await expect.poll(() => connections.server(id, key).role, { timeout: 20_000 }).toBe('master')
  await expect.poll(() => connections.topology(id).serverOf(Buffer.from(key)).endpoint).toBe(name(replica))
  expect(connections.server(id, key).capabilities.xclaim).toEqual({ available: true, reason: null })
  expect(connections.anyServer(id)).toMatchObject({ role: 'master' })
})
