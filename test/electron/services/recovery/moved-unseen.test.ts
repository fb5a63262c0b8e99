import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import {
  ack,
  claimTo,
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  onEveryServer,
  seed,
} from './recovery-kit'

/** XCLAIM with IDLE or TIME moves an entry and keeps its delivery time. */
onEveryServer((world) => {
  /** As its own recovery would: to another consumer, with the delivery time of before. */
  const moved = async (to: string, ids: readonly string[], ...more: readonly (string | number)[]) => {
    await world.direct.call('XCLAIM', [KEY, GROUP, to, 0, ...ids, 'IDLE', 60_000, ...more, 'JUSTID'])
  }

  describe('what moved since the plan, with its delivery time kept', () => {
    test.each([
      ['acked', ack],
      ['claimed', claimTo('carol')],
    ])('to another consumer is not %s', async (_, action) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) }, idleMs: 60_000 })
      const plan = await sluice.plan(ofAll(), action)
      await moved('bob', idsFrom(1, 10))
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 10, leftAlone: 10 }) })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 10))
    })

    test('with another delivery count is not acked', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) }, idleMs: 60_000 })
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      await moved('alice', idsFrom(1, 10), 'RETRYCOUNT', 7)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ counts: counts({ changed: 10, leftAlone: 10 }) })
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 10))
    })
  })

  test.each<readonly [string, RecoveryAction]>([
    ['acked', ack],
    ['claimed', claimTo('carol')],
  ])('nothing is %s in place of another that a plan of one consumer showed', async (_, action) => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 1_600), dave: idsFrom(1_601, 300) }, idleMs: 60_000 })
    const plan = await sluice.plan(ofConsumer('alice'), action)
    expect(plan).toMatchObject({ entries: 1_600, changes: 1_600 })
    await direct.xack(KEY, GROUP, ...idsFrom(1_001, 300))
    await moved('alice', idsFrom(1_601, 300))
    const job = await sluice.finished(await sluice.run(plan))
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1_300, leftAlone: 300 }) })
    expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1_601, 300))
  })

  describe('beyond what a plan of one consumer has read', () => {
    const HELD = 10_100
    test.each<readonly [string, RecoveryAction]>([
      ['acked', ack],
      ['claimed', claimTo('carol')],
      ['acked and deleted', { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }],
    ])('no more is %s than was shown, whoever it was taken from', async (_, action) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, HELD), dave: idsFrom(HELD + 1, 300) }, idleMs: 60_000 })
      const plan = await sluice.plan(ofConsumer('alice'), action)
      expect(plan).toMatchObject({ entries: HELD, changes: HELD })
      await moved('alice', idsFrom(HELD + 1, 300))
      const job = await sluice.finished(await sluice.run(plan))
      const problem = { code: 'recovery.more-held', params: { shown: HELD } }
      expect(job).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN', data: { problem } } })
      expect(job.counts.changed).toBeLessThanOrEqual(HELD)
      expect((await heldBy(direct, 'alice')).slice(-300)).toEqual(idsFrom(HELD + 1, 300))
      const left = HELD + 300 - (action.kind === 'ackDelete' ? job.counts.changed : 0)
      expect(String(await direct.xlen(KEY))).toBe(String(left))
    })

    test('what it reads while the plan is made, and since, stops nothing', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, HELD) }, idleMs: 60_000 })
      const read = async (first: number): Promise<void> => {
        const add = direct.pipeline()
        for (const id of idsFrom(first, 50)) add.xadd(KEY, id, 'n', id)
        await add.exec()
        await direct.call('XREADGROUP', ['GROUP', GROUP, 'alice', 'COUNT', 50, 'STREAMS', KEY, '>'])
      }
      const reached = holdAt(proxy, ([command, what]) => `${command} ${what}`.toUpperCase() === 'XINFO CONSUMERS')
      const planning = sluice.plan(ofConsumer('alice'), ack)
      await reached
      await read(HELD + 1)
      proxy.resume()
      const plan = await planning
      await read(HELD + 51)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', error: null })
      expect((await heldBy(direct, 'alice')).slice(-50)).toEqual(idsFrom(HELD + 51, 50))
    })
  })
})
