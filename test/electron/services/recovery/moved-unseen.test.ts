import { describe, expect, test } from 'vitest'
import {
  ack,
  claimTo,
  counts,
  GROUP,
  heldBy,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  onEveryServer,
  seed,
} from './recovery-kit'

/** XCLAIM with IDLE or TIME moves an entry and keeps its delivery time (issue 13, A 6). */
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
})
