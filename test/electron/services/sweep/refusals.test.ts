import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { isClaim } from '../../../helpers/is-claim'
import { openAs } from '../recovery/limited-user'
import { counts, holdAt, idsFrom, onEveryServer, pendingOf } from '../recovery/recovery-kit'
import {
  allPending,
  holders,
  placeOf,
  planSweep,
  planUndo,
  recordsOf,
  runSweep,
  seedAll,
  sweep,
  undoSweep,
} from './sweep-kit'

const HERE = { stream: 'app:*' }

onEveryServer((world) => {
  /** Begun, and stopped just behind its nth claim, whose reply is held. */
  async function heldAtClaim(nth: number): Promise<Job> {
    const { proxy, sluice } = world
    const plan = await planSweep(sluice, HERE)
    const reached = holdAt(proxy, isClaim, nth)
    const job = await runSweep(sluice, plan)
    await reached
    return job
  }
  const nowOf = async ({ id }: Job): Promise<Job> =>
    (await world.sluice.api.job.list()).find((job) => job.id === id) as Job

  describe('what one group refuses hides and stops none of the others', () => {
    test('a stream that the user may not read is a row that says so', async () => {
      await seedAll(world)
      const limited = await openAs(world, 'resetkeys', '~app:a', '~app:c')
      try {
        const plan = await planSweep(limited, HERE)
        expect(plan.sums).toMatchObject({ groups: 4, failed: 1, entries: 20 })
        const refused = plan.rows.filter(({ error }) => error !== null)
        expect(refused).toMatchObject([
          { key: 'app:b', group: null, entries: 0, error: { code: 'REDIS', data: { prefix: 'NOPERM' } } },
        ])
        const job = await limited.finished(await runSweep(limited, plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 20 }), sweep: { groups: 4, failed: 0 } })
        expect(await holders(world)).toEqual({ dead: 10, sweeper: 20 })
        // What is for good is confirmed, whatever else is refused.
        await world.direct.xdel('app:a', '1-0')
        const take = { stalled: false, minIdleMs: 0, minDeliveries: null }
        const forGood = await planSweep(limited, { ...HERE, take, action: { kind: 'ackGone' } })
        expect(forGood).toMatchObject({ confirm: HERE.stream, sums: { groups: 2, failed: 1 } })
      } finally {
        await limited.stop()
      }
    })

    test('a right that is taken away between plan and run fails its groups alone, and is told with the reason', async () => {
      await seedAll(world)
      const limited = await openAs(world)
      try {
        const plan = await planSweep(limited, HERE)
        await world.direct.call('ACL', 'SETUSER', 'limited', 'resetkeys', '~app:a', '~app:c')
        const job = await limited.finished(await runSweep(limited, plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 20 }) })
        expect(job.sweep).toMatchObject({ ended: 6, failed: 2 })
        expect(job.sweep?.failures).toMatchObject([
          { key: 'app:b', error: { data: { prefix: 'NOPERM' } } },
          { key: 'app:b', error: { data: { prefix: 'NOPERM' } } },
        ])
        expect(await holders(world)).toEqual({ dead: 10, sweeper: 20 })
      } finally {
        await limited.stop()
      }
    })

    test.each<readonly [string, () => Promise<unknown>]>([
      ['a group that is gone since', () => world.direct.xgroup('DESTROY', 'app:b', 'g1')],
      ['a stream that is gone since', () => world.direct.del('app:b')],
      ['a key that is something else since', () => world.direct.set('app:b', 'x')],
    ])('%s', async (_what, change) => {
      const { sluice } = world
      await seedAll(world)
      const plan = await planSweep(sluice, HERE)
      await change()
      const job = await sluice.finished(await runSweep(sluice, plan))
      expect(job).toMatchObject({ state: 'done', sweep: { ended: 6 } })
      expect(job.sweep?.failed).toBeGreaterThanOrEqual(1)
      expect(job.sweep?.failures.every(({ key }) => key === 'app:b')).toBe(true)
      for (const key of ['app:a', 'app:c']) {
        for (const group of ['g1', 'g2']) {
          expect((await pendingOf(world.direct, key, group)).map(([, holder]) => holder)).toEqual(
            Array(5).fill('sweeper'),
          )
        }
      }
    })

    test('a stream that was made anew since, with entries of the same ids, is left alone', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      const plan = await planSweep(sluice, HERE)
      await direct.del('app:b')
      for (const id of idsFrom(1, 5)) await direct.xadd('app:b', id, 'n', 'of another')
      await direct.xgroup('CREATE', 'app:b', 'g1', '0')
      await direct.xreadgroup('GROUP', 'g1', 'dead', 'COUNT', 5, 'STREAMS', 'app:b', '>')
      await direct.xclaim('app:b', 'g1', 'dead', 0, ...idsFrom(1, 5), 'IDLE', 600_000, 'RETRYCOUNT', 1, 'JUSTID')
      const before = await pendingOf(direct, 'app:b', 'g1')
      const job = await sluice.finished(await runSweep(sluice, plan))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 20 } })
      expect(await pendingOf(direct, 'app:b', 'g1')).toEqual(before)
    })

    test('a group at which another job is at work: it is told whose, and the others go on', async () => {
      const { proxy, sluice } = world
      await seedAll(world)
      const { api, connectionId } = sluice
      const plan = await planSweep(sluice, HERE)
      const action = { kind: 'claim', to: 'other', includeGone: false } as const
      const selection = { kind: 'ids' as const, ids: ['1-0'] }
      const own = await api.recovery.plan({
        connectionId,
        key: 'app:b',
        group: 'g2',
        selection: { ...selection, ids: ['1-0'] },
        action,
      })
      const reached = holdAt(proxy, isClaim, 1)
      const alone = await api.recovery.run({ connectionId, planId: own.id })
      await reached
      const job = await runSweep(sluice, plan)
      // Its other groups wait for the line as well.
      proxy.resume()
      const ended = await sluice.finished(job)
      await sluice.finished(alone)
      expect(ended.state).toBe('done')
      const refused = ended.sweep?.failures ?? []
      for (const { key, group, error } of refused) {
        expect([key, group]).toEqual(['app:b', 'g2'])
        expect(error).toMatchObject({ code: 'CONFLICT', data: { jobId: alone.id } })
      }
      expect(await pendingOf(world.direct, 'app:b', 'g2')).toHaveLength(5)
    })

    test('where every group refuses, the sweep failed, and says why', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      const plan = await planSweep(sluice, HERE)
      await direct.del('app:a', 'app:b', 'app:c')
      const job = await sluice.finished(await runSweep(sluice, plan))
      expect(job).toMatchObject({ state: 'failed', done: 0, undoable: false, sweep: { ended: 6, failed: 6 } })
      expect(job.error).not.toBeNull()
    })
  })

  describe('what a sweep may not do', () => {
    test('a plan is run once, by its connection, and not where there is nothing to do', async () => {
      const { redis, sluice } = world
      await seedAll(world)
      const { api, connectionId } = sluice
      const plan = await planSweep(sluice, HERE)
      const other = await api.connection.save({ profile: redis.connection({ name: 'other' }) })
      await api.connection.open({ connectionId: other.id })
      const elsewhere = api.sweep.run({ connectionId: other.id, planId: plan.id })
      await expect(elsewhere).rejects.toMatchObject({ code: 'STALE_PLAN' })
      await sluice.finished(await runSweep(sluice, plan))
      await expect(runSweep(sluice, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
      await expect(api.sweep.run({ connectionId, planId: 'none' })).rejects.toMatchObject({ code: 'STALE_PLAN' })
      const nothing = await planSweep(sluice, { stream: 'none:*' })
      expect(nothing).toMatchObject({ streams: 0, rows: [] })
      await world.direct.set('text', 'x')
      for (const stream of ['none', 'text']) expect(await planSweep(sluice, { stream })).toMatchObject({ streams: 0 })
      await expect(runSweep(sluice, nothing)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      const again = await planSweep(sluice, HERE)
      expect(again).toMatchObject({ groups: 6, rows: [] })
    })

    test('on production what is for good asks for the pattern, typed; what can be undone does not', async () => {
      const { direct, redis, sluice } = world
      await seedAll(world)
      await direct.xdel('app:a', '1-0')
      const { api, connectionId } = sluice
      await api.connection.save({ id: connectionId, profile: redis.connection({ environment: 'prod' }) })
      await api.connection.open({ connectionId })
      const plan = await planSweep(sluice, { ...HERE, action: { kind: 'ackGone' } })
      expect(plan).toMatchObject({ confirm: 'app:*', sums: { entries: 2 } })
      await expect(runSweep(sluice, plan)).rejects.toMatchObject({
        code: 'CONFIRMATION_NEEDED',
        data: { expected: 'app:*' },
      })
      await expect(runSweep(sluice, plan, 'app:a')).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
      expect(await pendingOf(direct, 'app:a', 'g1')).toHaveLength(5)
      const job = await sluice.finished(await runSweep(sluice, plan, 'app:*'))
      await expect(undoSweep(sluice, job.recordId)).rejects.toMatchObject({
        data: { problem: (await recordsOf(sluice, job.recordId))[0]?.undo.note },
      })
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2 }), sweep: { failed: 0 } })
      expect(await sweep(sluice, HERE)).toMatchObject({ state: 'done', sweep: { failed: 0 } })
    })

    test('nothing on a read-only connection, and nothing more once it has become one', async () => {
      const { proxy, redis, sluice } = world
      await seedAll(world)
      const { api, connectionId } = sluice
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const job = await heldAtClaim(2)
      await api.connection.save({ id: connectionId, profile: redis.connection({ endpoint, readOnly: true }) })
      proxy.resume()
      const ended = await sluice.finished(job)
      expect(['failed', 'interrupted']).toContain(ended.state)
      expect(ended.sweep?.ended).toBeLessThan(6)
      expect((await holders(world)).sweeper).toBe(10)
      await api.connection.open({ connectionId })
      const plan = await planSweep(sluice, HERE)
      await expect(runSweep(sluice, plan)).rejects.toMatchObject({ code: 'READ_ONLY' })
    })
  })

  describe('a sweep that is ended in its midst', () => {
    test('cancelled: what was done stays, the rest is not begun, and the undo gives all back', async () => {
      const { proxy, sluice } = world
      await seedAll(world)
      const before = await allPending(world)
      const job = await heldAtClaim(3)
      await sluice.api.job.cancel({ jobId: job.id })
      proxy.resume()
      const ended = await sluice.finished(job)
      expect(ended).toMatchObject({ state: 'cancelled', done: 15, total: 30, counts: { changed: 15 }, undoable: true })
      expect(await holders(world)).toEqual({ dead: 15, sweeper: 15 })
      expect(await recordsOf(sluice, ended.recordId)).toHaveLength(3)
      await undoSweep(sluice, ended.recordId)
      expect(await allPending(world)).toEqual(before)
    })

    test('paused: no further group is begun until it goes on', async () => {
      const { proxy, sluice } = world
      await seedAll(world)
      const job = await heldAtClaim(2)
      await sluice.api.job.pause({ jobId: job.id })
      proxy.resume()
      await expect.poll(async () => (await nowOf(job)).done).toBe(10)
      expect(await nowOf(job)).toMatchObject({ state: 'running', throttle: { paused: true } })
      expect(await holders(world)).toEqual({ dead: 20, sweeper: 10 })
      await sluice.api.job.resume({ jobId: job.id })
      expect(await sluice.finished(job)).toMatchObject({ state: 'done', counts: { changed: 30 } })
    })

    test('its connection is cut: the batch in flight is read back, nothing more is begun, and the undo is exact', async () => {
      const { proxy, sluice } = world
      await seedAll(world)
      const before = await allPending(world)
      const plan = await planSweep(sluice, HERE)
      let seen = 0
      void proxy.fault((args) => isClaim(args) && (seen += 1) === 4, { kind: 'cut-before-reply' })
      const ended = await sluice.finished(await runSweep(sluice, plan))
      expect(ended).toMatchObject({ state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME' }, counts: { changed: 20 } })
      expect(ended.sweep).toMatchObject({ ended: 4, groups: 6, failed: 1 })
      const records = await recordsOf(sluice, ended.recordId)
      expect(records.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'interrupted'])
      await expect.poll(async () => planUndo(sluice, ended.recordId).catch(() => null)).not.toBeNull()
      expect(await undoSweep(sluice, ended.recordId)).toMatchObject({ state: 'done', counts: { changed: 20 } })
      expect(await allPending(world)).toEqual(before)
    })

    test('an undo is refused while it runs, and a job is refused with the sweep that is at its group', async () => {
      const { proxy, sluice } = world
      await seedAll(world)
      const { api, connectionId } = sluice
      const action = { kind: 'claim', to: 'other', includeGone: false } as const
      const plan = await planSweep(sluice, HERE)
      const selection = { kind: 'matching', criteria: {} } as const
      const plans = new Map<string, string>()
      for (const key of ['app:a', 'app:b', 'app:c']) {
        for (const group of ['g1', 'g2']) {
          const { id } = await api.recovery.plan({ connectionId, key, group, selection, action })
          plans.set(placeOf(key, group), id)
        }
      }
      const reached = holdAt(proxy, isClaim, 2)
      const job = await runSweep(sluice, plan)
      await reached
      const { key, group } = await nowOf(job)
      const planId = plans.get(placeOf(key, group)) ?? ''
      const refused = api.recovery.run({ connectionId, planId })
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', data: { jobId: job.id } })
      await expect(api.sweep.undo({ connectionId, sweepId: job.recordId })).rejects.toMatchObject({ code: 'BAD_INPUT' })
      proxy.resume()
      await sluice.finished(job)
    })
  })

  describe('an undo', () => {
    test('leaves alone what others did since, group by group, and can be begun once more', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      const job = await sweep(sluice, HERE)
      await direct.xack('app:a', 'g1', '1-0', '2-0')
      await direct.xclaim('app:b', 'g2', 'late', 0, '3-0', 'JUSTID')
      await direct.xgroup('DESTROY', 'app:c', 'g1')
      const plan = await planUndo(sluice, job.recordId)
      expect(plan.sums).toMatchObject({ groups: 5, failed: 1, entries: 22, leftAlone: 3 })
      const undone = await undoSweep(sluice, job.recordId)
      expect(undone).toMatchObject({
        state: 'done',
        counts: { changed: 22, leftAlone: 3 },
        sweep: { ended: 6, failed: 1 },
      })
      expect((await pendingOf(direct, 'app:a', 'g1')).map(([id]) => id)).toEqual(idsFrom(3, 3))
      expect((await pendingOf(direct, 'app:b', 'g2')).map(([, holder]) => holder)).toEqual([
        ...['dead', 'dead', 'late', 'dead', 'dead'],
      ])
      const { rows, undone: already } = await planUndo(sluice, job.recordId)
      expect(already).toBe(5)
      expect(rows).toMatchObject([{ key: 'app:c', group: 'g1', error: { code: 'NOT_FOUND' } }])
    })

    test('counts the groups in which it finds something to give back', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      const job = await sweep(sluice, HERE)
      await direct.xack('app:a', 'g1', ...idsFrom(1, 5))
      const plan = await planUndo(sluice, job.recordId)
      expect(plan.sums).toMatchObject({ groups: 5, failed: 0, entries: 25 })
    })

    test('of one that is undone, or unknown, is refused', async () => {
      const { sluice } = world
      const { api, connectionId } = sluice
      await seedAll(world)
      const job = await sweep(sluice, HERE)
      await undoSweep(sluice, job.recordId)
      await expect(undoSweep(sluice, job.recordId)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      await expect(api.sweep.undo({ connectionId, sweepId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(planUndo(sluice, 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('after Sluice was started anew', async () => {
      const { sluice } = world
      await seedAll(world)
      const before = await allPending(world)
      const job = await sweep(sluice, HERE)
      await sluice.restart()
      expect(await undoSweep(sluice, job.recordId)).toMatchObject({ state: 'done', counts: { changed: 30 } })
      expect(await allPending(world)).toEqual(before)
    })
  })
})
