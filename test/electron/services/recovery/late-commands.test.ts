import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { openAs } from './limited-user'
import { DEAD, deadLetter } from './copy-kit'
import {
  ack,
  claimTo,
  counts,
  everything,
  GROUP,
  heldBy,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

/** What was not carried out when it was read: certainly so, or only so far. */
const read = (done: Parameters<typeof counts>[0]) => ({
  state: 'interrupted',
  error: { code: 'UNKNOWN_OUTCOME' },
  counts: counts(done),
})

/** Other clients of a server; of one that was just started, they have the ids that its first clients had before. */
async function others(direct: Redis, many: number): Promise<readonly Redis[]> {
  const clients = Array.from({ length: many }, () => direct.duplicate())
  await Promise.all(clients.map((client) => client.ping()))
  return clients
}

/** Plans a change that is no recovery; gives what runs it. */
async function change({ api, connectionId }: Sluice, what: 'trim' | 'delete' | 'set id'): Promise<() => Promise<Job>> {
  const subject = { connectionId, key: KEY }
  if (what === 'trim') {
    const strategy = { kind: 'maxlen', maxlen: 10 } as const
    const { id } = await api.trim.plan({ ...subject, strategy, approximate: false, limit: 1_000 })
    return () => api.trim.run({ ...subject, planId: id, backup: false })
  }
  if (what === 'delete') {
    const selection = { kind: 'ids' as const, ids: idsFrom(1, 5) }
    const { id } = await api.entry.planDelete({ ...subject, selection, references: 'KEEPREF' })
    return () => api.entry.delete({ ...subject, planId: id, backup: false })
  }
  const where = { ...subject, group: GROUP }
  const { id } = await api.group.planChange({ ...where, change: { kind: 'set id', to: '3-0' } })
  return () => api.group.change({ ...where, planId: id })
}

onEveryServer((world) => {
  describe('a command that arrives only after its connection was given up', () => {
    test('is not carried out any more: what was read of a claim holds', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault(isClaim, { kind: 'cut-and-keep' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ ...read({ leftAlone: 30 }), undoable: false })
      await proxy.deliver()
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('is not carried out when the connection was lost a second time before the first could be ended', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault(([name, word]) => name === 'CLIENT' && word === 'KILL', { kind: 'cut-before-forward' }, 2)
      void proxy.fault(isClaim, { kind: 'cut-and-keep' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject(read({ leftAlone: 30 }))
      await proxy.deliver()
      expect(await pendingOf(direct)).toEqual(before)
    })

    test.each(['-client|kill', '-client|id', '-info'])(
      'may be carried out where the ACL says %s: then it is unknown, and an undo finds it',
      async (rule) => {
        const { direct, proxy } = world
        await seed(direct, { held: { alice: idsFrom(1, 30) } })
        const before = await pendingOf(direct)
        const sluice = await openAs(world, rule)
        const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
        void proxy.fault(isClaim, { kind: 'cut-and-keep' })
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ ...read({ unknown: 30 }), undoable: true })
        expect(await pendingOf(direct)).toEqual(before)
        await proxy.deliver()
        expect(await heldBy(direct, 'bob')).toHaveLength(30)
        expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
        expect(await pendingOf(direct)).toEqual(before)
        await sluice.stop()
      },
    )

    test('an ack that may come yet leaves the copy that it relies on', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await openAs(world, '-client|kill', '-eval')
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      void proxy.fault(([name, key]) => name === 'XACK' && key === KEY, { kind: 'cut-and-keep' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject(read({ unknown: 3 }))
      await proxy.deliver()
      expect([await pendingOf(direct), await direct.xlen(DEAD)]).toEqual([[], '3'])
      expect(await sluice.undo(job, 'possible')).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect([await heldBy(direct, 'alice'), await direct.xlen(DEAD)]).toEqual([idsFrom(1, 3), '0'])
      await sluice.stop()
    })

    test.each(['trim', 'delete', 'set id'] as const)('leaves a %s unknown where it may come yet', async (what) => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const sluice = await openAs(world, '-client|kill')
      const order = await change(sluice, what)
      void proxy.fault(
        ([name, ...args]) =>
          /^(XTRIM|XDEL|XDELEX|XGROUP|EVAL)$/.test(name ?? '') && args.includes(KEY) && !args.includes('~'),
        {
          kind: 'cut-and-keep',
        },
      )
      const job = await sluice.finished(await order())
      expect(job).toMatchObject({ state: 'interrupted', counts: { changed: 0, leftAlone: 0 } })
      expect(job.counts.unknown).toBeGreaterThan(0)
      const before = await everything(direct)
      await proxy.deliver()
      expect(await everything(direct)).not.toEqual(before)
      await sluice.stop()
    })

    test('is of no account to a server that was started anew, and nobody else there is ended', async () => {
      const { direct, proxy, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const struck = proxy.fault(isClaim, { kind: 'cut-and-keep' }).then(() => proxy.refuse())
      const running = await sluice.run(plan)
      await struck
      await redis.restart({ keepData: true })
      await expect.poll(() => direct.ping().catch(() => 'not yet'), { timeout: 30_000 }).toBe('PONG')
      const before = await pendingOf(direct)
      const clients = await others(direct, 30)
      proxy.accept()
      const job = await sluice.finished(running)
      expect(job).toMatchObject(read({ leftAlone: 30 }))
      await proxy.deliver()
      expect(await pendingOf(direct)).toEqual(before)
      expect(await direct.info('commandstats')).not.toMatch(/cmdstat_client\|kill/)
      for (const client of clients) client.disconnect()
    })
  })

  describe('a connection that was lost', () => {
    test('while nothing was in doubt is not ended by a command', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await sluice.recover(ofConsumer('alice'), ack)
      proxy.cut()
      const { connectionId } = sluice
      await expect
        .poll(() => sluice.api.pending.summary({ connectionId, key: KEY, group: GROUP }).catch(() => null))
        .toMatchObject({ total: 0 })
      expect(await direct.info('commandstats')).not.toMatch(/cmdstat_client\|kill/)
    })
  })
})
