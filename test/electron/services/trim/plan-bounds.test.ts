import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { fill, idsOf, KEY, maxlen, minid, openTrimWorld, type TrimWorld } from './trim-world'

const exact = (value: number) => ({ value, certainty: 'exact' })
const atMost = (value: number) => ({ value, certainty: 'atMost' })

let world: TrimWorld
let direct: Redis
beforeAll(async () => {
  world = await openTrimWorld()
  direct = world.direct
})
afterAll(() => world.stop())

/** A group that has read up to an entry, and still holds the newest `pending` of what it read. */
async function group(name: string, delivered: number, pending: number): Promise<void> {
  await direct.xgroup('CREATE', KEY, name, `${delivered - pending}-0`)
  if (pending > 0) await direct.xreadgroup('GROUP', name, 'c', 'COUNT', pending, 'STREAMS', KEY, '>')
}

describe('a stream with more entries on both sides of the cut than a plan reads', () => {
  beforeEach(async () => {
    await direct.del(KEY)
    await fill(direct, 250_000)
    await group('new', 0, 0)
    await group('start', 1, 0)
    await group('middle', 50_000, 40)
    await group('end', 250_000, 90)
    await group('edge', 130_010, 20)
  })

  test('the first entry that stays is not made up, and neither is what the groups lose', async () => {
    const plan = await world.plan(maxlen(120_000))
    expect(plan).toMatchObject({ length: 250_000, removes: exact(130_000), firstKept: null })
    expect(plan.groups).toEqual([
      { name: 'edge', pending: atMost(20), unread: atMost(130_000) },
      { name: 'end', pending: atMost(90), unread: exact(0) },
      { name: 'middle', pending: atMost(40), unread: atMost(130_000) },
      { name: 'new', pending: exact(0), unread: exact(130_000) },
      { name: 'start', pending: exact(0), unread: atMost(130_000) },
    ])
    expect(plan.commands).toEqual([
      'XTRIM orders MINID ~ <first entry kept> LIMIT 1000',
      'XTRIM orders MINID <first entry kept>',
    ])
  })

  test.each([false, true])('the run finds the first entry that stays; with a backup: %s', async (backup) => {
    const plan = await world.plan(maxlen(120_000), { limit: 100_000 })
    const job = await world.run(plan, backup)
    expect(job).toMatchObject({ state: 'done', counts: { changed: 130_000, unknown: 0 } })
    expect([await direct.xlen(KEY), (await direct.xrange(KEY, '-', '+', 'COUNT', 1))[0]?.[0]]).toEqual([
      120_000,
      '130001-0',
    ])
  })

  test('by id, what goes is at most what is not known to stay', async () => {
    const plan = await world.plan(minid('130001-0'), { limit: 100_000 })
    expect(plan).toMatchObject({ removes: atMost(150_000), firstKept: '130001-0' })
    expect(plan.groups).toEqual([
      { name: 'edge', pending: exact(10), unread: exact(0) },
      { name: 'end', pending: exact(0), unread: exact(0) },
      { name: 'middle', pending: exact(40), unread: exact(80_000) },
      { name: 'new', pending: exact(0), unread: atMost(150_000) },
      { name: 'start', pending: exact(0), unread: atMost(150_000) },
    ])
    const job = await world.run(plan)
    // The figure that the plan could only bound is known at the end.
    expect(job).toMatchObject({ state: 'done', total: 130_000, counts: { changed: 130_000 } })
    expect(await direct.xlen(KEY)).toBe(120_000)
  })

  test('by id, near the end: counted from there', async () => {
    expect(await world.plan(minid('240001-0'))).toMatchObject({ removes: exact(240_000), firstKept: '240001-0' })
  })

  test('few that stay: the cut and few pending entries are exact, many are bounded', async () => {
    await direct.xdel(KEY, '49990-0', '49991-0')
    await group('many', 100_000, 20_000)
    const plan = await world.plan(maxlen(1_000))
    expect(plan).toMatchObject({ removes: exact(248_998), firstKept: '249001-0' })
    expect(plan.groups).toEqual([
      { name: 'edge', pending: exact(20), unread: atMost(248_998) },
      { name: 'end', pending: exact(0), unread: exact(0) },
      { name: 'many', pending: atMost(20_000), unread: atMost(248_998) },
      { name: 'middle', pending: exact(38), unread: atMost(248_998) },
      { name: 'new', pending: exact(0), unread: exact(248_998) },
      { name: 'start', pending: exact(0), unread: atMost(248_998) },
    ])
  })

  test('all goes: what stays is nothing, and that is known', async () => {
    const plan = await world.plan(maxlen(0), { approximate: true })
    expect(plan).toMatchObject({ removes: atMost(250_000), firstKept: null })
    expect(plan.commands).toEqual(['XTRIM orders MINID ~ 250000-1 LIMIT 1000'])
  })
})

test('entries that hold more bytes than a plan reads', async () => {
  await direct.del(KEY)
  await fill(direct, 800, { bytes: 100_000 })
  await group('g', 750, 60)
  const plan = await world.plan(maxlen(100))
  expect(plan).toMatchObject({ removes: exact(700), firstKept: '701-0' })
  expect(plan.groups).toEqual([{ name: 'g', pending: exact(10), unread: exact(0) }])
  expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 700 } })
  expect((await idsOf(direct))[0]).toBe('701-0')
})

test('a stream that does not exist, or is none, has no plan', async () => {
  await direct.del(KEY)
  await expect(world.plan(maxlen(1))).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream', name: KEY } })
  await direct.set(KEY, 'text')
  await expect(world.plan(maxlen(1))).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
})
