import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import {
  ack,
  claimTo,
  counts,
  executed,
  heldBy,
  holdAt,
  idsFrom,
  named,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
} from './recovery-kit'

const UNKNOWN = { code: 'UNKNOWN_OUTCOME' }

onEveryServer((world) => {
  /** A job whose first batch was carried out by the server, and not yet answered. */
  const inFlight = async (action: typeof ack, command: string, times: number): Promise<Job> => {
    const { direct, proxy, sluice } = world
    const plan = await sluice.plan(ofConsumer('alice'), action)
    const held = holdAt(proxy, named(command.toUpperCase()), times)
    const running = await sluice.run(plan)
    await held
    await executed(direct, command, times)
    return running
  }
  const serves = () => expect.poll(() => world.direct.ping().catch(() => 'not yet'), { timeout: 30_000 }).toBe('PONG')

  describe('a server that dies in the middle of a job', () => {
    test.each([
      ['claim', claimTo('bob'), 'xclaim', 1],
      ['ack', ack, 'xack', 30],
    ] as const)('and comes back empty: the %s is unknown, and its undo says that the group is gone', async (...row) => {
      const [, action, command, times] = row
      const { direct, proxy, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const running = await inFlight(action, command, times)
      await redis.kill()
      proxy.cut()
      proxy.resume()
      await redis.restart()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'interrupted', done: 30, counts: counts({ unknown: 30 }), error: UNKNOWN })
      await serves()
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND', data: { what: 'group' } } })
      expect(await direct.call('DBSIZE')).toBe('0')
    })

    test('and comes back with what it had: the claim is read back, and undone', async () => {
      const { direct, proxy, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const running = await inFlight(claimTo('bob'), 'xclaim', 1)
      await redis.restart({ keepData: true })
      proxy.cut()
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 30 }), error: UNKNOWN })
      await serves()
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('a server that stands still', () => {
    test('for a while only delays the job', async () => {
      const { direct, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      redis.freeze()
      const running = await sluice.run(plan)
      redis.thaw()
      expect(await sluice.finished(running)).toMatchObject({ state: 'done', counts: counts({ changed: 700 }) })
      expect(await heldBy(direct, 'bob')).toHaveLength(700)
    })
  })
})
