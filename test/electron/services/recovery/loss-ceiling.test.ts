import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isForGood } from '../../../../shared/for-good'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { longer } from '../../../helpers/soak'
import { saying } from '../../../helpers/saying'
import { openAs } from './limited-user'
import {
  ack,
  claimTo,
  counts,
  GROUP,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  sentSoFar,
  spreadOver,
} from './recovery-kit'
import { asksForStreamInfo } from '../../../helpers/stream-info-command'

const MINUTE = 60_000
const autoClaim = (count: number): RecoveryAction => ({ kind: 'autoClaim', to: 'bob', minIdleMs: MINUTE, count })
const stopped = { state: 'failed', error: { code: 'STALE_PLAN' } }

/** What a plan says can't be given back. */
function shownBy({ action, gone, drops }: RecoveryPlan): number | null {
  return action.kind === 'ack' ? gone : drops
}

onEveryServer((world) => {
  /** Pending entries whose body is gone; nothing gives them back once they are no longer pending. */
  async function goneAndPending(): Promise<string[]> {
    const { direct } = world
    const there = new Set((await direct.xrange(KEY, '-', '+')).map(([id]) => id))
    return (await pendingOf(direct)).map(([id]) => id).filter((id) => !there.has(id))
  }
  async function losses(before: readonly string[]): Promise<number> {
    const still = new Set(await goneAndPending())
    return before.filter((id) => !still.has(id)).length
  }
  const hasAutoClaim = async (): Promise<boolean> => {
    const [known] = (await world.direct.call('COMMAND', 'INFO', 'XAUTOCLAIM')) as unknown[]
    return known !== null && known !== undefined
  }

  describe('what no undo gives back stays within what was shown', () => {
    test('whatever goes from the stream between plan and run', async () => {
      const { direct, sluice } = world
      const auto = await hasAutoClaim()
      const actions: (readonly [Selection, RecoveryAction])[] = [
        [ofAll(), ack],
        [ofConsumer('alice'), ack],
        [ofAll(), claimTo('bob', true)],
        [ofAll(), claimTo('bob', false)],
        [ofAll(), spreadOver(['bob', 'carol'], true)],
        ...(auto ? ([1, 3, 100] as const).map((count) => [ofAll(), autoClaim(count)] as const) : []),
      ]
      const some = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(some, some, some, fc.constantFrom(...actions), async (early, late, fresh, [what, action]) => {
          await direct.flushall()
          await seed(direct, { held: { alice: idsFrom(1, 20), bob: idsFrom(21, 10) }, idleMs: 60 * MINUTE })
          const delivered = fresh.map((at) => `${at}-0`)
          if (delivered.length > 0) await direct.call('XCLAIM', KEY, GROUP, 'dave', 0, ...delivered, 'JUSTID')
          if (early.length > 0) await direct.xdel(KEY, ...early.map((at) => `${at}-0`))
          const plan = await sluice.plan(what, action)
          if (late.length > 0) await direct.xdel(KEY, ...late.map((at) => `${at}-0`))
          const before = await goneAndPending()
          const job = await sluice.finished(await sluice.run(plan))
          const lost = await losses(before)
          const shown = shownBy(plan)
          expect(shown).not.toBeNull()
          expect(lost, JSON.stringify({ plan, job })).toBeLessThanOrEqual(shown ?? 0)
          expect(lost === 0 || isForGood(plan)).toBe(true)
          if (job.state !== 'done') expect(job).toMatchObject(stopped)
          // Where nothing went in between nothing is refused, and all that was shown is done; XAUTOCLAIM may meet less.
          if (late.length === 0) expect(job.state).toBe('done')
          if (late.length === 0 && action.kind !== 'autoClaim') expect(lost).toBe(shown)
        }),
        { numRuns: longer(40) },
      )
    })

    test('an ack of 5 that are gone does not ack 1 500 that went since', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_600) } })
      await direct.xdel(KEY, ...idsFrom(1, 5))
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      expect(plan).toMatchObject({ gone: 5 })
      expect(isForGood(plan)).toBe(true)
      await direct.xtrim(KEY, 'MAXLEN', 100)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ ...stopped, counts: counts({}) })
      expect(await pendingOf(direct)).toHaveLength(1_600)
      expect(job.error).toMatchObject({ data: { problem: saying('than the 5 that were shown') } })
    })

    test.each([
      ['of large entries', 8 * 1024, []],
      ['without scripts', 1, ['-eval']],
      ['where MEMORY USAGE is refused', 1, ['-memory']],
    ] as const)('nor does one %s', async (_title, bytes, rules) => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 300) } })
      for (let at = 301; at <= 320; at += 1) await direct.xadd(KEY, `${at}-0`, 'n', 'x'.repeat(bytes * 20))
      await direct.xdel(KEY, '1-0', '299-0')
      const sluice = rules.length === 0 ? world.sluice : await openAs(world, ...rules)
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      expect(plan).toMatchObject({ gone: 2 })
      await direct.xtrim(KEY, 'MAXLEN', 120)
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ ...stopped, counts: counts({}) })
      expect(await pendingOf(direct)).toHaveLength(300)
    })

    test('an ack takes what was shown in full, wherever in its pages that lies', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_600) } })
      await direct.xdel(KEY, ...idsFrom(200, 300), ...idsFrom(1_590, 5))
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      expect(plan).toMatchObject({ gone: 305 })
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({
        state: 'done',
        counts: counts({ changed: 1_600 }),
      })
      expect(await pendingOf(direct)).toEqual([])
    })

    test('and stops before the first command that would take more, with what was acked until then', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_600) } })
      await direct.xdel(KEY, ...idsFrom(1, 10))
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      await direct.xdel(KEY, '1300-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ ...stopped, error: { data: { problem: saying('than the 10 that were shown') } } })
      const left = (await pendingOf(direct)).map(([id]) => id)
      expect(left).toContain('1300-0')
      expect(job.counts.changed).toBe(1_600 - left.length)
      expect(job.counts.changed).toBeGreaterThan(0)
      const back = await sluice.undo(job)
      expect(back).toMatchObject({ state: 'done' })
      expect(await pendingOf(direct)).toHaveLength(1_590)
    })

    test('nor do two commands of one batch take more between them', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 500) } })
      await direct.xdel(KEY, ...idsFrom(1, 5))
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      await direct.xdel(KEY, ...idsFrom(401, 5))
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({
        ...stopped,
        counts: counts({ changed: 250 }),
      })
      expect(await goneAndPending()).toEqual(idsFrom(401, 5))
    })

    test('nor do two batches of a claim that drops what is gone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      await direct.xdel(KEY, ...idsFrom(1, 5))
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob', true))
      await direct.xdel(KEY, ...idsFrom(551, 5))
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ ...stopped, counts: counts({ changed: 495, dropped: 5 }) })
      expect(await goneAndPending()).toEqual(idsFrom(551, 5))
    })

    test.each([
      ['acks them all where none is gone', []],
      ['acks none of them where one is', ['5002-0']],
    ])('entries far larger than the average: %s', async (_, late) => {
      const { direct, sluice } = world
      const small = direct.pipeline()
      for (const id of idsFrom(1, 2_000)) small.xadd(KEY, id, 'n', id)
      await small.exec()
      for (const id of idsFrom(5_001, 3)) await direct.xadd(KEY, id, 'n', Buffer.alloc(1024 * 1024))
      await direct.xadd(KEY, '6000-0', 'n', 'n')
      await direct.xgroup('CREATE', KEY, GROUP, '6000-0')
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(5_001, 3), 'FORCE', 'JUSTID')
      await direct.xdel(KEY, '6000-0')
      const plan = await sluice.plan(ofAll(), ack)
      expect(plan).toMatchObject({ entries: 3, gone: 0 })
      if (late.length > 0) await direct.xdel(KEY, ...late)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject(late.length > 0 ? stopped : { state: 'done', counts: counts({ changed: 3 }) })
      expect(await pendingOf(direct)).toHaveLength(late.length > 0 ? 3 : 0)
    })

    test('an auto-claim is not stopped for the time that it takes to look ahead', async ({ skip }) => {
      if (!(await hasAutoClaim())) skip()
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) }, idleMs: 60 * MINUTE })
      await direct.call('XCLAIM', KEY, GROUP, 'dave', 0, '29-0', '30-0', 'JUSTID')
      await direct.xdel(KEY, '29-0')
      const plan = await sluice.plan(ofAll(), autoClaim(28))
      const looks = (args: readonly string[]): boolean => asksForStreamInfo(args) || args[0] === 'XRANGE'
      void proxy.fault(looks, { kind: 'delay', ms: 30 }, 99)
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ state: 'done', counts: { changed: 28 } })
    })

    test('a plan of what one consumer holds knows what is gone beyond its first page', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_600) } })
      await direct.xdel(KEY, '1500-0')
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      expect(plan).toMatchObject({ entries: 1_600, gone: 1 })
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ state: 'done', counts: { changed: 1_600 } })
    })

    test('and reads no further once more is to be looked up than it may: that is told, and asked for', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 23_000) } })
      // Only a look at each one tells which are gone.
      await direct.xdel(KEY, '23000-0')
      expect(await sluice.plan(ofConsumer('alice'), ack)).toMatchObject({ entries: 23_000, gone: 1 })
      // Without scripts that read, each look sends an entry.
      const limited = await openAs(world, '-@scripting')
      const before = sentSoFar(proxy, 'XPENDING')
      const plan = await limited.plan(ofConsumer('alice'), ack)
      await limited.stop()
      expect(plan).toMatchObject({ entries: 23_000, changes: 23_000, gone: null, mostDeliveries: null })
      expect(plan.warnings).toContain('gone-from-stream')
      expect(isForGood(plan)).toBe(true)
      // 40 pages of 500, the one at which it was too much, and one that was begun by then.
      expect(sentSoFar(proxy, 'XPENDING') - before).toBeLessThan(23_000 / 500)
    })

    test('an auto-claim’s plan counts what it drops on its way, however fresh', async ({ skip }) => {
      if (!(await hasAutoClaim())) skip()
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 60) }, idleMs: 60 * MINUTE })
      const fresh = idsFrom(2, 51)
      await direct.call('XCLAIM', KEY, GROUP, 'dave', 0, ...fresh, 'JUSTID')
      await direct.xdel(KEY, ...fresh)
      const plan = await sluice.plan(ofAll(), autoClaim(100))
      const before = await goneAndPending()
      const job = await sluice.finished(await sluice.run(plan))
      const dropped = await losses(before)
      expect(job).toMatchObject({ state: 'done', counts: { changed: 9, dropped } })
      expect(dropped).toBeGreaterThan(0)
      expect(plan).toMatchObject({ entries: 9, changes: 9, drops: 51, gone: 51 })
      expect(isForGood(plan)).toBe(true)
    })
  })
})
