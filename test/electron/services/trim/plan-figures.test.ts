import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrimPlan } from '../../../../shared/model/trim-plan'
import { onEachServer } from '../../../helpers/on-each-server'
import { readTruth, seedRandom, type Truth } from './random-stream'
import { KEY, openTrimWorld, type TrimWorld } from './trim-world'

const CASES = 60

/** The plan's figures as the truth would have them. */
function expected({ length, going, kept, groups }: Truth, approximate: boolean): Partial<TrimPlan> {
  const figure = (value: number) => ({
    value,
    certainty: approximate && value > 0 ? ('atMost' as const) : ('exact' as const),
  })
  return {
    length,
    removes: figure(going.length),
    firstKept: kept[0] ?? null,
    groups: groups.map(({ name, pending, unread }) => ({ name, pending: figure(pending), unread: figure(unread) })),
  }
}

onEachServer('on %s', (version) => {
  let world: TrimWorld
  beforeAll(async () => {
    world = await openTrimWorld({ version })
  })
  afterAll(() => world.stop())

  test('the plan has the figures that reading everything gives, and planning changes nothing', async () => {
    const { direct } = world
    for (let seed = 1; seed <= CASES; seed += 1) {
      const { strategy, approximate, limit } = await seedRandom(direct, seed)
      const truth = await readTruth(direct, strategy)
      const before = await direct.dumpBuffer(KEY)
      const plan = await world.plan(strategy, { approximate, limit })
      const what = `seed ${seed}: ${JSON.stringify(strategy)}`
      expect(plan, what).toMatchObject(expected(truth, approximate))
      expect(before.equals(await direct.dumpBuffer(KEY)), what).toBe(true)
    }
  }, 120_000)

  test('what goes is what the plan said, and what stays is as it was', async () => {
    const { direct } = world
    for (let seed = 101; seed <= 100 + CASES; seed += 1) {
      const { strategy, approximate, limit } = await seedRandom(direct, seed)
      const { going, kept } = await readTruth(direct, strategy)
      const before = await direct.xrange(KEY, '-', '+')
      const job = await world.run(await world.plan(strategy, { approximate, limit }))
      const after = await direct.xrange(KEY, '-', '+')
      const what = `seed ${seed}: ${JSON.stringify(strategy)}, approximate ${approximate}`
      expect(job, what).toMatchObject({ state: 'done', error: null, counts: { changed: before.length - after.length } })
      expect(after, what).toEqual(before.slice(before.length - after.length))
      if (approximate) expect(after.length, what).toBeGreaterThanOrEqual(kept.length)
      else expect(before.length - after.length, what).toBe(going.length)
    }
  }, 120_000)
})
