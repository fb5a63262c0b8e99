import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { saying } from '../../../helpers/saying'
import { counts, idsFrom, isOpen, openSluice, type Sluice } from '../recovery/recovery-kit'
import { copy, planCopy, startCopy, type Asked } from './copy-kit'

let [here, there] = [null, null] as unknown as [TestRedis, TestRedis]
/** The source's server is behind the proxy, so that it can be lost. */
let proxy: FaultProxy
let sluice: Sluice
let elsewhere: string
let [source, target] = [null, null] as unknown as [Redis, Redis]

beforeEach(async () => {
  ;[here, there] = [await startRedis({}), await startRedis({ config: ['appendonly yes'] })]
  ;[source, target] = [here.client(), there.client()]
  proxy = await startFaultProxy(here)
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  sluice = await openSluice(here.connection({ endpoint }))
  elsewhere = await open(there, { name: 'staging' })
})
afterEach(async () => {
  await sluice.stop()
  await proxy.stop()
  await Promise.all([here.stop(), there.stop()])
})

async function open(server: TestRedis, profile: Parameters<TestRedis['connection']>[0]): Promise<string> {
  const { id } = await sluice.api.connection.save({ profile: server.connection(profile) })
  await sluice.api.connection.open({ connectionId: id })
  return id
}
async function add(ids: readonly string[], to: Redis = source, key = 'orders'): Promise<void> {
  const pipeline = to.pipeline()
  for (const id of ids) pipeline.xadd(key, id, 'n', id)
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}
const values = async (key = 'copies') => (await target.xrange(key, '-', '+')).map(([, fields]) => fields[1])
const toThere = (more: Asked = {}): Asked => ({ toConnection: elsewhere, ...more })

describe('to a stream of another server', () => {
  test('is copied, journaled and undone there, and touches nothing here', async () => {
    await add(idsFrom(1, 250))
    const job = await copy(sluice, toThere({ ids: 'keep', to: 'orders' }))
    expect(job).toMatchObject({ state: 'done', connectionId: elsewhere, counts: counts({ changed: 250 }) })
    expect(await target.xrange('orders', '-', '+')).toEqual(await source.xrange('orders', '-', '+'))
    const [record] = (await sluice.api.journal.list({ count: 1 })).records
    expect(record).toMatchObject({
      ...{ action: 'copy', connectionName: 'staging', key: 'orders' },
      summary: saying('copy 250 entries of orders on test by their ids'),
    })
    const { api, finished } = sluice
    const { recordId } = job
    expect(await finished(await api.recovery.undo({ connectionId: elsewhere, recordId }))).toMatchObject({
      state: 'done',
    })
    expect([await target.xlen('orders'), await source.xlen('orders')]).toEqual([0, 250])
  })

  test('of the same name is not the stream itself; through another connection to one server it is', async () => {
    await add(idsFrom(1, 3))
    expect((await planCopy(sluice, toThere({ to: 'orders' }))).warnings).toEqual([])
    const again = await open(here, { name: 'again' })
    expect((await planCopy(sluice, { toConnection: again, to: 'orders' })).warnings).toEqual(['itself'])
    const other = await open(here, { name: 'other database', db: 3 })
    expect((await planCopy(sluice, { toConnection: other, to: 'orders' })).warnings).toEqual([])
  })

  test('needs leave to write there only: reading is fine from what is read-only', async () => {
    await add(idsFrom(1, 3))
    const reading = await open(here, { name: 'reading', readOnly: true })
    expect(await copy(sluice, toThere({ fromConnection: reading }))).toMatchObject({ state: 'done' })
    const plan = await planCopy(sluice, { fromConnection: elsewhere, from: 'copies', toConnection: reading })
    await expect(startCopy(sluice, plan)).rejects.toMatchObject({ code: 'READ_ONLY' })
  })

  test('in production asks for the name of the stream', async () => {
    await add(idsFrom(1, 3))
    const prod = await open(there, { name: 'live', environment: 'prod' })
    const plan = await planCopy(sluice, { toConnection: prod })
    await expect(startCopy(sluice, plan)).rejects.toMatchObject({
      code: 'CONFIRMATION_NEEDED',
      data: { expected: 'copies' },
    })
    const { connectionId, key, id: planId } = plan
    await sluice.finished(await sluice.api.copy.run({ connectionId, key, planId, confirmation: 'copies' }))
    expect(await values()).toEqual(idsFrom(1, 3))
  })

  test('is refused while either connection is closed', async () => {
    await add(idsFrom(1, 3))
    const plan = await planCopy(sluice, toThere())
    await sluice.api.connection.close({ connectionId: sluice.connectionId })
    const closed = { code: 'UNREACHABLE' }
    await expect(startCopy(sluice, plan)).rejects.toMatchObject(closed)
    await expect(planCopy(sluice, toThere())).rejects.toMatchObject(closed)
    expect(await values()).toEqual([])
  })
})

