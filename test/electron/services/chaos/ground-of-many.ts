import type { Redis } from 'ioredis'
import { struck } from '../../../helpers/faults-struck'
import { startCluster } from '../../../helpers/redis-cluster'
import { startSentinels } from '../../../helpers/redis-sentinel'
import { HASTE } from '../recovery/failover-kit'
import { openSluice } from '../recovery/recovery-kit'
import { until, type Ground } from './ground'

/** Three primaries with a replica each. */
export async function aCluster(key: string): Promise<Ground> {
  const cluster = await startCluster({ replicas: 1 })
  const [first] = cluster.nodes
  if (!first) throw new Error('a cluster of nobody')
  const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }))
  const sluice = await openSluice(first.connection({ endpoint: { kind: 'cluster', nodes } }), null, { timings: HASTE })
  const direct = async (): Promise<Redis> => (await cluster.ownerOf(key)).client({ stringNumbers: true })
  const pairs = cluster.primaries.map((primary, at) => [primary, cluster.replicas[at]] as const)
  /** Who has the slot, and who would take over. */
  const pair = async () => {
    const owner = await cluster.ownerOf(key)
    const two = pairs.find((each) => each.includes(owner)) ?? [owner, undefined]
    return { owner, other: two.find((each) => each !== owner) }
  }
  /** All agree on who has the slot, and who would take over follows that one. */
  const linked = (): Promise<void> =>
    until(async () => {
      const { owner, other } = await pair()
      if (!(await owner.cli('ROLE')).startsWith('master')) return false
      const views = await Promise.all(cluster.nodes.map((node) => cluster.ownerOf(key, node)))
      if (views.some((seen) => seen !== owner)) return false
      const told = await other?.cli('INFO', 'replication')
      return told?.includes('master_link_status:up') === true && told.includes(`master_port:${owner.port}`)
    })
  return {
    sluice,
    direct,
    replicas: 1,
    settled: linked,
    faults: {
      'failed over by hand': {
        takes: 'writes',
        async strike() {
          struck('failover of a cluster')
          const { owner, other } = await pair()
          await other?.cli('CLUSTER', 'FAILOVER', 'TAKEOVER')
          return async () => {
            await until(async () => (await cluster.ownerOf(key)) !== owner)
            await linked()
          }
        },
      },
      'its primary is killed': {
        takes: 'writes',
        async strike() {
          const { owner, other } = await pair()
          await owner.kill()
          return async () => {
            await until(async () => (await other?.cli('ROLE'))?.startsWith('master') === true)
            await owner.restart()
            await linked()
          }
        },
      },
      'a slot moves': {
        takes: 'nothing',
        async strike(at) {
          const owner = await cluster.ownerOf(key)
          const roles = await Promise.all(cluster.nodes.map((node) => node.cli('ROLE')))
          const others = cluster.nodes.filter((node, index) => node !== owner && roles[index]?.startsWith('master'))
          const to = others[at % others.length]
          if (to) await cluster.moveSlot(key, to)
          return async () => void (await until(async () => (await cluster.ownerOf(key)) === to))
        },
      },
      'its primary stands still for a moment': {
        takes: 'writes',
        async strike() {
          const { owner, other } = await pair()
          owner.freeze()
          return async () => {
            owner.thaw()
            // The other may have taken over meanwhile, or not; one of them has it.
            await until(async () => {
              const roles = await Promise.all([owner, other].map(async (each) => each?.cli('ROLE')))
              return roles.filter((role) => role?.startsWith('master')).length === 1
            })
            await linked()
          }
        },
      },
    },
    async stop() {
      for (const node of cluster.nodes) node.thaw()
      await sluice.stop()
      await cluster.stop()
    },
  }
}

/** A primary and two replicas, with three sentinels. */
export async function bySentinels(): Promise<Ground> {
  const world = await startSentinels({ replicas: 2 })
  const sluice = await openSluice(world.connection(), null, { timings: HASTE })
  const linked = (): Promise<void> =>
    until(async () => {
      const primary = await world.primary()
      const others = world.servers.filter((server) => server !== primary)
      const told = await Promise.all(others.map((each) => each.cli('INFO', 'replication')))
      const isUp = (text: string): boolean =>
        text.includes('master_link_status:up') && text.includes(`master_port:${primary.port}`)
      return told.every(isUp) && (await primary.cli('INFO', 'replication')).includes('connected_slaves:2')
    })
  return {
    sluice,
    direct: async () => (await world.primary()).client({ stringNumbers: true }),
    replicas: 2,
    settled: linked,
    faults: {
      'failed over by hand': {
        takes: 'writes',
        async strike() {
          const failing = world.failOver()
          return async () => {
            await failing
            await linked()
          }
        },
      },
      'its primary is killed': {
        takes: 'writes',
        async strike() {
          const before = await world.primary()
          await before.kill()
          return async () => {
            await until(async () => (await world.primary()) !== before)
            const primary = await world.primary()
            await before.restart()
            // As an operator would, rather than wait for the sentinels to notice.
            await before.cli('REPLICAOF', primary.host, String(primary.port))
            await linked()
          }
        },
      },
      'a sentinel stands still': {
        takes: 'nothing',
        strike(at) {
          const one = world.sentinels[at % world.sentinels.length]
          one?.freeze()
          return Promise.resolve(() => Promise.resolve(one?.thaw()))
        },
      },
    },
    async stop() {
      for (const each of [...world.servers, ...world.sentinels]) each.thaw()
      await sluice.stop()
      await world.stop()
    },
  }
}
