import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { availableServers } from '../../../helpers/available-servers'
import {
  claimTo,
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
} from './recovery-kit'
import { serverClock } from '../../../helpers/server-clock'
import { asksForStreamInfo } from '../../../helpers/stream-info-command'

const HOUR = 3_600_000
const autoClaim: RecoveryAction = { kind: 'autoClaim', to: 'bob', minIdleMs: HOUR / 2, count: 100 }
const kinds: readonly (readonly [string, Selection, RecoveryAction])[] = [
  ['a claim', ofConsumer('alice'), claimTo('bob')],
  [
    'a claim with one more delivery',
    ofConsumer('alice'),
    { ...claimTo('bob'), deliveries: 'plusOne' } as RecoveryAction,
  ],
  ['a spread', ofConsumer('alice'), spreadOver(['bob'])],
  ['an auto-claim', ofAll(), autoClaim],
]

onEveryServer(
  (world) => {
    const idleOf = async (id: string): Promise<number> => {
      const [row] = (await world.direct.xpending(KEY, GROUP, id, id, 1)) as [string, string, string, string][]
      return Number(row?.[2])
    }

    describe('a slow undo', () => {
      test.each(kinds)(
        'of %s leaves alone what others took since it was read, though it is idle for longer by now',
        async (_what, selection, action) => {
          const { direct, proxy, sluice } = world
          await seed(direct, { held: { alice: idsFrom(1, 5) } })
          await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(1, 5), 'IDLE', HOUR, 'RETRYCOUNT', 1, 'JUSTID')
          const job = await sluice.recover(selection, action)
          const [, , deliveries] = (await pendingOf(direct))[0] ?? []
          // Read already; the look whether they are in the stream still comes between that and the claims.
          let isRead = false
          const held = holdAt(proxy, (args) => {
            if (args[0] === 'XPENDING') isRead = true
            return isRead && asksForStreamInfo(args)
          })
          const { connectionId } = sluice
          const undo = await sluice.api.recovery.undo({ connectionId, recordId: job.recordId })
          await held
          const took = ['JUSTID', 'RETRYCOUNT', String(deliveries)]
          await direct.call('XCLAIM', KEY, GROUP, 'carol', 0, '2-0', ...took)
          await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '3-0', ...took)
          // As idle as the others were when they were read, and more.
          const atLeast = (await idleOf('1-0')) + 20
          await expect.poll(() => idleOf('2-0'), { interval: 5 }).toBeGreaterThan(atLeast)
          await expect.poll(() => idleOf('3-0'), { interval: 5 }).toBeGreaterThan(atLeast)
          proxy.resume()
          expect(await sluice.finished(undo)).toMatchObject({
            state: 'done',
            counts: counts({ changed: 3, leftAlone: 2 }),
          })
          expect([await heldBy(direct, 'alice'), await heldBy(direct, 'carol'), await heldBy(direct, 'bob')]).toEqual([
            ['1-0', '4-0', '5-0'],
            ['2-0'],
            ['3-0'],
          ])
        },
      )
    })

    test.each(kinds)(
      'an undo of %s leaves alone what its new holder was given once more since, and counted as before',
      async (_what, selection, action) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: idsFrom(1, 3) } })
        await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(1, 3), 'IDLE', HOUR, 'RETRYCOUNT', 1, 'JUSTID')
        const job = await sluice.recover(selection, action)
        const [, , deliveries] = (await pendingOf(direct))[0] ?? []
        const until = await serverClock(direct)
        await expect.poll(() => serverClock(direct), { interval: 2 }).toBeGreaterThan(until + 1)
        await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '2-0', 'JUSTID', 'RETRYCOUNT', String(deliveries))
        expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 1 }) })
        expect([await heldBy(direct, 'alice'), await heldBy(direct, 'bob')]).toEqual([['1-0', '3-0'], ['2-0']])
      },
    )
  },
  {},
  availableServers().slice(0, 1),
)
