import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAppError } from '../../../../shared/error'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { longer } from '../../../helpers/soak'
import { deadLetter, originals } from '../recovery/copy-kit'
import { ack, claimTo, GROUP, idsFrom, ofAll, pendingOf, seed, spreadOver, type Held } from '../recovery/recovery-kit'
import { until, type Ground, type Takes } from './ground'

const COUNT = 1_200
export const KEY = '{chaos}orders'
const DEAD = `${KEY}:dead`
const AGAIN = '{chaos}again'
const ACTIONS: Readonly<Record<string, RecoveryAction>> = {
  claim: claimTo('rescue'),
  spread: spreadOver(['a', 'rescue', 'other']),
  ack,
  'dead-letter': deadLetter(),
  requeue: { kind: 'requeue', stream: AGAIN, provenance: true },
}
/** When a fault strikes. */
const MOMENTS = ['before the plan', 'before it runs', 'once it runs', 'after its first batch'] as const
type Moment = (typeof MOMENTS)[number]

interface Round {
  readonly action: string
  readonly fault: string
  readonly at: number
  readonly moment: Moment
  /** Strikes while it is undone; null: nothing does. */
  readonly again: string | null
}

/** What befalls an action and its undo; each fault is struck before one is struck twice. */
function roundsOf(faults: readonly string[], count: number): fc.Arbitrary<readonly Round[]> {
  const aRound = (fault: string): fc.Arbitrary<Round> =>
    fc.record({
      fault: fc.constant(fault),
      action: fc.constantFrom(...Object.keys(ACTIONS)),
      at: fc.nat(9_999),
      moment: fc.constantFrom(...MOMENTS),
      again: fc.option(fc.constantFrom(...faults)),
    })
  const turns = Math.ceil(count / faults.length)
  const all = Array.from({ length: turns }, () => faults).flat()
  return fc
    .shuffledSubarray(all, { minLength: count, maxLength: count })
    .chain((order) => fc.tuple(...order.map(aRound)))
}

interface State {
  readonly entries: readonly string[]
  readonly pending: readonly Held[]
  /** Which entries have a copy, each as often as it has one. */
  readonly copied: readonly string[]
}

async function stateOf(direct: Redis): Promise<State> {
  const entries = (await direct.xrange(KEY, '-', '+')).map(([id]) => id)
  const copied = (await Promise.all([DEAD, AGAIN].map((key) => originals(direct, key)))).flat().map(String)
  return { entries, pending: await pendingOf(direct, KEY), copied: copied.toSorted() }
}

/** What is no longer as it was. */
function changedBetween(before: State, after: State): readonly string[] {
  const now = new Map(after.pending.map((row) => [row[0], JSON.stringify(row)]))
  return before.pending.filter((row) => now.get(row[0]) !== JSON.stringify(row)).map(([id]) => id)
}

