import { Cluster, type Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StreamSummary } from '../../../../shared/model/stream'
import { displayBytes } from '../../../../shared/bytes'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { openSluice, type Sluice } from '../recovery/recovery-kit'

let cluster: TestCluster
let direct: Redis
let sluice: Sluice
const KEYS = Array.from({ length: 40 }, (_, at) => `s${at}`)
beforeAll(async () => {
  cluster = await startCluster()
  const seeds = cluster.nodes.map(({ host, port }) => ({ host, port }))
  direct = new Cluster(seeds, { redisOptions: { stringNumbers: true } }) as unknown as Redis
  for (const key of KEYS) {
    await direct.xadd(key, '1-0', 'n', key)
    await direct.xgroup('CREATE', key, 'g', '0')
  }
})
afterAll(async () => {
  direct.disconnect()
  await cluster.stop()
})
beforeEach(async () => {
  const [seed] = cluster.nodes
  const nodes = [{ host: seed!.host, port: seed!.port }]
  sluice = await openSluice(seed!.connection({ endpoint: { kind: 'cluster', nodes } }), null, {
    timings: { connectTimeoutMs: 2_000, commandTimeoutMs: 2_000, reconnectMs: 20 },
  })
})
afterEach(() => sluice.stop())

async function discovered(): Promise<readonly string[]> {
  const found: string[] = []
  for await (const event of await sluice.api.stream.discover({ connectionId: sluice.connectionId, fresh: true })) {
    found.push(...event.keys.map(displayBytes))
    if (event.state !== 'scanning') {
      expect(event).toMatchObject({ state: 'done', error: null })
      break
    }
  }
  return found.sort()
}

test('streams of every node are found, and each is looked at where it lies', async () => {
  expect(await discovered()).toEqual([...KEYS].sort())
  const { connectionId } = sluice
  const told = (await sluice.api.stream.summaries({ connectionId, keys: KEYS })) as readonly StreamSummary[]
  expect(told.map(({ key, length, error }) => [key, length, error])).toEqual(KEYS.map((key) => [key, 1, null]))
})

test('the walk of the host tells all of them', async () => {
  const known = new Map<string, number>()
  void discovered()
  for await (const event of await sluice.api.monitoring.watch({ connectionId: sluice.connectionId })) {
    if (event.kind === 'streams')
      for (const { summary } of event.streams) known.set(displayBytes(summary.key), summary.length)
    if (known.size === KEYS.length) break
  }
  expect([...known.values()].every((length) => length === 1)).toBe(true)
})

test('a node whose line was lost is read again once it is back, with refresh off as well', async () => {
  const { api, connectionId } = sluice
  await api.host.saveSettings({ refreshSeconds: 0 })
  const key = KEYS.at(-1) ?? ''
  const owner = await cluster.ownerOf(key)
  const known = new Map<string, number>()
  void discovered()
  let isCut = false
  for await (const event of await api.monitoring.watch({ connectionId })) {
    if (event.kind !== 'streams') continue
    for (const { summary } of event.streams) known.set(displayBytes(summary.key), summary.length)
    if (known.get(key) === 2) break
    if (known.size < KEYS.length || isCut) continue
    isCut = true
    await owner.cli('XADD', key, '2-0', 'n', 'new')
    await owner.cli('CLIENT', 'KILL', 'TYPE', 'normal')
  }
  expect(known.get(key)).toBe(2)
})

test('the live tail of a stream of any node', async () => {
  const { connectionId, api } = sluice
  for (const key of KEYS.slice(0, 6)) {
    const stop = new AbortController()
    const seen: string[] = []
    const tailing = (async () => {
      for await (const { entries } of await api.entry.tail({ connectionId, key }, { signal: stop.signal })) {
        seen.push(...entries.map(({ id }) => id))
      }
    })().catch(() => undefined)
    const owner = await cluster.ownerOf(key)
    await expect.poll(() => owner.cli('INFO', 'clients')).toContain('blocked_clients:1')
    await direct.xadd(key, '2-0', 'n', 'new')
    await expect.poll(() => seen).toEqual(['2-0'])
    stop.abort()
    await tailing
    await expect.poll(() => owner.cli('INFO', 'clients')).toContain('blocked_clients:0')
  }
})
