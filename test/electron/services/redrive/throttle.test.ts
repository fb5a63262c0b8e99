import { beforeEach, describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { counts, holdAt, idsFrom, KEY, named, onEveryServer } from '../recovery/recovery-kit'
import { bury, DEAD, expectNothingLost, idsOf, plan, redrive, redrivenIn, start } from './redrive-kit'

const letters = (count: number) => idsFrom(1, count).map((id) => ({ id }))

onEveryServer(
  (world) => {
    beforeEach(async () => {
      await world.direct.xadd(KEY, '1-0', 'n', 'first')
    })

    describe('the pace of a redrive', () => {
      test('is 50 a second unless told otherwise, in small parts, and can be changed while it runs', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(1_000))
        const { id: planId } = await plan(sluice)
        const { api, connectionId } = sluice
        const running = await api.redrive.run({ connectionId, key: DEAD, planId })
        expect(running).toMatchObject({ throttle: { perSecond: 50, paused: false } })
        const moved = async (): Promise<number> => (await redrivenIn(direct)).length
        await expect.poll(moved).toBeGreaterThanOrEqual(20)
        // Ten at once, then a fifth of a second.
        const reached = await moved()
        const parts = proxy.commands.filter((name) => name === 'EVAL').length
        expect(parts).toBeGreaterThanOrEqual(2)
        expect(reached).toBeLessThanOrEqual(10 * parts)
        await api.job.limit({ jobId: running.id, perSecond: null })
        expect(await sluice.finished(running)).toMatchObject({ state: 'done', counts: counts({ changed: 1_000 }) })
        expect(await redrivenIn(direct)).toEqual(idsFrom(1, 1_000))
      })

      test('is nothing while it is paused, and it stops between two parts when cancelled', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(500))
        const made = await plan(sluice)
        const reached = holdAt(proxy, named('EVAL'), 3)
        const running = await start(sluice, made)
        await reached
        await sluice.api.job.pause({ jobId: running.id })
        proxy.resume()
        // Pages are small at first: 4, 16, 64; and a part has 50 at most.
        await expect.poll(() => idsOf(direct, DEAD)).toHaveLength(430)
        await sluice.api.job.cancel({ jobId: running.id })
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'cancelled', done: 70, counts: counts({ changed: 70 }) })
        expect(await redrivenIn(direct)).toEqual(idsFrom(1, 70))
        await expectNothingLost(direct, idsFrom(1, 500))
        // The rest can be planned anew.
        expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 430 }) })
        expect(await redrivenIn(direct)).toEqual(idsFrom(1, 500))
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
