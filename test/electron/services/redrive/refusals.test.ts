import { beforeEach, describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { counts, executed, holdAt, idsFrom, KEY, named, onEveryServer } from '../recovery/recovery-kit'
import { bury, DEAD, idsOf, plan, redrivenIn, run, start } from './redrive-kit'

const letters = (count: number) => idsFrom(1, count).map((id) => ({ id }))

onEveryServer(
  (world) => {
    beforeEach(async () => {
      await world.direct.xadd(KEY, '1-0', 'n', 'first')
    })

    describe('nothing is redriven', () => {
      test('by a plan that was run, or is of another stream', async () => {
        const { direct, sluice } = world
        await bury(direct, letters(3))
        const once = await plan(sluice, { selection: { kind: 'ids', ids: ['1-0'] } })
        await run(sluice, once)
        await expect(start(sluice, once)).rejects.toMatchObject({ code: 'STALE_PLAN' })
        const other = { ...(await plan(sluice)), key: 'other:dead' }
        await expect(start(sluice, other)).rejects.toMatchObject({ code: 'STALE_PLAN' })
        expect(await idsOf(direct, DEAD)).toEqual(['2-0', '3-0'])
      })

      test('of a stream that was deleted, or made anew, since it was planned', async () => {
        const { direct, sluice } = world
        await bury(direct, letters(3))
        const made = await plan(sluice)
        const again = await plan(sluice)
        await direct.del(DEAD)
        await expect(start(sluice, made)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
        await bury(
          direct,
          letters(3).map((letter) => ({ ...letter, own: ['n', 'another one'] })),
        )
        await expect(start(sluice, again)).rejects.toMatchObject({ code: 'STALE_PLAN' })
        expect([await idsOf(direct, DEAD), await redrivenIn(direct)]).toEqual([idsFrom(1, 3), []])
      })

      test('where a group came to need dead letters since it was planned', async () => {
        const { direct, sluice } = world
        await bury(direct, letters(3))
        const made = await plan(sluice)
        await direct.xgroup('CREATE', DEAD, 'late', '0')
        const problem = { code: 'plan.group-since' }
        await expect(start(sluice, made)).rejects.toMatchObject({ code: 'STALE_PLAN', data: { problem } })
        expect(await idsOf(direct, DEAD)).toEqual(idsFrom(1, 3))
      })

      test('while another job changes the dead-letter stream', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(3))
        const [made, second] = [await plan(sluice), await plan(sluice)]
        const reached = holdAt(proxy, named('EVAL'))
        const running = await start(sluice, made)
        await reached
        await expect(start(sluice, second)).rejects.toMatchObject({ code: 'CONFLICT', data: { jobId: running.id } })
        proxy.resume()
        await sluice.finished(running)
        await executed(direct, 'eval', 1)
      })

      test('on a production connection without the stream’s name, typed', async () => {
        const { direct, redis, sluice } = world
        await bury(direct, letters(1))
        const { api } = sluice
        const profile = redis.connection({ environment: 'prod' })
        const { id: connectionId } = await api.connection.save({ profile, secrets: { password: null } })
        await api.connection.open({ connectionId })
        const { id: planId } = await plan({ ...sluice, api, connectionId })
        const order = { connectionId, key: DEAD, planId }
        await expect(api.redrive.run(order)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
        await expect(api.redrive.run({ ...order, confirmation: KEY })).rejects.toMatchObject({
          data: { expected: DEAD },
        })
        expect(await idsOf(direct, DEAD)).toEqual(['1-0'])
        const job = await sluice.finished(await api.redrive.run({ ...order, confirmation: DEAD }))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
