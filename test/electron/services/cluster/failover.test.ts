import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import type { TestRedis } from '../../../helpers/redis-server'
import { GROUP, ofConsumer, openSluice, type Sluice } from '../recovery/recovery-kit'

const KEY = 'big'
const COUNT = 20_000
let cluster: TestCluster
let sluice: Sluice
let primary: TestRedis
let replica: TestRedis
beforeEach(async () => {
  cluster = await startCluster({ replicas: 1 })
  primary = await cluster.ownerOf(KEY)
  replica = cluster.replicas[cluster.primaries.indexOf(primary)]!
  const direct = primary.client({ stringNumbers: true })
  for (let from = 0; from < COUNT; from += 1_000) {
    const pipeline = direct.pipeline()
    for (let at = from + 1; at <= from + 1_000; at += 1) pipeline.xadd(KEY, `${at}-0`, 'n', at)
    await pipeline.exec()
  }
  await direct.xgroup('CREATE', KEY, GROUP, '0')
  await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', COUNT, 'STREAMS', KEY, '>')
  await direct.xgroup('CREATECONSUMER', KEY, GROUP, 'bob')
  await direct.wait(1, 10_000)
  const seeds = cluster.nodes.map(({ host, port }) => ({ host, port }))
  sluice = await openSluice(primary.connection({ endpoint: { kind: 'cluster', nodes: seeds } }), null, {
    timings: { connectTimeoutMs: 1_000, commandTimeoutMs: 1_500, reconnectMs: 20 },
  })
})
afterEach(async () => {
  primary.thaw()
  await sluice.stop()
  await cluster.stop()
})

/** How many of them each holds, as the node has it that took over. */
async function held(): Promise<Readonly<Record<string, number>>> {
  const rows = (await replica.client().xpending(KEY, GROUP)) as [number, string, string, [string, string][] | null]
  return Object.fromEntries((rows[3] ?? []).map(([consumer, count]) => [consumer, Number(count)]))
}
async function begun(): Promise<Job> {
  const job = await sluice.run(
    await sluice.plan(ofConsumer('alice'), { kind: 'claim', to: 'bob', includeGone: false }, KEY),
  )
  for await (const each of await sluice.api.job.watch()) {
    if (each.id === job.id && each.counts.changed > 0) return each
  }
  throw new Error('it never began')
}

/** The replica is primary, and Sluice knows. */
async function takenOver(): Promise<void> {
  await expect.poll(() => replica.cli('ROLE'), { timeout: 20_000 }).toMatch(/^master/)
  const isRead = () =>
    sluice.api.stream.info({ connectionId: sluice.connectionId, key: KEY }).then(
      () => true,
      () => false,
    )
  await expect.poll(isRead, { timeout: 20_000 }).toBe(true)
}

test.for([
  ['killed', (node: TestRedis) => node.kill()],
  ['standing still', (node: TestRedis) => Promise.resolve(node.freeze())],
] as const)(
  '%s in the midst of a job: told as the replica has it that took over, and nothing is lost',
  { timeout: 60_000 },
  async ([, strike]) => {
    const job = await begun()
    await strike(primary)
    const ended = await sluice.finished(job)
    expect(ended.state).toBe('interrupted')
    await takenOver()
    const { changed, unknown } = ended.counts
    expect(unknown).toBe(0)
    expect(changed).toBeGreaterThan(0)
    expect(changed).toBeLessThan(COUNT)
    expect(await held()).toEqual({ alice: COUNT - changed, bob: changed })

    const undone = await sluice.undo(ended)
    expect(undone).toMatchObject({ state: 'done', counts: { changed } })
    expect(await held()).toEqual({ alice: COUNT })
  },
)

test(
  'a slot that moves in the midst of a job: it goes on there, under the same record, and is undone there',
  { timeout: 60_000 },
  async () => {
    const to = cluster.primaries.find((node) => node !== primary)!
    const job = await begun()
    await cluster.moveSlot(KEY, to)
    const ended = await sluice.finished(job)
    expect(ended).toMatchObject({ state: 'done', counts: { changed: COUNT, unknown: 0 } })
    const held = async () =>
      ((await to.client().xpending(KEY, GROUP)) as [number, string, string, [string, string][]])[3].map(
        ([name]) => name,
      )
    expect(await held()).toEqual(['bob'])
    expect(await sluice.undo(ended)).toMatchObject({ state: 'done', counts: { changed: COUNT } })
    expect(await held()).toEqual(['alice'])
  },
)
