import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { availableServers } from '../../../helpers/available-servers'
import { onEachServer } from '../../../helpers/on-each-server'
import { fill, idsOf, KEY, maxlen, minid, openTrimWorld, type TrimWorld } from './trim-world'

interface Production {
  /** The ids that the producers were told so far. */
  readonly added: readonly string[]
  /** Resolves when nobody adds any more. */
  stop(): Promise<void>
}

const running = new Set<Production>()
afterEach(async () => {
  for (const production of running) await production.stop()
})

/** Two producers that add as fast as the server takes it, until they are stopped or refused. */
function produce(clients: readonly Redis[], args: readonly string[] = []): Production {
  const added: string[] = []
  let stopped = false
  const work = clients.map(async (client) => {
    while (!stopped) {
      const pipeline = client.pipeline()
      for (let n = 0; n < 50; n += 1) pipeline.call('XADD', KEY, ...args, '*', 'made', 'meanwhile')
      for (const [error, id] of (await pipeline.exec()) ?? []) {
        if (error) return
        added.push(String(id))
      }
    }
  })
  const production: Production = {
    added,
    async stop() {
      stopped = true
      running.delete(production)
      await Promise.all(work)
    },
  }
  running.add(production)
  return production
}

const own = availableServers()[0]?.name

onEachServer('on %s, with producers at full speed', (version) => {
  let world: TrimWorld
  let direct: Redis
  beforeAll(async () => {
    world = await openTrimWorld({ version })
    direct = world.direct
  })
  afterAll(() => world.stop())
  beforeEach(() => direct.flushall())

  const producers = () => [world.redis.client(), world.redis.client()]

  test.each([
    ['the newest 500', maxlen(500), false, false],
    ['the newest 500, after a backup', maxlen(500), false, true],
    ['about the newest 500', maxlen(500), true, false],
    ['those from an id on', minid('5501-0'), false, true],
    ['those after the end', minid('9999999999999999-0'), false, false],
    ['none', maxlen(0), false, true],
    ['about none', maxlen(0), true, false],
  ])('keeping %s, not one entry goes that the plan did not show', async (_, strategy, approximate, backup) => {
    await fill(direct, 6_000)
    const made = produce(producers())
    await expect.poll(() => made.added.length).toBeGreaterThan(100)
    const plan = await world.plan(strategy, { approximate, limit: 100 })
    const shown = new Set(
      (await direct.xrange(KEY, '-', plan.firstKept ? `(${plan.firstKept}` : '+')).map(([id]) => id),
    )
    const job = await world.run(plan, backup)
    const during = made.added.length
    await made.stop()
    const left = new Set(await idsOf(direct))
    expect(job).toMatchObject({ state: 'done', error: null })
    // Those added before the plan was made may be among what it showed.
    const afterPlan = made.added.filter((id) => !shown.has(id))
    expect(afterPlan.filter((id) => !left.has(id))).toEqual([])
    expect(during).toBeGreaterThan(100)
    const gone = 6_000 + made.added.length - left.size
    expect(job.counts.changed).toBe(gone)
    expect(gone).toBeLessThanOrEqual(plan.removes.value)
    if (!approximate) expect(gone).toBe(plan.removes.value)
  })

  test('producers that trim by themselves, too: what is left is what they and the plan leave', async () => {
    await fill(direct, 6_000)
    const made = produce(producers(), ['MAXLEN', '~', '5000'])
    await expect.poll(() => made.added.length).toBeGreaterThan(100)
    const plan = await world.plan(maxlen(3_000), { limit: 100 })
    const job = await world.run(plan)
    await made.stop()
    expect(job).toMatchObject({ state: 'done', error: null })
    expect(job.counts.changed).toBeLessThanOrEqual(plan.removes.value)
    const left = await idsOf(direct)
    expect(left.length).toBeGreaterThanOrEqual(3_000)
    expect(left.slice(-1)).toEqual(made.added.toSorted(byId).slice(-1))
  })

  if (version === own) {
    test('the cut that only the run finds holds, too', async () => {
      await fill(direct, 230_000)
      const plan = await world.plan(maxlen(110_000), { limit: 50_000 })
      expect(plan.firstKept).toBeNull()
      const made = produce(producers())
      await expect.poll(() => made.added.length).toBeGreaterThan(100)
      expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 120_000 } })
      await made.stop()
      expect(await direct.xlen(KEY)).toBe(110_000 + made.added.length)
    })
  }

  test('what the server was asked to do is bounded, in its own log', async () => {
    await fill(direct, 10_000)
    await direct.config('SET', 'slowlog-log-slower-than', 0, 'slowlog-max-len', 10_000)
    await direct.slowlog('RESET')
    const job = await world.run(await world.plan(maxlen(50), { limit: 100 }), true)
    await direct.config('SET', 'slowlog-log-slower-than', 10_000)
    const log = (await direct.slowlog('GET', -1)) as [number, number, number, string[]][]
    const trims = log.filter(([, , , args]) => args[0] === 'XTRIM').map(([, , , args]) => args.slice(2).join(' '))
    expect(job).toMatchObject({ state: 'done', counts: { changed: 9_950 } })
    // Newest first: the rest of a node, and before that nodes by LIMIT.
    expect(trims[0]).toBe('MINID 9951-0')
    expect(new Set(trims.slice(1))).toEqual(new Set(['MINID ~ 9951-0 LIMIT 100']))
    expect(trims.length).toBeGreaterThanOrEqual(100)
  })
})

function byId(a: string, b: string): number {
  const [left = '', right = ''] = [a, b].map((id) =>
    id
      .split('-')
      .map((half) => half.padStart(20, '0'))
      .join('-'),
  )
  return left < right ? -1 : 1
}
