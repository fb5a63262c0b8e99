import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { serversHere } from '../../../helpers/on-each-server'
import { longer } from '../../../helpers/soak'
import { ack, claimTo, GROUP, holdAt, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, seed } from './recovery-kit'

const HOUR_MS = 3_600_000
const IDS = idsFrom(1, 12)
const ACTIONS: readonly RecoveryAction[] = [
  ack,
  claimTo('bob'),
  { kind: 'claim', to: 'bob', includeGone: false },
  { kind: 'spread', to: ['bob', 'carol'], includeGone: false, idle: 'anew' },
  { kind: 'claim', to: 'bob', includeGone: false, idle: 'anew', deliveries: 'plusOne' },
]

/** Another client takes some of them, as idle as they are or not, and acks some of what it has. */
const raid = fc.record({
  takes: fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 3 }),
  keepsIdle: fc.boolean(),
  acks: fc.boolean(),
})
const attack = fc.record({
  action: fc.constantFrom(...ACTIONS),
  /** At which reading of the pending list, from 1; beyond the last there is none. */
  atRun: fc.integer({ min: 1, max: 3 }),
  atUndo: fc.integer({ min: 1, max: 3 }),
  raids: fc.array(raid, { minLength: 4, maxLength: 4 }),
})

onEveryServer(
  (world) => {
    test('what another took at any moment is its own after run and undo, and all the rest is as it was', async () => {
      await fc.assert(
        fc.asyncProperty(attack, async ({ action, atRun, atUndo, raids }) => {
          const { direct, proxy, sluice } = world
          await direct.flushall()
          await seed(direct, { held: { alice: IDS, bob: ['50-0'], carol: ['51-0'] }, idleMs: HOUR_MS })
          const before = await pendingOf(direct)
          const dave = new Set<string>()
          const acked = new Set<string>()
          const strikes = async (which: number): Promise<void> => {
            const { takes = [], keepsIdle = false, acks = false } = raids[which] ?? {}
            if (takes.length === 0) return
            const idle = keepsIdle ? ['IDLE', 2 * HOUR_MS] : []
            const took = await direct.call('XCLAIM', [KEY, GROUP, 'dave', 0, ...takes, ...idle, 'JUSTID'])
            for (const id of took as readonly string[]) dave.add(id)
            const [first] = dave
            if (!acks || first === undefined) return
            await direct.xack(KEY, GROUP, first)
            dave.delete(first)
            acked.add(first)
          }
          /** Strikes at the nth reading, where the job comes to it. */
          const during = async (nth: number, which: number, start: () => Promise<Job>): Promise<Job> => {
            let isOver = false
            const reads = ([name, ...args]: readonly string[]): boolean =>
              !isOver && name === 'XPENDING' && args.length > 2
            const held = holdAt(proxy, reads, nth)
            const running = start()
            if (await Promise.race([held.then(() => true), running.then(() => false)])) {
              await strikes(which)
              proxy.resume()
            }
            const job = await running
            isOver = true
            return job
          }

          const plan = await sluice.plan(ofConsumer('alice'), action)
          await strikes(0)
          const job = await during(atRun, 1, async () => sluice.finished(await sluice.run(plan)))
          expect(job.state).toBe('done')
          await strikes(2)
          const undo = await during(atUndo, 3, () => sluice.undo(job))
          expect(undo.state).toBe('done')
          const [holders, rest] = [new Map((await pendingOf(direct)).map((row) => [row[0], row])), new Set(IDS)]
          for (const id of dave) expect(holders.get(id)?.[1]).toBe('dave')
          for (const id of acked) expect(holders.has(id)).toBe(false)
          for (const id of [...dave, ...acked]) rest.delete(id)
          for (const row of before) if (rest.has(row[0])) expect(holders.get(row[0])).toEqual(row)
        }),
        { seed: 20_261_129, numRuns: longer(60), interruptAfterTimeLimit: longer(10_000) },
      )
    })
  },
  {},
  serversHere().slice(0, 1),
)
