import type { Redis } from 'ioredis'
import type { ConnectionProfile, SecretPurpose } from '../../../../shared/model/connection'
import type { HostKey } from '../../../../shared/model/host-key'
import { startCluster } from '../../../helpers/redis-cluster'
import { startSentinels } from '../../../helpers/redis-sentinel'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { makeSshKey } from '../../../helpers/ssh-keys'
import { noSshd, startSshd } from '../../../helpers/ssh-server'

/** Servers, and how a person would connect to them. */
export interface WayIn {
  readonly profile: ConnectionProfile
  readonly password?: string
  readonly secrets?: { readonly [P in SecretPurpose]?: string }
  /** Of the SSH server on the way, which a person accepted. */
  readonly hostKey?: HostKey
  /** A client of the server that this key is written to. */
  directOf(key: string): Promise<Redis>
  stop(): Promise<void>
}

/** The same servers, through an SSH server. */
async function throughSsh(way: WayIn): Promise<WayIn> {
  const key = await makeSshKey()
  const sshd = await startSshd({ authorized: [key] })
  const { type, fingerprint } = sshd.hostKey
  return {
    ...way,
    profile: { ...way.profile, ssh: { ...sshd.hop(), jump: null } },
    secrets: { ...way.secrets, 'ssh-key': key.private },
    hostKey: { host: sshd.host, port: sshd.port, type, fingerprint },
    async stop() {
      await sshd.stop()
      await way.stop()
    },
  }
}

const one = async (redis: TestRedis, way: Omit<WayIn, 'directOf' | 'stop'>): Promise<WayIn> => {
  const direct = redis.client({ stringNumbers: true })
  return { ...way, directOf: () => Promise.resolve(direct), stop: () => redis.stop() }
}

const ways = {
  async tcp(version: string) {
    const redis = await startRedis({ version, password: 'word' })
    return one(redis, { profile: redis.connection(), password: 'word' })
  },
  async unix(version: string) {
    const redis = await startRedis({ version, unixSocket: true })
    return one(redis, { profile: redis.connection({ endpoint: { kind: 'unix', path: redis.unixSocket } }) })
  },
  async TLS(version: string) {
    const redis = await startRedis({ version, tls: true })
    return one(redis, { profile: redis.connection() })
  },
  async mTLS(version: string) {
    const redis = await startRedis({ version, tls: true, config: ['tls-auth-clients yes'] })
    const { ca, cert, key } = redis.tls!
    const tls = { ca, cert, serverName: '', verify: true }
    return one(redis, { profile: redis.connection({ tls }), secrets: { 'tls-key': key } })
  },
  async cluster(version: string): Promise<WayIn> {
    const cluster = await startCluster({ primaries: 3 }, { version })
    const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }))
    const clients = new Map(cluster.nodes.map((node) => [node, node.client({ stringNumbers: true })]))
    return {
      profile: cluster.nodes[0]!.connection({ endpoint: { kind: 'cluster', nodes: nodes.slice(0, 1) } }),
      directOf: async (key) => clients.get(await cluster.ownerOf(key))!,
      stop: () => cluster.stop(),
    }
  },
  async sentinel(version: string): Promise<WayIn> {
    const world = await startSentinels({ server: { version }, sentinel: { version, password: 'own' } })
    const direct = (await world.primary()).client({ stringNumbers: true })
    return {
      profile: world.connection(),
      secrets: { 'sentinel-password': 'own' },
      directOf: () => Promise.resolve(direct),
      stop: () => world.stop(),
    }
  },
}

/** Every way in there is, by the name that the table has for it. */
export const WAYS: Readonly<Record<string, (version: string) => Promise<WayIn>>> = {
  ...ways,
  ...(noSshd === null && {
    SSH: async (version: string) => throughSsh(await ways.tcp(version)),
    'SSH+cluster': async (version: string) => throughSsh(await ways.cluster(version)),
  }),
}

/** A replica, and its primary, which `directOf` is of. */
export async function startReplica(version: string): Promise<WayIn & { readonly replica: Redis }> {
  const [primary, replica] = await Promise.all([startRedis({ version }), startRedis({ version })])
  await replica.cli('REPLICAOF', primary.host, String(primary.port))
  const direct = primary.client({ stringNumbers: true })
  // Resolves with 1 once the replica has what was written.
  while (String(await direct.wait(1, 1_000)) !== '1') continue
  return {
    profile: replica.connection(),
    replica: replica.client({ stringNumbers: true }),
    directOf: () => Promise.resolve(direct),
    async stop() {
      await Promise.all([primary.stop(), replica.stop()])
    },
  }
}
