import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { deadLetter, originals } from './copy-kit'
import { openAs } from './limited-user'
import {
  counts,
  executed,
  GROUP,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'

onEveryServer(
  (world) => {
    describe('a copy whose entry its consumer acks itself', () => {
      let sluice: Sluice
      beforeEach(async () => {
        sluice = await openAs(world, '-eval')
        await seed(world.direct, { held: { alice: idsFrom(1, 4) } })
      })
      afterEach(() => sluice.stop())
      const held = async () => (await pendingOf(world.direct)).map(([id]) => id)

      test('just before our ack is not counted as ours, and its copy goes', async () => {
        const { direct, proxy } = world
        // Sent on another connection before the proxy passes ours on, so it is there first.
        let acked: Promise<unknown> = Promise.resolve()
        const isFirst = ([name, , , id]: readonly string[]): boolean => name === 'XACK' && id === '1-0'
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        const struck = proxy.fault(isFirst, { kind: 'answer', reply: ':0\r\n' }).then(() => {
          acked = direct.xack(KEY, GROUP, '1-0')
        })
        const job = await sluice.finished(await sluice.run(plan))
        await struck
        await acked
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, leftAlone: 1 }) })
        expect([await held(), await originals(direct)]).toEqual([[], ['2-0', '3-0', '4-0']])
        // Its undo does not make it pending.
        expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 3 }) })
        expect([await held(), await originals(direct)]).toEqual([['2-0', '3-0', '4-0'], []])
      })

      test('stays where its entry was deleted as well: it is the only body that is left', async () => {
        const { direct, proxy } = world
        let went: Promise<unknown> = Promise.resolve()
        const isFirst = ([name, , , id]: readonly string[]): boolean => name === 'XACK' && id === '1-0'
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        const struck = proxy.fault(isFirst, { kind: 'answer', reply: ':0\r\n' }).then(() => {
          went = direct.multi().xack(KEY, GROUP, '1-0').xdel(KEY, '1-0').exec()
        })
        const job = await sluice.finished(await sluice.run(plan))
        await struck
        await went
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, leftAlone: 1 }) })
        expect(job.failures).toMatchObject([{ id: '1-0', reason: { code: 'recovery.copy-only-body' } }])
        expect(await originals(direct)).toEqual(idsFrom(1, 4))
      })

      test('while the replies of the copies are lost goes, for no ack of ours was sent', async () => {
        const { direct, proxy } = world
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
        let adds = 0
        const struck = proxy
          .fault(([name]) => name === 'XADD' && (adds += 1) === 4, { kind: 'cut-before-reply' })
          .then(() => proxy.refuse())
        const running = await sluice.run(plan)
        await struck
        await executed(direct, 'xadd', 8)
        await direct.xack(KEY, GROUP, '2-0')
        await direct.xclaim(KEY, GROUP, 'bob', 0, '3-0', 'JUSTID')
        proxy.accept()
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 4 }) })
        expect([await held(), await originals(direct)]).toEqual([['1-0', '3-0', '4-0'], []])
        expect(await sluice.undo(job)).toMatchObject({ counts: { changed: 0 } })
        expect(await held()).toEqual(['1-0', '3-0', '4-0'])
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
