import { describe, expect, test } from 'vitest'
import type { SweepAction } from '../../../../shared/model/rule'
import { counts, idsFrom, onEveryServer, pendingOf, seed } from '../recovery/recovery-kit'
import {
  allPending,
  GROUPS,
  holders,
  KEYS,
  LONG_MS,
  planSweep,
  placeOf,
  planUndo,
  recordsOf,
  runSweep,
  seedAll,
  sweep,
  undoSweep,
} from './sweep-kit'

onEveryServer((world) => {
  describe('a sweep', () => {
    test('takes what stalled consumers hold in all groups that match, as one job, and its undo is exact', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      await seed(direct, { key: 'other', held: { dead: idsFrom(1, 2) }, idleMs: LONG_MS })
      // One that lives, and holds something as old.
      await direct.xclaim('app:b', 'g1', 'living', 0, '2-0', 'IDLE', LONG_MS, 'JUSTID')
      await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
      const asked = { stream: 'app:*', take: { stalled: true, minIdleMs: 0, minDeliveries: null } }
      const planned = async () => {
        await direct.xreadgroup('GROUP', 'g1', 'living', 'COUNT', 1, 'STREAMS', 'app:b', '0')
        return planSweep(sluice, asked)
      }
      let plan = await planned()
      await expect.poll(async () => (plan = await planned()).sums.entries).toBe(29)
      const before = await allPending(world)
      expect(plan).toMatchObject({ streams: 3, groups: 6, cappedBy: null, confirm: null })
      expect(plan.sums).toEqual({ groups: 6, failed: 0, entries: 29, changes: 29, drops: 0, gone: 0 })

      const job = await sluice.finished(await runSweep(sluice, plan))
      expect(job).toMatchObject({ kind: 'claim', state: 'done', done: 29, total: 29, counts: counts({ changed: 29 }) })
      expect(job).toMatchObject({
        undoable: true,
        sweep: { groups: 6, ended: 6, failed: 0, stream: 'app:*', group: '*' },
      })
      expect(await holders(world)).toEqual({ living: 1, sweeper: 29 })
      expect(await pendingOf(direct, 'other')).toHaveLength(2)

      const records = await recordsOf(sluice, job.recordId)
      expect(records.map(({ key, group }) => placeOf(key, group)).toSorted()).toEqual(
        KEYS.flatMap((key) => GROUPS.map((group) => placeOf(key, group))),
      )
      expect(records.every(({ state, action }) => state === 'done' && action === 'claim')).toBe(true)
      expect((await sluice.api.job.list()).filter(({ kind }) => kind === 'claim')).toHaveLength(1)

      const undo = await planUndo(sluice, job.recordId)
      expect(undo.sums).toEqual({ groups: 6, failed: 0, entries: 29, leftAlone: 0, gone: 0 })
      expect(undo.rows.map(({ recordId }) => recordId)).toEqual(records.map(({ id }) => id).toReversed())
      const undone = await undoSweep(sluice, job.recordId)
      expect(undone).toMatchObject({
        kind: 'undo',
        state: 'done',
        counts: counts({ changed: 29 }),
        sweep: { undoes: job.recordId },
      })
      expect(await allPending(world)).toEqual(before)
    })

    test.each<readonly [string, SweepAction]>([
      ['spread', { kind: 'spread' }],
      ['dead letters', { kind: 'deadLetter', stream: null }],
      ['dead letters in one stream', { kind: 'deadLetter', stream: 'dead-letters' }],
    ])('%s: done in every group, and undone', async (_what, action) => {
      const { direct, sluice } = world
      await seedAll(world)
      for (const key of KEYS) for (const group of GROUPS) await direct.xgroup('CREATECONSUMER', key, group, 'living')
      const before = await allPending(world)
      const job = await sweep(sluice, { stream: 'app:?', action })
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 30 }), sweep: { ended: 6, failed: 0 } })
      if (action.kind === 'deadLetter') {
        expect(await holders(world)).toEqual({})
        const copies = action.stream === null ? KEYS.map((key) => `${key}:dead`) : [action.stream as string]
        const lengths = await Promise.all(copies.map((copy) => direct.xlen(copy)))
        expect(lengths.reduce((sum, length) => sum + Number.parseInt(`${length}`, 10), 0)).toBe(30)
      }
      expect(await undoSweep(sluice, job.recordId)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      expect(await allPending(world)).toEqual(before)
    })

    test('acks what is gone, everywhere, and nothing else', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      await direct.xdel('app:a', '2-0', '3-0')
      await direct.xtrim('app:c', 'MAXLEN', 1)
      const plan = await planSweep(sluice, { stream: 'app:*', action: { kind: 'ackGone' } })
      expect(plan.sums).toEqual({ groups: 4, failed: 0, entries: 12, changes: 12, drops: 0, gone: 12 })
      expect(plan).toMatchObject({ confirm: 'app:*', cappedBy: null })
      expect(plan.rows.every(({ forGood }) => forGood)).toBe(true)
      const job = await sluice.finished(await runSweep(sluice, plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 12 }) })
      const left = await allPending(world)
      expect(Object.values(left).map((rows) => rows.length)).toEqual([3, 3, 5, 5, 1, 1])
    })

    test('takes by idle time and by deliveries', async () => {
      const { direct, sluice } = world
      await seedAll(world)
      await direct.xclaim('app:a', 'g2', 'dead', 0, '4-0', 'RETRYCOUNT', 3, 'JUSTID')
      const take = { stalled: false, minIdleMs: LONG_MS / 2, minDeliveries: 2 }
      const plan = await planSweep(sluice, { take })
      expect(plan.rows.map(({ group, entries }) => [group, entries]).toSorted()).toEqual([
        ['g2', 4],
        ['g2', 5],
        ['g2', 5],
      ])
    })

    test('names of any bytes: each group is taken once, and given back', async () => {
      const { sluice } = world
      const keys = [Buffer.from('app:\xff\xfe', 'latin1'), Buffer.from('app:\xff\xfd', 'latin1'), 'app:*']
      await seedAll(world, 3, keys)
      const before = await allPending(world, keys)
      const job = await sweep(sluice, { stream: 'app:*', group: 'g?' })
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 18 }), sweep: { ended: 6 } })
      await undoSweep(sluice, job.recordId)
      expect(await allPending(world, keys)).toEqual(before)
    })

    test('a plan is made by reading only', async () => {
      const { proxy, sluice } = world
      await seedAll(world)
      const sent = proxy.commands.length
      await planSweep(sluice)
      const changing = /^(XCLAIM|XAUTOCLAIM|XACK\w*|XADD|XDEL\w*|XTRIM|XGROUP|XNACK|EVAL|MULTI)$/
      expect(proxy.commands.slice(sent).filter((name) => changing.test(name))).toEqual([])
    })
  })
})