/** Actions and undos there, `count` of them, while faults strike: each before any strikes twice. */
export function describeChaos(
  name: string,
  count: number,
  start: () => Promise<Ground>,
  faults: readonly string[],
): void {
  describe(name, () => {
    let ground: Ground
    beforeAll(async () => {
      ground = await start()
    })
    afterAll(() => ground.stop())

    /** Sluice is at work again, and by itself. */
    async function reachedAgain(): Promise<void> {
      const { api, connectionId } = ground.sluice
      await until(() => api.stream.info({ connectionId, key: KEY }).then(() => true))
      await until(async () => {
        for await (const { state } of await api.connection.watch({ connectionId })) return state === 'open'
        return false
      })
    }

    /**
     * Who takes over has all of it: what a fault takes is none of the seed. A sentinel, or a node, that has not heard of a failover yet may name
     * one who is no primary any more.
     */
    async function seedOnce(): Promise<boolean> {
      const direct = await ground.direct()
      await direct.del(KEY, DEAD, AGAIN)
      await seed(direct, { key: KEY, held: { a: idsFrom(1, 800), b: idsFrom(801, COUNT - 800) } })
      return Number(await direct.call('WAIT', ground.replicas, 1_000)) >= ground.replicas
    }

    async function seeded(): Promise<State> {
      await ground.settled()
      await until(seedOnce)
      await ground.settled()
      await reachedAgain()
      return stateOf(await ground.direct())
    }

    async function healedInTime(signal: AbortSignal, heal: () => Promise<void>): Promise<void> {
      const { api, connectionId } = ground.sluice
      try {
        for await (const { state } of await api.connection.watch({ connectionId }, { signal })) {
          if (state !== 'open') break
        }
      } catch {
        // The work is over.
      }
      await heal()
    }

    /** The fault strikes at its moment, and is healed once the job has ended or the connection is known to be lost. */
    async function struckAt<T>(
      { fault, at, moment }: Pick<Round, 'fault' | 'at' | 'moment'>,
      work: (reached: (moment: Moment) => Promise<void>) => Promise<T>,
    ): Promise<T | Error> {
      const over = new AbortController()
      const healing: Promise<void>[] = []
      const reached = async (now: Moment): Promise<void> => {
        if (now !== moment || healing.length > 0) return
        const heal = await (ground.faults[fault] as Ground['faults'][string]).strike(at)
        healing.push(healedInTime(over.signal, heal))
      }
      const result = await work(reached).catch((error: unknown) => error as Error)
      over.abort()
      await Promise.all(healing)
      return result
    }

    async function followed(job: Job, reached: (moment: Moment) => Promise<void>): Promise<Job> {
      await reached('once it runs')
      for await (const each of await ground.sluice.api.job.watch()) {
        if (each.id !== job.id) continue
        if (each.counts.changed > 0) await reached('after its first batch')
        if (each.state !== 'running') return each
      }
      throw new Error('the job was never heard of again')
    }

    /** What was refused was not begun: nothing is other than it was. */
    function expectRefused(error: Error, before: State, after: State): void {
      expect(isAppError(error) || 'code' in error, String(error)).toBe(true)
      expect(after).toEqual(before)
    }

    function expectKept({ entries, pending }: State, before: State, copies: State['copied']): void {
      expect(entries).toEqual(before.entries)
      const known = new Set(before.pending.map(([id]) => id))
      for (const [id] of pending) expect(known.has(id)).toBe(true)
      expect(new Set(copies).size).toBe(copies.length)
    }

    function expectTold(job: Job, before: State, after: State, action: string, takes: Takes): void {
      const { copied, pending } = after
      expectKept(after, before, copied)
      const left = new Set(pending.map(([id]) => id))
      const acked = before.pending.map(([id]) => id).filter((id) => !left.has(id))
      const known = new Set(copied)
      if (action === 'claim' || action === 'spread') expect(acked).toEqual([])
      if (action === 'dead-letter' || action === 'requeue') expect(acked.filter((id) => !known.has(id))).toEqual([])
      else expect(copied).toEqual([])
      if (takes === 'truth') return
      const changed = changedBetween(before, after).length
      expect(changed).toBeLessThanOrEqual(job.counts.changed + job.counts.unknown)
      if (takes === 'nothing') expect(changed).toBeGreaterThanOrEqual(job.counts.changed)
    }

    async function tried({ action, fault, at, moment, again }: Round): Promise<void> {
      const { sluice } = ground
      const before = await seeded()
      const job = await struckAt({ fault, at, moment }, async (reached) => {
        await reached('before the plan')
        const plan = await sluice.plan(ofAll(), ACTIONS[action] as RecoveryAction, KEY, GROUP)
        await reached('before it runs')
        return followed(await sluice.run(plan), reached)
      })
      await ground.settled()
      await reachedAgain()
      const after = await stateOf(await ground.direct())
      if (job instanceof Error) return expectRefused(job, before, after)
      const { takes } = ground.faults[fault] as Ground['faults'][string]
      expect(job.state).not.toBe('running')
      expectTold(job, before, after, action, takes)

      const also = again ?? fault
      const undone = await struckAt(
        { fault: also, at, moment: again === null ? 'before the plan' : moment },
        async (reached) => {
          if (again !== null) await reached('before it runs')
          const { connectionId, api } = sluice
          return followed(await api.recovery.undo({ connectionId, recordId: job.recordId }), reached)
        },
      )
      await ground.settled()
      await reachedAgain()
      const back = await stateOf(await ground.direct())
      expectKept(back, before, back.copied)
      if (takes !== 'nothing' || again !== null) return
      // Undone by itself: all that was certain is back.
      if (undone instanceof Error) return expectRefused(undone, after, back)
      expect(changedBetween(before, back).length).toBeLessThanOrEqual(job.counts.unknown)
    }

    test(
      'whatever strikes, no entry is lost, none is acked that was not shown, nothing is there twice, and the counts are true',
      async () => {
        const rounds = roundsOf(faults, longer(count))
        await fc.assert(
          fc.asyncProperty(rounds, async (all) => {
            for (const [at, round] of all.entries()) {
              await tried(round).catch((error: unknown) => {
                throw new Error(`round ${at}: ${JSON.stringify(round)}: ${String(error)}`, { cause: error })
              })
            }
          }),
          // A sequence is shrunk by nobody: its servers are what it left of them.
          { numRuns: 1, endOnFailure: true },
        )
      },
      longer(240_000),
    )
  })
}
