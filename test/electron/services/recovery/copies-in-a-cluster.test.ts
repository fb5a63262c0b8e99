import { beforeEach, describe, expect, test } from 'vitest'
import { copiesIn, deadLetter } from './copy-kit'
import { callsOf, counts, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, seed } from './recovery-kit'
import { saying } from '../../../helpers/saying'
import { streamAskedFor } from '../../../helpers/stream-info-command'

onEveryServer(
  (world) => {
    beforeEach(async () => {
      const { direct } = world
      const slots = Array.from({ length: 16_384 }, (_, slot) => slot)
      if (!/cluster_slots_assigned:16384/.test(String(await direct.call('CLUSTER', 'INFO')))) {
        await direct.call('CLUSTER', 'ADDSLOTS', ...slots)
      }
      const isUp = async () => /cluster_state:ok/.test(String(await direct.call('CLUSTER', 'INFO')))
      await expect.poll(isUp, { timeout: 30_000 }).toBe(true)
    })

    describe('dead-lettering in a cluster', () => {
      test('goes by itself to a stream of the same slot', async () => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: idsFrom(1, 3) } })
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        expect(plan).toMatchObject({ action: { stream: `{${KEY}}:dead` }, guard: { atomic: true } })
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      })

      test('to another slot says beforehand that no script can do it, and copies before it acks', async () => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: idsFrom(1, 3) } })
        const before = await pendingOf(direct)
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ stream: 'elsewhere' }))
        expect(plan.guard.atomic).toBe(false)
        expect(plan.guard.note).toEqual(saying('different slots'))
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
        expect([await callsOf(direct, 'eval'), (await copiesIn(direct, 'elsewhere')).length]).toEqual([0, 3])
        await sluice.undo(job)
        expect([await pendingOf(direct), (await copiesIn(direct, 'elsewhere')).length]).toEqual([before, 0])
      })

      test('to a slot of another node is refused when it is planned', async () => {
        const { direct, proxy, sluice } = world
        await seed(direct, { held: { alice: ['1-0'] } })
        const isForTarget = (args: readonly string[]) => streamAskedFor(args) === 'elsewhere'
        void proxy.fault(isForTarget, { kind: 'answer', reply: '-MOVED 5 127.0.0.1:7001\r\n' })
        await expect(sluice.plan(ofConsumer('alice'), deadLetter({ stream: 'elsewhere' }))).rejects.toMatchObject({
          code: 'UNSUPPORTED',
          data: { feature: 'stream' },
        })
      })
    })
  },
  { config: ['cluster-enabled yes', 'cluster-require-full-coverage no'] },
)
