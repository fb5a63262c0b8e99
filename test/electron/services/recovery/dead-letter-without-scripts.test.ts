import { describe, expect, test } from 'vitest'
import { deadLetter, originals } from './copy-kit'
import { openAs } from './limited-user'
import {
  counts,
  executed,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'

onEveryServer((world) => {
  describe('dead-lettering where scripts are not allowed', () => {
    const withoutScripts = async (work: (sluice: Sluice) => Promise<void>): Promise<void> => {
      const sluice = await openAs(world, '-eval')
      try {
        await work(sluice)
      } finally {
        await sluice.stop()
      }
    }

    test('says so, copies first and acks then, and can be undone', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 230) } })
      const before = await pendingOf(direct)
      await withoutScripts(async (sluice) => {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ maxLen: 100_000 }))
        expect(plan.guard.atomic).toBe(false)
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 230 }) })
        expect(await originals(direct)).toEqual(idsFrom(1, 230))
        expect(await pendingOf(direct)).toEqual([])
        await sluice.undo(job)
        expect([await pendingOf(direct), await originals(direct)]).toEqual([before, []])
      })
    })

    test('deletes again the copy of what its consumer acks, or somebody claims, meanwhile', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await withoutScripts(async (sluice) => {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        const held = holdAt(proxy, named('XADD'), 5)
        const running = await sluice.run(plan)
        await held
        await executed(direct, 'xadd', 5)
        await direct.xack(KEY, GROUP, '2-0')
        await direct.xclaim(KEY, GROUP, 'bob', 0, '3-0', 'JUSTID')
        proxy.resume()
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, leftAlone: 2 }) })
        expect(await originals(direct)).toEqual(['1-0', '4-0', '5-0'])
        expect(await pendingOf(direct)).toEqual([['3-0', 'bob', '1']])
      })
    })

    test('deletes again the copy of what its consumer acks between the last look and the ack', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const before = await pendingOf(direct)
      await withoutScripts(async (sluice) => {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        let isCopied = false
        const looked = holdAt(proxy, ([name]) => {
          isCopied ||= name === 'XADD'
          return isCopied && name === 'XPENDING'
        })
        const running = await sluice.run(plan)
        await looked
        // Whoever is answered now comes after the look.
        await direct.ping()
        await direct.xack(KEY, GROUP, '2-0')
        proxy.resume()
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4, leftAlone: 1 }) })
        expect(await originals(direct)).toEqual(['1-0', '3-0', '4-0', '5-0'])
        expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 4 }) })
        expect(await pendingOf(direct)).toEqual(before.filter(([id]) => id !== '2-0'))
      })
    })

    test('deletes again the copies whose replies are lost, and acks none of their entries', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const before = await pendingOf(direct)
      await withoutScripts(async (sluice) => {
        let xadds = 0
        void proxy.fault((args) => args[0] === 'XADD' && (xadds += 1) === 3, { kind: 'cut-before-reply' })
        const job = await sluice.recover(ofConsumer('alice'), deadLetter())
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 5 }) })
        expect([await pendingOf(direct), await originals(direct)]).toEqual([before, []])
      })
    })

    test('whose acks are lost keeps the copies, and calls what is not pending unknown', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const before = await pendingOf(direct)
      await withoutScripts(async (sluice) => {
        let xacks = 0
        void proxy.fault((args) => args[0] === 'XACK' && (xacks += 1) === 5, { kind: 'cut-before-reply' })
        const job = await sluice.recover(ofConsumer('alice'), deadLetter())
        const acked = 5 - (await pendingOf(direct)).length
        expect(job).toMatchObject({ state: 'interrupted' })
        expect(job.counts.changed + job.counts.unknown).toBe(acked)
        // What is still pending has no copy, and what is not has one.
        expect(await originals(direct)).toHaveLength(acked)
        await sluice.undo(job)
        await sluice.undo(job, 'possible')
        expect([await pendingOf(direct), await originals(direct)]).toEqual([before, []])
      })
    })

    test('acks none whose copy is refused', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await withoutScripts(async (sluice) => {
        let xadds = 0
        const reply = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
        void proxy.fault((args) => args[0] === 'XADD' && (xadds += 1) > 3, { kind: 'answer', reply }, 2)
        const job = await sluice.recover(ofConsumer('alice'), deadLetter())
        expect(job).toMatchObject({
          state: 'failed',
          error: { data: { prefix: 'OOM' } },
          counts: counts({ changed: 3 }),
        })
        expect(job.failures.map(({ id }) => id)).toEqual(['4-0', '5-0'])
        expect(await originals(direct)).toEqual(idsFrom(1, 3))
        expect((await pendingOf(direct)).map(([id]) => id)).toEqual(['4-0', '5-0'])
      })
    })
  })
})
