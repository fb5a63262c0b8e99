import { afterEach, beforeEach, expect, test } from 'vitest'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { HASTE } from '../recovery/failover-kit'
import { counts, idsFrom, isOpen, openSluice, pendingOf, seed, type Held, type Sluice } from '../recovery/recovery-kit'
import { planSweep, recordsOf, runSweep, sweep, undoSweep } from '../sweep/sweep-kit'

const KEYS = Array.from({ length: 12 }, (_, at) => `app:${at}`)

let cluster: TestCluster
let sluice: Sluice
beforeEach(async () => {
  cluster = await startCluster()
  for (const key of KEYS) {
    await seed((await cluster.ownerOf(key)).client({ stringNumbers: true }), { key, held: { dead: idsFrom(1, 5) } })
  }
  const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }))
  const [first] = cluster.nodes
  if (first === undefined) throw new Error('a cluster of nobody')
  sluice = await openSluice(first.connection({ endpoint: { kind: 'cluster', nodes } }), null, { timings: HASTE })
})
afterEach(async () => {
  await sluice.stop()
  await cluster.stop()
})

const all = async (): Promise<readonly (readonly Held[])[]> =>
  Promise.all(KEYS.map(async (key) => pendingOf((await cluster.ownerOf(key)).client({ stringNumbers: true }), key)))

test('groups of all nodes of a cluster, as one job, and its undo is exact', { timeout: 60_000 }, async () => {
  const before = await all()
  const owners = new Set(await Promise.all(KEYS.map(async (key) => (await cluster.ownerOf(key)).port)))
  expect(owners.size).toBe(3)
  const job = await sweep(sluice, { stream: 'app:*' })
  expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 60 }), sweep: { groups: 12, failed: 0 } })
  expect((await all()).flat().every(([, holder]) => holder === 'sweeper')).toBe(true)
  await undoSweep(sluice, job.recordId)
  expect(await all()).toEqual(before)
})

test(
  'a node that is lost in between ends it; what was done is known, and undone once the node is back',
  { timeout: 60_000 },
  async () => {
    const before = await all()
    const plan = await planSweep(sluice, { stream: 'app:*' })
    const last = plan.rows.at(-1)
    if (last === undefined || typeof last.key !== 'string') throw new Error('there is nothing to do')
    const node = await cluster.ownerOf(last.key)
    node.freeze()
    const job = await runSweep(sluice, plan)
    const ended = await sluice.finished(job)
    node.thaw()
    // The others have to hear of it first.
    const isKnown = () =>
      all().then(
        () => true,
        () => false,
      )
    await expect.poll(isKnown, { timeout: 20_000 }).toBe(true)
    expect(['interrupted', 'failed']).toContain(ended.state)
    expect(ended.sweep?.ended).toBeLessThan(12)
    const records = await recordsOf(sluice, ended.recordId)
    const changed = (await all()).flat().filter(([, holder]) => holder === 'sweeper').length
    expect(changed).toBe(ended.counts.changed)
    expect(records.filter(({ state }) => state === 'done').length * 5).toBe(changed)
    await isOpen(sluice)
    if (changed > 0) await undoSweep(sluice, ended.recordId)
    expect(await all()).toEqual(before)
  },
)
