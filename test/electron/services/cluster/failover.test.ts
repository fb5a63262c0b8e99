import { afterEach, beforeEach, expect, test } from 'vitest'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import type { TestRedis } from '../../../helpers/redis-server'
import { begunClaim, BIG, HASTE, heldAt, seedBig, takenOver } from '../recovery/failover-kit'
import { openSluice, type Sluice } from '../recovery/recovery-kit'

let cluster: TestCluster
let sluice: Sluice
let primary: TestRedis
let replica: TestRedis
beforeEach(async () => {
  cluster = await startCluster({ replicas: 1 })
  primary = await cluster.ownerOf(BIG.key)
  replica = cluster.replicas[cluster.primaries.indexOf(primary)]!
  await seedBig(primary)
  const seeds = cluster.nodes.map(({ host, port }) => ({ host, port }))
  sluice = await openSluice(primary.connection({ endpoint: { kind: 'cluster', nodes: seeds } }), null, {
    timings: HASTE,
  })
})
afterEach(async () => {
  primary.thaw()
  await sluice.stop()
  await cluster.stop()
})

test.for([
  ['killed', (node: TestRedis) => node.kill()],
  ['standing still', (node: TestRedis) => Promise.resolve(node.freeze())],
] as const)(
  '%s in the midst of a job: told as the replica has it that took over, and nothing is lost',
  { timeout: 60_000 },
  async ([, strike]) => {
    const job = await begunClaim(sluice)
    await strike(primary)
    const ended = await sluice.finished(job)
    expect(ended.state).toBe('interrupted')
    await takenOver(replica, sluice)
    const { changed, unknown } = ended.counts
    expect(unknown).toBe(0)
    expect(changed).toBeGreaterThan(0)
    expect(changed).toBeLessThan(BIG.count)
    expect(await heldAt(replica)).toEqual({ alice: BIG.count - changed, bob: changed })

    const undone = await sluice.undo(ended)
    expect(undone).toMatchObject({ state: 'done', counts: { changed } })
    expect(await heldAt(replica)).toEqual({ alice: BIG.count })
  },
)

test(
  'a slot that moves in the midst of a job: it goes on there, under the same record, and is undone there',
  { timeout: 60_000 },
  async () => {
    const to = cluster.primaries.find((node) => node !== primary)!
    const job = await begunClaim(sluice)
    await cluster.moveSlot(BIG.key, to)
    const ended = await sluice.finished(job)
    expect(ended).toMatchObject({ state: 'done', counts: { changed: BIG.count, unknown: 0 } })
    expect(await heldAt(to)).toEqual({ bob: BIG.count })
    expect(await sluice.undo(ended)).toMatchObject({ state: 'done', counts: { changed: BIG.count } })
    expect(await heldAt(to)).toEqual({ alice: BIG.count })
  },
)
