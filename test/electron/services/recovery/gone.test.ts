import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { isClaim } from '../../../helpers/is-claim'
import { saying } from '../../../helpers/saying'
import {
  ack,
  claimTo,
  counts,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
} from './recovery-kit'

onEveryServer((world) => {
  describe('entries gone from the stream', () => {
    test('are left out of a claim and counted, and stay pending as they were', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_100) } })
      await direct.xtrim(KEY, 'MINID', '301-0')
      await direct.xdel(KEY, ...idsFrom(701, 100))
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      const done = counts({ changed: 700, gone: 400 })
      expect(job).toMatchObject({ state: 'done', done: 1_100, total: 1_100, counts: done })
      expect(await heldBy(direct, 'alice')).toEqual([...idsFrom(1, 300), ...idsFrom(701, 100)])
    })

    test('are dropped from the pending list by Redis when they are claimed all the same, and counted as that', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700) } })
      await direct.xtrim(KEY, 'MINID', '301-0')
      await direct.xdel(KEY, '500-0', '700-0')
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob', true))
      expect(plan.warnings).toContain('gone-from-stream')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', done: 700, counts: counts({ changed: 398, dropped: 302 }) })
      expect(await heldBy(direct, 'bob')).toHaveLength(398)
      expect(await pendingOf(direct)).toHaveLength(398)
    })

    test('of the target’s own are not dropped: they are there already', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2), bob: idsFrom(3, 2) } })
      await direct.xdel(KEY, '1-0', '3-0')
      const job = await sluice.recover(ofIds(idsFrom(1, 4)), claimTo('bob', true))
      expect(job).toMatchObject({ counts: counts({ changed: 1, dropped: 1, leftAlone: 2 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['2-0', '3-0', '4-0'])
    })

    test('are all there is in an emptied stream: a claim does nothing, an ack ends them', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      await direct.xtrim(KEY, 'MAXLEN', 0)
      const before = await pendingOf(direct)
      const claimed = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect(claimed).toMatchObject({ state: 'done', counts: counts({ gone: 30 }), undoable: false })
      expect(await pendingOf(direct)).toEqual(before)
      const acked = await sluice.recover(ofConsumer('alice'), ack)
      expect(acked).toMatchObject({ counts: counts({ changed: 30 }), undoable: false })
      expect(await pendingOf(direct)).toEqual([])
    })

    test.each<readonly [string, RecoveryAction]>([
      ['an ack', ack],
      ['a claim that takes them', claimTo('bob', true)],
      ['an auto-claim', { kind: 'autoClaim', to: 'bob', minIdleMs: 1_000, count: 10 }],
    ])('promise no undo of %s that takes nothing else, and it offers none', async (_what, action) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: 60_000 })
      await direct.xdel(KEY, '1-0', '2-0')
      expect((await sluice.plan(ofAll(), action)).undo).toMatchObject({ possible: true })
      await direct.xdel(KEY, '3-0')
      const plan = await sluice.plan(ofAll(), action)
      if (plan.changes + plan.drops > 0) {
        expect(plan.undo).toEqual({ possible: false, note: saying('They are gone from the stream') })
      }
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.undoable).toBe(false)
      const refused = { code: 'BAD_INPUT', data: { field: 'recordId' } }
      await expect(sluice.undo(job)).rejects.toMatchObject(refused)
    })

    test('are found wherever they lie: before the first entry, between others, and after the last', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0', '1-1', '5-3', '5-4', '9-0', '9-1'] } })
      await direct.xdel(KEY, '1-0', '5-3', '9-1')
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      expect(plan).toMatchObject({ entries: 6, gone: 3 })
      await sluice.finished(await sluice.run(plan))
      expect(await heldBy(direct, 'bob')).toEqual(['1-1', '5-4', '9-0'])
    })

    test('beyond the greatest deleted id, which someone has set back, are found as well', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await direct.xdel(KEY, '3-0')
      await direct.call('XSETID', KEY, '5-0', 'ENTRIESADDED', 5, 'MAXDELETEDID', '1-0')
      expect(await sluice.plan(ofAll(), ack)).toMatchObject({ changes: 5, gone: 1 })
      expect(await sluice.plan(ofAll(), claimTo('bob', true))).toMatchObject({ changes: 4, drops: 1 })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect(job).toMatchObject({ state: 'done', done: 5, counts: counts({ changed: 4, gone: 1 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['3-0'])
    })

    describe('while a job is paused', () => {
      const IDS = idsFrom(1, 1_200)
      const LATE = IDS.filter((_, at) => at >= 600 && at % 10 === 0)
      /** Paused with its first batch done; then some of the rest go, and it goes on. */
      async function losing(begin: () => Promise<Job>): Promise<Job> {
        const { direct, proxy, sluice } = world
        const reached = holdAt(proxy, isClaim)
        const job = await begin()
        await reached
        await sluice.api.job.pause({ jobId: job.id })
        proxy.resume()
        for await (const { id, done } of await sluice.api.job.watch()) if (id === job.id && done > 0) break
        // Whatever was looked at ahead of its turn was by then.
        await expect.poll(() => performance.now() - since > 500, { timeout: 5_000 }).toBe(true)
        await direct.xdel(KEY, ...LATE)
        await sluice.api.job.resume({ jobId: job.id })
        return sluice.finished(job)
      }
      let since = 0

      test.each<[string, RecoveryAction]>([
        ['a claim', claimTo('bob')],
        ['a spread', spreadOver(['bob', 'eve'])],
      ])('%s drops none of what goes meanwhile', async (_, action) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: IDS } })
        const plan = await sluice.plan(ofConsumer('alice'), action)
        since = performance.now()
        const job = await losing(() => sluice.run(plan))
        const changed = IDS.length - LATE.length
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed, gone: LATE.length }) })
        expect(await heldBy(direct, 'alice')).toEqual(LATE)
        const undone = await sluice.undo(job)
        expect(undone).toMatchObject({ counts: counts({ changed }) })
      })

      test('an undo of a claim drops none of what goes meanwhile', async () => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: IDS } })
        const { recordId } = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
        since = performance.now()
        const undone = await losing(() => sluice.api.recovery.undo({ connectionId: sluice.connectionId, recordId }))
        expect(undone).toMatchObject({ counts: counts({ changed: IDS.length - LATE.length, gone: LATE.length }) })
        expect(await heldBy(direct, 'bob')).toEqual(LATE)
      })
    })
  })
})
