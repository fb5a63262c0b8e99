import { describe, expect, test } from 'vitest'
import { isClaim } from '../../../helpers/is-claim'
import type { Job } from '../../../../shared/model/job'
import { openAs } from './limited-user'
import {
  ack,
  claimTo,
  counts,
  executed,
  heldBy,
  holdAt,
  idsFrom,
  isOpen,
  named,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'

const UNKNOWN = { code: 'UNKNOWN_OUTCOME' }

/** What was done is there after a restart. */
const LOGGED = { config: ['appendonly yes', 'appendfsync always'] }

onEveryServer((world) => {
  /** A job whose first batch was carried out by the server, and not yet answered. */
  const inFlight = async (sluice: Sluice, action: typeof ack, command: string, times: number): Promise<Job> => {
    const { direct, proxy } = world
    const plan = await sluice.plan(ofConsumer('alice'), action)
    const isIt = command === 'xclaim' ? isClaim : named(command.toUpperCase())
    const held = holdAt(proxy, isIt, times)
    const running = await sluice.run(plan)
    await held
    await executed(direct, command, times)
    return running
  }
  const serves = () => expect.poll(() => world.direct.ping().catch(() => 'not yet'), { timeout: 30_000 }).toBe('PONG')

  describe('a server that dies in the middle of a job', () => {
    test('and comes back empty: the claim is unknown, and its undo says that the group is gone', async () => {
      const { direct, proxy, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const running = await inFlight(sluice, claimTo('bob'), 'xclaim', 1)
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

    test.each([
      ['by script', 'eval', 1],
      ['entry by entry', 'xack', 30],
    ])(
      'and comes back with what it had: an ack %s stays unknown, and is undone by itself',
      async (_how, command, times) => {
        const { direct, proxy, redis } = world
        await seed(direct, { held: { alice: idsFrom(1, 30) } })
        const before = await pendingOf(direct)
        const sluice = command === 'eval' ? world.sluice : await openAs(world, '-eval')
        const running = await inFlight(sluice, ack, command, times)
        await redis.restart({ keepData: true })
        await serves()
        await direct.call('ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', '+@all')
        proxy.cut()
        proxy.resume()
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 30 }), error: UNKNOWN })
        expect(await sluice.undo(job, 'possible')).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
        expect(await pendingOf(direct)).toEqual(before)
        if (sluice !== world.sluice) await sluice.stop()
      },
    )

    test('and comes back with what it had: the claim is read back, and undone', async () => {
      const { direct, proxy, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const running = await inFlight(sluice, claimTo('bob'), 'xclaim', 1)
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
      // Asks the server who it is, before it begins.
      const starting = sluice.run(plan)
      redis.thaw()
      expect(await sluice.finished(await starting)).toMatchObject({ state: 'done', counts: counts({ changed: 700 }) })
      expect(await heldBy(direct, 'bob')).toHaveLength(700)
    })
  })

  test('a connection that comes back, and is not known yet, leads nowhere: the plan waits, and is run then', async () => {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 30) } })
    const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
    const asked = proxy.fault((args) => /^client id$/i.test(args.join(' ')), { kind: 'delay', ms: 1_000 })
    proxy.cut()
    await asked
    await expect(sluice.run(plan)).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'closed' } })
    await isOpen(sluice)
    expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ counts: counts({ changed: 30 }) })
  })
}, LOGGED)
