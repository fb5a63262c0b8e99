import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { bury, DEAD as LETTERS, plan as planRedrive, start as startRedrive } from '../redrive/redrive-kit'
import { DEAD, deadLetter, copiesIn } from './copy-kit'
import { openAs } from './limited-user'
import {
  counts,
  idsFrom,
  isOpen,
  KEY,
  ofConsumer,
  onEveryServer,
  openSluice,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'
import type { Job } from '../../../../shared/model/job'

/** A reply of which nothing comes: all before it did. */
const LOST = { kind: 'cut-in-reply', bytes: 0 } as const

onEveryServer(
  (world) => {
    describe('a connection that is lost in the middle, and does not come back', () => {
      let sluice: Sluice
      beforeEach(async () => {
        await (await openAs(world, '-eval')).stop()
        const endpoint = { kind: 'tcp', host: world.proxy.host, port: world.proxy.port } as const
        const profile = world.redis.connection({ endpoint, username: 'limited' })
        sluice = await openSluice(profile, 'secret', { lostReply: { limitMs: 150, graceMs: 50 } })
        await seed(world.direct, { held: { alice: idsFrom(1, 2) } })
      })
      afterEach(() => sluice.stop())
      /** The reply to this one is lost, and then nobody is let in. */
      const loseAt = (command: string, about: string): Promise<void> =>
        world.proxy
          .fault(([name, ...args]) => name === command && args.includes(about), LOST)
          .then(() => world.proxy.refuse())
      const told = ({ failures }: Job) => failures.map(({ id, reason }) => [id, reason.code])

      test('at a copy: which have one is told, and that they were not acked', async () => {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        void loseAt('XADD', '2-0')
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 2 }) })
        expect(told(job)).toEqual([['1-0', 'recovery.copy-not-acked']])
        expect((await pendingOf(world.direct)).map(([id]) => id)).toEqual(['1-0', '2-0'])
      })

      test('at an ack: the copies are told and journaled, and an undo of what is possible takes them', async () => {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        void loseAt('XACK', '2-0')
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1, unknown: 1 }) })
        expect(told(job)).toEqual([['2-0', 'recovery.copy-unread']])
        world.proxy.accept()
        await isOpen(sluice)
        await sluice.undo(job)
        expect(await sluice.undo(job, 'possible')).toMatchObject({ counts: counts({ changed: 1 }) })
        expect([(await pendingOf(world.direct)).length, await copiesIn(world.direct, DEAD)]).toEqual([2, []])
      })

      test('at an ack, where the originals were to be deleted: that they were not is told of each', async () => {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ deleteOriginal: 'KEEPREF' }))
        void loseAt('XACK', '2-0')
        const job = await sluice.finished(await sluice.run(plan))
        expect(told(job)).toEqual([
          ['1-0', 'recovery.original-may-stay'],
          ['2-0', 'recovery.copy-unread'],
          ['2-0', 'recovery.original-left'],
        ])
        expect(await world.direct.xrange(KEY, '-', '+')).toHaveLength(2)
      })

      test('at a hash of what was claimed: that nothing of it was acked is told', async () => {
        const plan = await sluice.plan(ofConsumer('alice'), {
          ...{ kind: 'handle', to: 'monitor', minIdleMs: 0, prefix: 'h:', idField: null },
        })
        void loseAt('HSET', 'h:2-0')
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 2 }) })
        expect(told(job)).toEqual(['1-0', '2-0'].map((id) => [id, 'recovery.lost-before-ack']))
        world.proxy.accept()
        await isOpen(sluice)
        expect(await sluice.undo(job, 'possible')).toMatchObject({ counts: { changed: 0 } })
      })

      test('at the deletion of a dead letter: its copy is told', async () => {
        await bury(world.direct, [{ id: '5-0' }, { id: '6-0' }])
        const plan = await planRedrive(sluice)
        void loseAt('XDEL', '6-0')
        const job = await sluice.finished(await startRedrive(sluice, plan))
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 1, unknown: 1 }) })
        expect(told(job)).toEqual([['6-0', 'redrive.in-both']])
        expect(await copiesIn(world.direct, LETTERS)).toEqual([])
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