/** A copy that waits in its midst, for an hour between two of its entries. */
async function waiting(how: Asked = {}) {
  const first = 1_700_000_000_000
  const ids = [`${first}-0`, `${first}-1`, `${first + 3_600_000}-0`]
  await add(ids)
  const pace = { kind: 'spaced', times: 1, maxGapMs: null } as const
  const job = await startCopy(sluice, await planCopy(sluice, toThere({ pace, ids: 'keep', ...how })))
  await expect.poll(() => values()).toHaveLength(2)
  return { job, ids }
}

describe('a server that is lost in its midst', () => {
  test('the source’s: what was copied is known, and the rest is gone on with', async () => {
    const big = Buffer.alloc(256 * 1024)
    for (const id of idsFrom(1, 60)) await source.xadd('orders', id, 'n', id, 'big', big)
    const plan = await planCopy(sluice, toThere())
    let reads = 0
    const struck = proxy.fault(([name]) => name?.toUpperCase() === 'XRANGE' && (reads += 1) > 6, {
      kind: 'cut-before-forward',
    })
    const job = await sluice.finished(await startCopy(sluice, plan))
    await struck
    expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNREACHABLE' } })
    expect(await values()).toEqual(idsFrom(1, job.counts.changed))
    await isOpen(sluice)
    const rest = await planCopy(sluice, toThere({ resumes: job.recordId }))
    expect(await sluice.finished(await startCopy(sluice, rest))).toMatchObject({ state: 'done' })
    expect(await values()).toEqual(idsFrom(1, 60))
  })

  test('the target’s, killed and started on all that it logged: the rest is gone on with, unasked', async () => {
    const { job, ids } = await waiting()
    await sluice.api.job.cancel({ jobId: job.id })
    const { recordId } = await sluice.finished(job)
    await there.kill()
    await there.restart({ keepData: 'as saved' })
    await isOpen({ api: sluice.api, connectionId: elsewhere })
    const plan = await planCopy(sluice, toThere({ resumes: recordId, pace: { kind: 'fast' } }))
    expect(plan).toMatchObject({ entries: 1, firstId: ids[2], blocked: null })
    expect(plan.doubts ?? []).toEqual([])
    await sluice.finished(await startCopy(sluice, plan))
    expect(await values()).toEqual(ids)
  })

  test('the target’s, killed and started from a snapshot: the rest is gone on with, once that is taken upon oneself', async () => {
    const keeper = await startRedis({ config: ['save 3600 1000'] })
    try {
      ;[target, elsewhere] = [keeper.client(), await open(keeper, { name: 'snapshots' })]
      const { job, ids } = await waiting()
      await sluice.api.job.cancel({ jobId: job.id })
      const { recordId } = await sluice.finished(job)
      await keeper.cli('SAVE')
      await keeper.kill()
      await keeper.restart({ keepData: 'as saved' })
      await isOpen({ api: sluice.api, connectionId: elsewhere })
      const plan = await planCopy(sluice, toThere({ resumes: recordId, pace: { kind: 'fast' } }))
      const accepts = (plan.doubts ?? []).map(({ code }) => code)
      expect(accepts).toEqual(['identity.copies-from-snapshot'])
      await expect(startCopy(sluice, plan)).rejects.toMatchObject({ data: { field: 'accepts' } })
      const on = { connectionId: elsewhere, key: plan.key, planId: plan.id }
      await sluice.finished(await sluice.api.copy.run({ ...on, accepts }))
      expect(await values()).toEqual(ids)
    } finally {
      await keeper.stop()
    }
  })

  test('another in the source’s place is noticed before anything more is copied', async () => {
    await add(idsFrom(1, 3))
    const plan = await planCopy(sluice, toThere())
    await here.restart()
    await isOpen(sluice)
    await add(idsFrom(1, 3))
    await expect(startCopy(sluice, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    expect(await values()).toEqual([])
  })
})

describe('from a cluster', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 60_000)
  afterAll(() => cluster.stop())

  test('each stream is read where it is, and goes to one server', async () => {
    const [first] = cluster.primaries
    const nodes = cluster.primaries.map(({ host, port }) => ({ host, port }))
    const profile = first!.connection({ endpoint: { kind: 'cluster', nodes } })
    const { id } = await sluice.api.connection.save({ profile })
    await sluice.api.connection.open({ connectionId: id })
    for (const key of ['a', 'b', 'c']) {
      await first!.cli('-c', 'XADD', key, '1-0', 'n', key)
      const job = await copy(sluice, {
        fromConnection: id,
        from: key,
        toConnection: elsewhere,
        to: `from-${key}`,
        ids: 'keep',
      })
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
    }
    expect(await target.keys('from-*')).toHaveLength(3)
  })
})
