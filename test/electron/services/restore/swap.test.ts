import { beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { openAs } from '../recovery/limited-user'
import { counts, holdAt, idsFrom, named, seed, walked } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { catchUp, KEY, planSwap, rebuild, startSwap, swap, trimTo } from './restore-kit'
import { factsOf } from './stream-facts'
import { saying, telling } from '../../../helpers/saying'

const world = useOneServer()
const MADE = `${KEY}:restored`
const ASIDE = `${KEY}:before-restore`

/** A stream of 30 entries, trimmed to 10; and the job that restored it into a new key. */
let made: Job
beforeEach(async () => {
  const { direct, sluice } = world
  await seed(direct, { held: { ann: idsFrom(1, 6) } })
  for (const id of idsFrom(7, 24)) await direct.xadd(KEY, id, 'n', id)
  made = await rebuild(sluice, await trimTo(sluice, 10))
})

const lengths = async () => Promise.all([KEY, MADE, ASIDE].map((key) => world.direct.xlen(key)))
const UNTOUCHED = [10, 30, 0]
const SWAPPED = [30, 0, 10]
const lookAtUndo = async ({ recordId }: Job) => {
  const { api, connectionId } = world.sluice
  return (await walked(api.recovery.planUndo({ connectionId, recordId }))).ready.plan
}

describe('a plan to swap', () => {
  test('says which names, how many entries, and how the groups stand; and changes nothing', async () => {
    const before = [await factsOf(world.direct, KEY), await factsOf(world.direct, MADE)]
    const plan = await planSwap(world.sluice, made)
    expect(plan).toMatchObject({
      ...{ key: KEY, target: MADE, aside: ASIDE, before: 10, after: 30, newer: 0, missing: 0 },
      ...{ blocked: null, behind: false, atomic: true, ttlMs: null },
      groups: [{ name: 'billing', same: true, now: { pending: 6 }, then: { pending: 6 } }],
      commands: [`RENAMENX ${KEY} ${ASIDE}`, `RENAMENX ${MADE} ${KEY}`],
    })
    expect([await factsOf(world.direct, KEY), await factsOf(world.direct, MADE)]).toEqual(before)
  })

  test('names another key for what goes aside where the usual one is taken', async () => {
    await world.direct.set(ASIDE, 'x')
    expect((await planSwap(world.sluice, made)).aside).toBe(`${ASIDE}-2`)
  })

  test('is refused for a record that made no whole new key, and where either is gone', async () => {
    const { api } = world.sluice
    const [trim] = (await api.journal.list({ count: 5 })).records.filter(({ action }) => action === 'trim')
    await expect(planSwap(world.sluice, { recordId: trim?.id ?? '' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(planSwap(world.sluice, { recordId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await world.direct.del(MADE)
    await expect(planSwap(world.sluice, made)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { name: MADE } })
    await world.direct.del(KEY)
    await expect(planSwap(world.sluice, made)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { name: KEY } })
  })

  test.each(['newer entries', 'a new group'])('tells of %s, which the swap brings over', async (what) => {
    const { direct, sluice } = world
    if (what === 'a new group') await direct.xgroup('CREATE', KEY, 'new', '5-0')
    else await direct.xadd(KEY, '99-0', 'n', 'new')
    expect(await planSwap(sluice, made)).toMatchObject({ behind: true, blocked: null })
    await catchUp(sluice, made)
    expect(await planSwap(sluice, made)).toMatchObject({ blocked: null, behind: false })
  })

  test('is blocked by what the user may not bring over', async () => {
    const { direct } = world
    const limited = await openAs(world, '-xack')
    const theirs = await rebuild(limited, await trimTo(limited, 5), { target: 'theirs' })
    expect((await planSwap(limited, theirs)).blocked).toBeNull()
    await direct.xadd(KEY, '99-0', 'n', 'new')
    const plan = await planSwap(limited, theirs)
    expect(plan.blocked).toEqual(saying('not allowed to run XACK'))
    await expect(startSwap(limited, plan)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await limited.stop()
  })

  test('tells of a group that has gone on, or was destroyed, since', async () => {
    const { direct, sluice } = world
    await direct.xack(KEY, 'billing', '1-0')
    expect(await planSwap(sluice, made)).toMatchObject({ blocked: null, behind: true, groups: [{ same: false }] })
    await direct.xgroup('DESTROY', KEY, 'billing')
    expect(await planSwap(sluice, made)).toMatchObject({ blocked: null, groups: [{ now: null, same: false }] })
  })
})

describe('catching up', () => {
  test('that is cut is read back, and can be done once more', async () => {
    const { direct, proxy, sluice } = world
    for (const id of idsFrom(31, 150)) await direct.xadd(KEY, id, 'n', id)
    let seen = 0
    void proxy.fault(([name]) => name === 'EXEC' && ++seen === 2, { kind: 'cut-before-reply' })
    const job = await catchUp(sluice, made)
    expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 150 }) })
    expect(await catchUp(sluice, made)).toMatchObject({ state: 'done', counts: counts({}) })
    await swap(sluice, made)
    expect(await lengths()).toEqual([180, 0, 160])
  })

  test('that is cancelled says so, and the plan tells what is missing', async () => {
    const { direct, proxy, sluice } = world
    for (const id of idsFrom(31, 250)) await direct.xadd(KEY, id, 'n', id)
    const reached = holdAt(proxy, named('EXEC'))
    const { connectionId, api } = sluice
    const running = await api.restore.catchUp({ connectionId, recordId: made.recordId })
    await reached
    await api.job.cancel({ jobId: running.id })
    proxy.resume()
    expect(await sluice.finished(running)).toMatchObject({ state: 'cancelled' })
    expect((await planSwap(sluice, made)).newer).toBeGreaterThan(0)
  })

  test('is not offered an undo of its own: the new key is taken away as a whole', async () => {
    const { direct, sluice } = world
    await direct.xadd(KEY, '99-0', 'n', 'new')
    await direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 30, 'STREAMS', KEY, '>')
    const job = await catchUp(sluice, made)
    await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(await sluice.undo(made)).toMatchObject({ state: 'done' })
    expect(await direct.exists(MADE)).toBe(0)
  })
})

describe('a swap', () => {
  test('keeps the time to live with the name', async () => {
    await world.direct.pexpire(KEY, 3_600_000)
    expect((await planSwap(world.sluice, made)).ttlMs).toBeGreaterThan(3_500_000)
    await swap(world.sluice, made)
    for (const key of [KEY, ASIDE]) {
      const left = await world.direct.pttl(key)
      expect(left).toBeGreaterThan(3_500_000)
      expect(left).toBeLessThanOrEqual(3_600_000)
    }
  })

  test('without scripts is done in a transaction, and keeps the time to live as well', async () => {
    const limited = await openAs(world, '-eval')
    const theirs = await rebuild(limited, await trimTo(limited, 5), { target: 'theirs' })
    await world.direct.pexpire(KEY, 3_600_000)
    const plan = await planSwap(limited, theirs)
    expect(plan).toMatchObject({ atomic: false, blocked: null })
    const job = await limited.finished(await startSwap(limited, plan))
    expect(job).toMatchObject({ state: 'done' })
    expect(await world.direct.pttl(KEY)).toBeGreaterThan(3_500_000)
    expect(await lengths()).toEqual([10, 30, 5])
    expect(await limited.undo(job)).toMatchObject({ state: 'done' })
    expect([await world.direct.xlen(KEY), await world.direct.xlen('theirs')]).toEqual([5, 10])
    await limited.stop()
  })

  test('asks for the name on a production connection', async () => {
    const { sluice, redis, proxy } = world
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const { connectionId, api } = sluice
    await api.connection.save({ id: connectionId, profile: redis.connection({ endpoint, environment: 'prod' }) })
    await expect.poll(async () => (await api.connection.list())[0]?.environment).toBe('prod')
    await api.connection.open({ connectionId })
    const plan = await planSwap(sluice, made)
    await expect(startSwap(sluice, plan)).rejects.toMatchObject({
      code: 'CONFIRMATION_NEEDED',
      data: { expected: KEY },
    })
    expect(await lengths()).toEqual(UNTOUCHED)
    const job = await api.restore.swap({ connectionId, key: KEY, planId: plan.id, confirmation: KEY })
    expect(await sluice.finished(job)).toMatchObject({ state: 'done' })
  })
})

describe('nothing is renamed', () => {
  const refusals: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['entries came to the new key', () => world.direct.xadd(MADE, '99-0', 'n', 'new'), 'since this was looked at'],
    ['the name for what goes aside was taken', () => world.direct.set(ASIDE, 'x'), 'exists by now'],
    ['the new key went', () => world.direct.del(MADE), 'is gone'],
    ['the stream went', () => world.direct.del(KEY), 'is gone'],
  ]
  test.each(refusals)('where %s since it was looked at', async (_what, change, words) => {
    const plan = await planSwap(world.sluice, made)
    await change()
    const before = await world.direct.keys('*')
    const job = await world.sluice.finished(await startSwap(world.sluice, plan))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT' }, counts: counts({}) })
    expect(job.error).toEqual(telling(words))
    expect((await world.direct.keys('*')).sort()).toEqual(before.sort())
  })

  test.each(refusals)('without scripts, where %s', async (_what, change, words) => {
    const limited = await openAs(world, '-eval')
    await world.direct.del(MADE)
    const theirs = await rebuild(limited, await trimTo(limited, 5))
    const plan = await planSwap(limited, theirs)
    await change()
    const before = await world.direct.keys('*')
    const job = await limited.finished(await startSwap(limited, plan))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT' } })
    expect(job.error).toEqual(telling(words))
    expect((await world.direct.keys('*')).sort()).toEqual(before.sort())
    await limited.stop()
  })

  test('by a plan that was run, or of another stream', async () => {
    const plan = await planSwap(world.sluice, made)
    await expect(startSwap(world.sluice, { ...plan, key: 'other' })).rejects.toMatchObject({ code: 'STALE_PLAN' })
    const again = await planSwap(world.sluice, made)
    await world.sluice.finished(await startSwap(world.sluice, again))
    await expect(startSwap(world.sluice, again)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    expect(await lengths()).toEqual(SWAPPED)
  })
})

describe('a reply that is lost', () => {
  test.each(['cut-before-reply', 'cut-before-forward'] as const)('(%s) is read back by the names', async (kind) => {
    const plan = await planSwap(world.sluice, made)
    void world.proxy.fault('EVAL', { kind })
    const job = await world.sluice.finished(await startSwap(world.sluice, plan))
    const done = kind === 'cut-before-reply'
    expect(job).toMatchObject({ state: 'interrupted', counts: counts(done ? { changed: 1 } : { leftAlone: 1 }) })
    expect(await lengths()).toEqual(done ? SWAPPED : UNTOUCHED)
    if (!done) return
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'done' })
    expect(await lengths()).toEqual(UNTOUCHED)
  })
})

