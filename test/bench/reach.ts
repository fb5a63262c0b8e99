import type { Job } from '../../shared/model/job'
import type { ConnectionProfile, SecretPurpose } from '../../shared/model/connection'
import { startCluster } from '../helpers/redis-cluster'
import { startRedis } from '../helpers/redis-server'
import { startSlowLine } from '../helpers/slow-line'
import { makeSshKey } from '../helpers/ssh-keys'
import { noSshd, startSshd } from '../helpers/ssh-server'
import { heldBy, measureDiscovery, reassign } from './backend'
import { atMost, median, spread, timed, type Figure } from './figures'
import type { HostClient } from './host-client'
import { BIG, HOLDER, seedBig, seedKeys, type Amounts } from './seed'
import { follow, until } from './watching'

type Client = HostClient['client']

const TARGET = 'our-target'
/** Each way, ms: there and back again is one round trip. */
const DELAY_MS = 50
const PAINTS = 5

/** What is further away than one server on this machine: a cluster of three primaries, and a server behind an SSH server. */
export async function measureReach(
  client: Client,
  amounts: Amounts,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const figures = await measureCluster(client, amounts, say)
  if (noSshd !== null) {
    say(`not measured through SSH: ${noSshd}`)
    return figures
  }
  return [...figures, ...(await measureSsh(client))]
}

async function opened(
  client: Client,
  profile: ConnectionProfile,
  secrets: { readonly [P in SecretPurpose]?: string } = {},
): Promise<string> {
  const { id: connectionId } = await client.connection.save({ profile, secrets: { password: null, ...secrets } })
  await client.connection.open({ connectionId })
  return connectionId
}

async function measureCluster(
  client: Client,
  amounts: Amounts,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const cluster = await startCluster()
  const alone = await startRedis()
  try {
    const nodes = cluster.primaries.map((node) => node.client())
    const owner = (await cluster.ownerOf(BIG)).client()
    await seedKeys(nodes, amounts)
    for (const each of [owner, alone.client()]) await seedBig(each, { ...amounts, entries: amounts.pending * 2 })
    say(`seeded ${amounts.streams} streams among ${amounts.keys} keys on ${nodes.length} primaries`)
    const endpoint = {
      kind: 'cluster',
      nodes: cluster.primaries.map(({ host, port }) => ({ host, port })),
    } as const
    const [first] = cluster.primaries
    if (!first) throw new Error('a cluster of nobody')
    const connectionId = await opened(client, first.connection({ name: 'cluster', endpoint }))
    const standalone = await opened(client, alone.connection({ name: 'alone' }))
    const discovery = await measureDiscovery({ client, connectionId, nodes, streams: amounts.streams })

    const inCluster: number[] = []
    const onOne: number[] = []
    const amount = await heldBy(owner, HOLDER)
    for (let round = 0; round < 3; round += 1) {
      for (const [from, to] of [[HOLDER, TARGET] as const, [TARGET, HOLDER] as const]) {
        const seen: Job[] = []
        onOne.push(await timed(() => reassign({ client, connectionId: standalone }, from, to, seen)))
        inCluster.push(await timed(() => reassign({ client, connectionId }, from, to, seen)))
        const moved = await heldBy(owner, to)
        if (moved !== amount) throw new Error(`reassigned ${moved} of ${amount} in the cluster`)
      }
    }
    for (const id of [connectionId, standalone]) await client.connection.close({ connectionId: id })
    return [
      discovery,
      {
        name: `reassign ${amount} entries in a cluster ÷ on one server`,
        value: median(inCluster) / median(onOne),
        unit: '×',
        aim: atMost(1.2),
        from: `${spread(inCluster)} ÷ ${spread(onOne)}`,
      },
    ]
  } finally {
    await cluster.stop()
    await alone.stop()
  }
}

/** The figures of a screen of 30 streams, over a line of 100 ms there and back, in such round trips. */
async function measureSsh(client: Client): Promise<readonly Figure[]> {
  const redis = await startRedis()
  const key = await makeSshKey()
  const sshd = await startSshd({ authorized: [key] })
  const lines = await Promise.all(
    [redis, sshd].map((target) => startSlowLine(target, { delayMs: DELAY_MS, bytesPerSecond: Infinity })),
  )
  const [toRedis, toSshd] = lines
  if (!toRedis || !toSshd) throw new Error('no line')
  try {
    const pipeline = redis.client().pipeline()
    for (let at = 0; at < 30; at += 1) {
      pipeline.xadd(`far:${at}`, '*', 'n', at)
      pipeline.xgroup('CREATE', `far:${at}`, 'g', '0')
    }
    await pipeline.exec()
    const { type, fingerprint } = sshd.hostKey
    await client.connection.trustHostKey({ host: toSshd.host, port: toSshd.port, type, fingerprint })
    const endpoint = { kind: 'tcp', host: toRedis.host, port: toRedis.port } as const
    const direct = { profile: redis.connection({ name: 'far', endpoint }), secrets: {} }
    const hop = { ...sshd.hop({ host: toSshd.host, port: toSshd.port }), jump: null }
    const through = {
      profile: redis.connection({ name: 'through SSH', ssh: hop }),
      secrets: { 'ssh-key': key.private },
    }
    const [bare, ssh] = [await paints(client, direct), await paints(client, through)]
    const trips = (ms: number): number => ms / (DELAY_MS * 2)
    const more = (name: string, of: 'openMs' | 'paintMs', aim: Figure['aim']): Figure => {
      const [theirs, ours] = [bare, ssh].map((all) => all.map((each) => each[of])) as [number[], number[]]
      return {
        ...{ name, aim, unit: '' },
        value: trips(median(ours) - median(theirs)),
        from: `${spread(ours)} − ${spread(theirs)}, at ${DELAY_MS * 2} ms each`,
      }
    }
    return [
      more('first figures through SSH: round trips more', 'paintMs', atMost(2)),
      more('to be connected through SSH: round trips more', 'openMs', null),
    ]
  } finally {
    await Promise.all(lines.map((line) => line.stop()))
    await sshd.stop()
    await redis.stop()
  }
}

interface Paint {
  readonly openMs: number
  /** From there, until the figures of all streams on the screen are told. */
  readonly paintMs: number
}

async function paints(
  client: Client,
  {
    profile,
    secrets,
  }: { readonly profile: ConnectionProfile; readonly secrets: { readonly [P in SecretPurpose]?: string } },
): Promise<readonly Paint[]> {
  const { id: connectionId } = await client.connection.save({ profile, secrets: { password: null, ...secrets } })
  const all: Paint[] = []
  for (let round = 0; round < PAINTS; round += 1) {
    const openMs = await timed(() => client.connection.open({ connectionId }))
    const paintMs = await timed(async () => {
      const leaving = new AbortController()
      const readAtMs = new Map<string, number>()
      const following = follow(client, connectionId, leaving.signal, readAtMs, 'far:')
      await until(() => readAtMs.size === 30)
      leaving.abort()
      await following.catch(() => undefined)
    })
    all.push({ openMs, paintMs })
    await client.connection.close({ connectionId })
  }
  return all
}
