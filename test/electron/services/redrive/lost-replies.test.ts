import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { openAs } from '../recovery/limited-user'
import {
  callsOf,
  counts,
  executed,
  holdAt,
  idsFrom,
  KEY,
  named,
  onEveryServer,
  type Sluice,
} from '../recovery/recovery-kit'
import {
  bury,
  copiesIn,
  DEAD,
  expectNothingLost,
  idsOf,
  plan,
  recordOf,
  redrive,
  redrivenIn,
  run,
  start,
  whenBack,
} from './redrive-kit'
import { saying } from '../../../helpers/saying'

const letters = (count: number) => idsFrom(1, count).map((id) => ({ id }))
/** On two streams; a connection that comes back tries EVAL on none. */
const isRedrive = ([name, , keys]: readonly string[]): boolean => name === 'EVAL' && keys === '2'
/** Of job and journal when a write was cut off. */
const interrupted = (done: Parameters<typeof counts>[0]) => ({
  state: 'interrupted',
  counts: counts(done),
  error: { code: 'UNKNOWN_OUTCOME' },
})

onEveryServer(
  (world) => {
    beforeEach(async () => {
      await world.direct.xadd(KEY, '1-0', 'n', 'first')
    })

    describe('a redrive by script whose connection is cut', () => {
      test.each([
        ['before its reply', { kind: 'cut-before-reply' }, 20],
        ['in the middle of its reply', { kind: 'cut-in-reply', bytes: 9 }, 20],
        ['before it reached the server', { kind: 'cut-before-forward' }, 4],
      ] as const)('%s is read back, journaled as read, and not sent again', async (_when, fault, moved) => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(40))
        const made = await plan(sluice)
        let sent = 0
        let all = 0
        void proxy.fault((args) => isRedrive(args) && ++all < 0, { kind: 'delay', ms: 0 })
        // Its pages are small at first: of 4 and of 16.
        void proxy.fault((args) => isRedrive(args) && ++sent === 2, fault)
        const job = await run(sluice, made)
        expect(job).toMatchObject({ ...interrupted({ changed: moved, leftAlone: 20 - moved }), done: 20, total: 40 })
        expect(await recordOf(sluice, job)).toMatchObject(interrupted({ changed: moved, leftAlone: 20 - moved }))
        expect([all, await redrivenIn(direct)]).toEqual([2, idsFrom(1, moved)])
        await expectNothingLost(direct, idsFrom(1, 40))
        await whenBack(sluice)
        expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 40 - moved }) })
        expect(await redrivenIn(direct)).toEqual(idsFrom(1, 40))
      })

      test('is read back though the connection is lost again while that is done', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(4))
        const made = await plan(sluice)
        let lost = false
        void proxy.fault(([name]) => name === 'XREVRANGE' && lost, { kind: 'cut-before-reply' }, 2)
        void proxy.fault('EVAL', { kind: 'cut-before-reply' }).then(() => (lost = true))
        expect(await run(sluice, made)).toMatchObject(interrupted({ changed: 4 }))
      })

      test('can’t tell of what has no copy any more, and says so', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(4))
        const made = await plan(sluice)
        const struck = proxy.fault('EVAL', { kind: 'cut-before-reply' }).then(() => proxy.refuse())
        const running = await start(sluice, made)
        await struck
        await executed(direct, 'eval', 1)
        // A consumer was done with the second one at once, and keeps its stream short.
        const second = (await copiesIn(direct, KEY))[2]?.id ?? ''
        await direct.xdel(KEY, second)
        proxy.accept()
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ ...interrupted({ changed: 3, unknown: 1 }), done: 4 })
        expect(await idsOf(direct, DEAD)).toEqual([])
      })

      test('and does not come back before it is cancelled, is unknown', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(4))
        const made = await plan(sluice)
        const struck = proxy.fault('EVAL', { kind: 'cut-before-reply' }).then(() => proxy.refuse())
        const running = await start(sluice, made)
        await struck
        await sluice.api.job.cancel({ jobId: running.id })
        const job = await sluice.finished(running)
        expect(job).toMatchObject({ ...interrupted({ unknown: 4 }), done: 4 })
        expect(await recordOf(sluice, job)).toMatchObject(interrupted({ unknown: 4 }))
        proxy.accept()
      })

      test('while it only reads is interrupted with nothing in doubt', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, letters(40))
        const made = await plan(sluice)
        let ran = false
        void proxy.fault(([name]) => name === 'XRANGE' && ran, { kind: 'cut-before-reply' })
        void proxy.fault(([name]) => name === 'EVAL' && (ran = true), { kind: 'delay', ms: 0 })
        const job = await run(sluice, made)
        expect(job).toMatchObject({
          state: 'interrupted',
          error: { code: 'UNREACHABLE' },
          counts: counts({ changed: 4 }),
        })
        await expectNothingLost(direct, idsFrom(1, 40))
      })
    })

    describe('a redrive entry by entry whose connection is cut', () => {
      let sluice: Sluice
      beforeEach(async () => {
        sluice = await openAs(world, '-eval')
      })
      afterEach(() => sluice.stop())
      const third = (command: string) => {
        let sent = 0
        return ([name, key]: readonly string[]): boolean =>
          name === command && key === (command === 'XADD' ? KEY : DEAD) && ++sent === 3
      }

      test.each([
        ['after a copy was written finds it, and deletes its entry', 'cut-before-reply', { changed: 3 }, 3],
        ['before a copy was written leaves the entry', 'cut-before-forward', { changed: 2, leftAlone: 1 }, 2],
      ] as const)('%s', async (_what, kind, done, moved) => {
        const { direct, proxy } = world
        await bury(direct, letters(6))
        const made = await plan(sluice, { selection: { kind: 'ids', ids: idsFrom(1, 4) } })
        void proxy.fault(third('XADD'), { kind })
        const job = await run(sluice, made)
        expect(job).toMatchObject(interrupted(done))
        expect(await recordOf(sluice, job)).toMatchObject(interrupted(done))
        expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([
          idsFrom(1, moved),
          idsFrom(moved + 1, 6 - moved),
        ])
      })

      test('after an entry was deleted finds its copy, and knows that it is moved', async () => {
        const { direct, proxy } = world
        await bury(direct, letters(4))
        const made = await plan(sluice)
        void proxy.fault(third('XDEL'), { kind: 'cut-before-reply' })
        expect(await run(sluice, made)).toMatchObject(interrupted({ changed: 3 }))
        await expectNothingLost(direct, idsFrom(1, 4))
      })

      test('before an entry was deleted keeps both, sends no second deletion, and says so', async () => {
        const { direct, proxy } = world
        await bury(direct, letters(4))
        const made = await plan(sluice)
        let deletions = 0
        void proxy.fault(([name, key]) => name === 'XDEL' && key === DEAD && ++deletions < 0, { kind: 'delay', ms: 0 })
        void proxy.fault(third('XDEL'), { kind: 'cut-before-forward' })
        const job = await run(sluice, made)
        expect(job).toMatchObject({ ...interrupted({ changed: 2, unknown: 1 }), done: 3 })
        expect(job.failures).toMatchObject([{ id: '3-0' }])
        const copy = (await copiesIn(direct, KEY)).at(-1)?.id
        expect(job.failures[0]?.reason).toEqual(saying(`copied as ${copy} and may still be in the dead-letter stream`))
        expect([deletions, await idsOf(direct, DEAD), await redrivenIn(direct)]).toEqual([
          ...[3, ['3-0', '4-0'], idsFrom(1, 3)],
        ])
      })

      test('between a copy and its entry’s deletion deletes it when it is back', async () => {
        const { direct, proxy } = world
        await bury(direct, letters(1))
        const made = await plan(sluice)
        // The reply to XADD comes through; what is sent next finds no connection.
        const held = holdAt(proxy, named('XADD'))
        const running = await start(sluice, made)
        await held
        await executed(direct, 'xadd', 1 + 1)
        proxy.cut()
        proxy.resume()
        expect(await sluice.finished(running)).toMatchObject(interrupted({ changed: 1 }))
        expect([await idsOf(direct, DEAD), await redrivenIn(direct), await callsOf(direct, 'xadd')]).toEqual([
          ...[[], ['1-0'], 1 + 1],
        ])
      })

      test('for good while a copy may be written is unknown, and nothing more is sent', async () => {
        const { direct, proxy } = world
        await bury(direct, letters(3))
        const made = await plan(sluice)
        const struck = proxy.fault('XADD', { kind: 'cut-before-reply' }).then(() => proxy.refuse())
        const running = await start(sluice, made)
        await struck
        await executed(direct, 'xadd', 3 + 1)
        await sluice.api.connection.close({ connectionId: sluice.connectionId })
        expect(await sluice.finished(running)).toMatchObject({ ...interrupted({ unknown: 1 }), done: 1 })
        expect(await idsOf(direct, DEAD)).toEqual(idsFrom(1, 3))
        proxy.accept()
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
