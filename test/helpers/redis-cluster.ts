import { struck } from './faults-struck'
import { freePort } from './server-process'
import { startRedis, type RedisSetup, type TestRedis } from './redis-server'

export interface TestCluster {
  /** The primaries as the cluster was made; then their replicas, in the same order. */
  readonly primaries: readonly TestRedis[]
  readonly replicas: readonly TestRedis[]
  readonly nodes: readonly TestRedis[]
  /** Who has the slot of this key now, as node 0 has it. */
  /** Who has the slot of this key, as one of them sees it: any that answers, or this one. */
  ownerOf(key: string, as?: TestRedis): Promise<TestRedis>
  /** Makes the replica of this primary take its place, as an operator would. */
  failOver(primary: TestRedis): Promise<void>
  /** Moves the slot of this key, with all keys in it, to another primary; `midway` runs before the slot is given over. */
  moveSlot(key: string, to: TestRedis, midway?: () => Promise<unknown>): Promise<void>
  stop(): Promise<void>
}

const SLOTS = 16_384
// Each server ends with this process, by a listener of its own.
process.setMaxListeners(Math.max(process.getMaxListeners(), 64))

/** A real cluster on loopback. `replicas`: of each primary, 0 or 1. */
export async function startCluster(
  { primaries: count = 3, replicas: copies = 0 }: { readonly primaries?: number; readonly replicas?: 0 | 1 } = {},
  setup: RedisSetup = {},
): Promise<TestCluster> {
  const nodes = await Promise.all(Array.from({ length: count * (1 + copies) }, () => startNode(setup)))
  const [primaries, replicas] = [nodes.slice(0, count), nodes.slice(count)]
  const [first] = nodes
  if (!first) throw new Error('a cluster of nobody')
  const busOf = async (node: TestRedis): Promise<string> =>
    /^cluster-port\n(\d+)/.exec(await node.cli('CONFIG', 'GET', 'cluster-port'))?.[1] ?? ''
  for (const [at, node] of primaries.entries()) {
    const [from, to] = [Math.floor((at * SLOTS) / count), Math.floor(((at + 1) * SLOTS) / count) - 1]
    await node.cli('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
    await node.cli('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1))
  }
  for (const node of nodes.slice(1)) {
    await first.cli('CLUSTER', 'MEET', node.host, String(node.port), await busOf(node))
  }
  await until(async () =>
    (await Promise.all(nodes.map((node) => node.cli('CLUSTER', 'NODES')))).every(
      // While it shakes hands a node goes by a name of no meaning.
      (text) => text.split('\n').length === nodes.length && !text.includes('handshake'),
    ),
  )
  for (const [at, replica] of replicas.entries()) {
    await replica.cli('CLUSTER', 'REPLICATE', await idOf(primaries[at] ?? first))
  }
  await until(async () => {
    const told = await Promise.all(nodes.map((node) => node.cli('CLUSTER', 'INFO')))
    const links = await Promise.all(replicas.map((node) => node.cli('INFO', 'replication')))
    return (
      told.every((text) => text.includes('cluster_state:ok')) &&
      links.every((text) => text.includes('master_link_status:up'))
    )
  })

  const atPort = (port: number): TestRedis => {
    const node = nodes.find((each) => each.port === port)
    if (!node) throw new Error(`no node at ${port}`)
    return node
  }
  const alive = async (): Promise<TestRedis> => {
    for (const node of nodes) if ((await node.cli('PING').catch(() => '')) === 'PONG') return node
    throw new Error('no node answers')
  }
  const ownerOf = async (key: string, as?: TestRedis): Promise<TestRedis> => {
    const node = as ?? (await alive())
    const slot = Number(await node.cli('CLUSTER', 'KEYSLOT', key))
    for (const line of (await node.cli('CLUSTER', 'NODES')).split('\n')) {
      const [, address = '', flags = '', , , , , , ...ranges] = line.split(' ')
      if (!flags.includes('master') || flags.includes('fail')) continue
      const has = ranges.some((range) => {
        const [from = NaN, to = from] = range.split('-').map(Number)
        return slot >= from && slot <= to
      })
      if (has) return atPort(Number(/:(\d+)@/.exec(address)?.[1]))
    }
    throw new Error(`nobody has slot ${slot}`)
  }

  return {
    ...{ primaries, replicas, nodes, ownerOf },
    async failOver(primary) {
      const replica = replicas[primaries.indexOf(primary)]
      if (!replica) throw new Error('it has no replica')
      struck('failover of a cluster')
      await until(() =>
        replica.cli('CLUSTER', 'FAILOVER', 'TAKEOVER').then(
          () => true,
          () => false,
        ),
      )
      await until(async () => (await replica.cli('ROLE')).startsWith('master'))
    },
    async moveSlot(key, to, midway) {
      struck('slot moved')
      const from = await ownerOf(key)
      const slot = await from.cli('CLUSTER', 'KEYSLOT', key)
      const [fromId, toId] = [await idOf(from), await idOf(to)]
      await to.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId)
      await from.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId)
      const keys = (await from.cli('CLUSTER', 'GETKEYSINSLOT', slot, '1000')).split('\n').filter((each) => each !== '')
      for (const each of keys) await from.cli('MIGRATE', to.host, String(to.port), each, '0', '5000')
      await midway?.()
      for (const node of [to, from, ...primaries.filter((each) => each !== to && each !== from)]) {
        await node.cli('CLUSTER', 'SETSLOT', slot, 'NODE', toId).catch(() => undefined)
      }
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}

/** Another may get the bus's port between our asking and its binding. */
async function startNode(setup: RedisSetup): Promise<TestRedis> {
  for (let attempt = 1; ; attempt += 1) {
    // The bus is 10 000 beyond the port by default, and so beyond the last one.
    const own = [`cluster-port ${await freePort()}`, 'cluster-enabled yes', 'cluster-node-timeout 1000']
    const config = [...own, 'cluster-replica-validity-factor 0', ...(setup.config ?? [])]
    try {
      return await startRedis({ ...setup, config })
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

async function idOf(node: TestRedis): Promise<string> {
  return node.cli('CLUSTER', 'MYID')
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the cluster did not come together')
}
