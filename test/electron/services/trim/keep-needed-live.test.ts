import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serversHere } from '../../../helpers/on-each-server'
import { longer } from '../../../helpers/soak'
import { startGroupLife } from './group-life'
import { KEY, maxlen, openTrimWorld, type TrimWorld } from './trim-world'

const RUNS = longer(12)
/** So much happens before the first trim. */
const BEFORE = 150

/**
 * With scripts, and without. Where neither a script nor the server (ACKED, 8.2+) can look and remove in one step, a group
 * that is set back just in between may lose: there, groups go forward only.
 */
const ways = serversHere().flatMap(({ name }) => [
  { title: name, version: name, rule: '+@all', backward: true },
  { title: `${name}, no scripts`, version: name, rule: '-eval', backward: /^redis-8\.[2-9]/.test(name) },
])

describe.each(ways)('on $title, while groups live on', ({ version, rule, backward }) => {
  let world: TrimWorld
  let direct: Redis
  beforeAll(async () => {
    const users = [`trimmer on >pw ~* &* +@all ${rule}`]
    world = await openTrimWorld({ version, users, profile: () => ({ username: 'trimmer' }), loginPassword: 'pw' })
    direct = world.direct
  })
  afterAll(() => world.stop())

  test('nothing goes that any of them holds or has to be given', async () => {
    let removed = 0
    for (let seed = 1; seed <= RUNS; seed += 1) {
      await direct.flushall()
      const life = startGroupLife(direct, seed, backward)
      for (let n = 0; n < BEFORE; n += 1) await life.act()
      const approximate = seed % 3 === 0
      const plan = await world.plan(maxlen(seed % 2 === 0 ? 0 : 200), { approximate, limit: 100, keepNeeded: true })
      let ended = false
      const running = world.run(plan).finally(() => (ended = true))
      do await life.act()
      while (!ended)
      const job = await running
      expect(job, `seed ${seed}`).toMatchObject({ state: 'done', error: null })
      expect(job.counts.changed, `seed ${seed}`).toBeLessThanOrEqual(plan.removes.value)
      expect(await life.lost(), `seed ${seed}`).toEqual([])
      removed += job.counts.changed
      // What was trimmed wrongly would be missed when it is read.
      for (let n = 0; n < 30; n += 1) await life.act()
      expect(await direct.exists(KEY)).toBe(1)
    }
    expect(removed).toBeGreaterThan(0)
  }, 120_000)
})