describe('the undo of a swap', () => {
  test('says what is called how, and what came since, and changes nothing', async () => {
    const job = await swap(world.sluice, made)
    for (const id of idsFrom(31, 3)) await world.direct.xadd(KEY, id, 'n', id)
    const plan = await lookAtUndo(job)
    expect(plan).toMatchObject({ entries: 0, instead: saying(ASIDE) })
    expect(plan.note).toEqual(saying('added since, 3, stay'))
    expect(await lengths()).toEqual([33, 0, 10])
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
    expect(await lengths()).toEqual([10, 33, 0])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['what was kept aside is gone', () => world.direct.del(ASIDE)],
    ['the stream is gone', () => world.direct.del(KEY)],
    ['the name of the new key is taken', () => world.direct.set(MADE, 'x')],
  ])('is refused where %s', async (_what, change) => {
    const job = await swap(world.sluice, made)
    await change()
    const before = await world.direct.keys('*')
    await expect(lookAtUndo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT' } })
    expect((await world.direct.keys('*')).sort()).toEqual(before.sort())
  })

  test('comes before the undo of the restore: what has the stream’s name is not taken away', async () => {
    const job = await swap(world.sluice, made)
    expect(await world.sluice.undo(made)).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' } })
    expect(await lengths()).toEqual(SWAPPED)
    await world.sluice.undo(job)
    expect(await world.sluice.undo(made)).toMatchObject({ state: 'done' })
    expect(await lengths()).toEqual([10, 0, 0])
  })
})
