import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import type { OwnedClient } from '../../../../electron/redis/client'
import type { Topology } from '../../../../electron/redis/topology'
import { summarizeAll } from '../../../../electron/services/inspection/summaries'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

/** What a cluster will be to the services: two servers, each with keys of its own. */
const clients = useSluiceClients()
let servers: readonly TestRedis[] = []
let feeds: readonly Redis[] = []
beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()])
  feeds = servers.map((server) => server.client())
})
afterAll(() => Promise.all(servers.map((server) => server.stop())))

async function twoServers(): Promise<Topology> {
  const [even, odd] = (await Promise.all(servers.map((server) => clients.open(server)))) as [OwnedClient, OwnedClient]
  const clientOf = (key: Buffer): OwnedClient => (Number(key.toString().slice(1)) % 2 === 0 ? even : odd)
  return {
    clientOf,
    serverOf: clientOf,
    beside: (key, purpose) => clientOf(key).beside(purpose),
    primaries: () => [even, odd],
    layout: () => Promise.resolve(0),
  }
}

test('each stream is looked at where it lies, and told in the order asked for', async () => {
  const topology = await twoServers()
  for (let at = 0; at < 6; at += 1) {
    for (let entry = 1; entry <= at + 1; entry += 1) await feeds[at % 2]?.xadd(`s${at}`, `${entry}-0`, 'n', at)
  }
  const told = await summarizeAll(topology, ['s5', 's2', 's1', 's0', 's9'], defaultThresholds)
  expect(told.map(({ key, length }) => [key, length])).toEqual([
    ['s5', 6],
    ['s2', 3],
    ['s1', 2],
    ['s0', 1],
    ['s9', 0],
  ])
})

test('one server that does not answer fails its own streams, and no others', async () => {
  const topology = await twoServers()
  ;(topology.clientOf(Buffer.from('s1')) as OwnedClient).close()
  const told = await summarizeAll(topology, ['s0', 's1'], defaultThresholds)
  expect(told.map(({ key, error }) => [key, error?.code ?? null])).toEqual([
    ['s0', null],
    ['s1', 'UNREACHABLE'],
  ])
})
