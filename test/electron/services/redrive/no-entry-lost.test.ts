import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { openAs } from '../recovery/limited-user'
import { GROUP, idsFrom, KEY, onEveryServer, type Sluice } from '../recovery/recovery-kit'
import { bury, copiesIn, DEAD, deadIdOf, idsOf, plan, start } from './redrive-kit'
import { longer } from '../../../helpers/soak'

/** A dead letter: where it comes from, how often it was redriven, how large it is. */
interface Letter {
  readonly origin: string | null
  readonly redrives: number
  readonly bytes: number
}

const ORIGINS = [KEY, 'returns', 'ünïcode']
const aLetter: fc.Arbitrary<Letter> = fc.record({
  origin: fc.constantFrom(...ORIGINS, null),
  redrives: fc.constantFrom(0, 0, 0, 1, 2, 3, 7),
  bytes: fc.constantFrom(1, 10, 200, 5_000),
})
/** What goes on beside the redrive. */
const aMove = fc.record({ kind: fc.constantFrom('consume', 'take', 'bury', 'add'), at: fc.nat(999) })
type Move = typeof aMove extends fc.Arbitrary<infer T> ? T : never
const aWorld = fc.record({
  letters: fc.array(aLetter, { minLength: 1, maxLength: 120 }),
  moves: fc.array(aMove, { maxLength: 20 }),
  perSecond: fc.constantFrom(null, null, 5_000),
  scripts: fc.boolean(),
})

onEveryServer((world) => {
  async function prepare(letters: readonly Letter[]): Promise<void> {
    const { direct } = world
    await direct.flushall()
    for (const origin of ORIGINS) {
      await direct.xadd(origin, '*', 'n', 'first')
      await direct.xgroup('CREATE', origin, GROUP, '$')
    }
    for (const [at, { origin, redrives, bytes }] of letters.entries()) {
      const id = `${at + 1}-0`
      const own = ['n', id, 'body', 'x'.repeat(bytes), ...(redrives === 0 ? [] : ['sluice:redrives', String(redrives)])]
      if (origin === null) await direct.call('XADD', [DEAD, id, ...own])
      else await bury(direct, [{ id, from: origin, own }])
    }
  }

  /** One move of others: a consumer of an origin works its entries off, a person takes a dead letter away, more come. */
  async function make(direct: Redis, { kind, at }: Move, taken: Set<string>): Promise<void> {
    const origin = ORIGINS[at % ORIGINS.length] ?? KEY
    if (kind === 'bury') await bury(direct, [{ id: '*', from: origin, own: ['n', 'late'] }])
    if (kind === 'add') await direct.xadd(origin, '*', 'n', 'of its own')
    if (kind === 'take') {
      const left = await idsOf(direct, DEAD)
      const id = left[at % Math.max(1, left.length)]
      if (id !== undefined && String(await direct.xdel(DEAD, id)) === '1') taken.add(id)
    }
    if (kind !== 'consume') return
    const read = (await direct.xreadgroup('GROUP', GROUP, 'live', 'COUNT', 10, 'STREAMS', origin, '>')) as
      [string, [string, string[]][]][] | null
    for (const [id] of read?.[0]?.[1] ?? []) await direct.xack(origin, GROUP, id)
  }

  test(
    'whatever goes on beside it, a redrive loses no entry, doubles none, and keeps the order within an origin',
    { timeout: 120_000 },
    async () => {
      const { direct } = world
      const limited = await openAs(world, '-eval')
      await fc.assert(
        fc.asyncProperty(aWorld, async ({ letters, moves, perSecond, scripts }) => {
          const sluice: Sluice = scripts ? world.sluice : limited
          await prepare(letters)
          const all = idsFrom(1, letters.length)
          const goes = all.filter((_, at) => letters[at]?.origin !== null && (letters[at]?.redrives ?? 0) < 3)
          const made = await plan(sluice)
          expect(made.goes).toBe(goes.length)
          const taken = new Set<string>()
          const job = await start(sluice, made, perSecond)
          const meanwhile = (async () => {
            for (const move of moves) await make(direct, move, taken)
          })()
          const [{ state, counts }] = await Promise.all([sluice.finished(job), meanwhile])

          expect([state, counts.unknown]).toEqual(['done', 0])
          const left = await idsOf(direct, DEAD)
          const copied: string[] = []
          for (const origin of ORIGINS) {
            const here = (await copiesIn(direct, origin)).map(deadIdOf).filter((id) => id !== undefined)
            const theirs = goes.filter((id) => here.includes(id) && letters[all.indexOf(id)]?.origin === origin)
            // Each once, in order, and only where it came from.
            expect(here).toEqual(theirs)
            copied.push(...here.map(String))
          }
          expect(counts).toMatchObject({ changed: copied.length, gone: goes.length - copied.length })
          for (const id of all) {
            const holders = [left.includes(id), copied.includes(id), taken.has(id)].filter(Boolean)
            expect(holders, id).toHaveLength(1)
          }
          // What was not to go was left alone.
          expect(copied.filter((id) => !goes.includes(id))).toEqual([])
        }),
        { numRuns: longer(12), endOnFailure: true },
      )
      await limited.stop()
    },
  )
})
