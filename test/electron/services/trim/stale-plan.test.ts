import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Redis } from 'ioredis'
import { fill, idsOf, KEY, maxlen, minid, openTrimWorld, type TrimWorld } from './trim-world'

let world: TrimWorld
let direct: Redis
beforeAll(async () => {
  // Before the backend is made, which takes its clock from here. It stands still unless it is moved.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  world = await openTrimWorld()
  direct = world.direct
})
afterAll(async () => {
  vi.useRealTimers()
  await world.stop()
})
beforeEach(async () => {
  await direct.flushall()
  await fill(direct, 2_000)
  await direct.xgroup('CREATE', KEY, 'g', '500-0')
})

const stale = { code: 'STALE_PLAN' }
const trimmed = async () =>
  (await world.api.journal.list({ count: 500 })).records.filter(({ action }) => action === 'trim')

describe('a plan is refused, and nothing is written to the journal, when the stream', () => {
  let journaled: number
  beforeEach(async () => {
    journaled = (await trimmed()).length
  })
  afterEach(async () => {
    expect(await trimmed()).toHaveLength(journaled)
  })

  test('was deleted', async () => {
    const plan = await world.plan(maxlen(100))
    await direct.del(KEY)
    await expect(world.start(plan)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream', name: KEY } })
  })

  test('became a string', async () => {
    const plan = await world.plan(maxlen(100))
    await direct.set(KEY, 'text')
    await expect(world.start(plan)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
    expect(await direct.get(KEY)).toBe('text')
  })

  test.each([
    ['is another one with fewer entries', 1_500, 0],
    ['is another one with the same ids', 2_000, 3],
    ['is another one with the same ids and more', 9_000, 3],
  ])('%s', async (_, length, bytes) => {
    const plan = await world.plan(maxlen(100))
    await direct.del(KEY)
    await fill(direct, length, { bytes })
    await direct.xgroup('CREATE', KEY, 'g', '500-0')
    await expect(world.start(plan)).rejects.toMatchObject(stale)
    expect(await direct.xlen(KEY)).toBe(length)
  })

  test('is a new one of later ids', async () => {
    const plan = await world.plan(minid('1500-0'))
    await direct.del(KEY)
    await fill(direct, 6_000, { from: 3_001 })
    await direct.xgroup('CREATE', KEY, 'g', '9999-0')
    await expect(world.start(plan)).rejects.toMatchObject(stale)
    expect(await direct.xlen(KEY)).toBe(3_000)
  })

  test('is a copy of how it was before', async () => {
    await direct.copy(KEY, 'kept')
    await fill(direct, 2_100, { from: 2_001 })
    const plan = await world.plan(maxlen(100))
    await direct.rename('kept', KEY)
    await expect(world.start(plan)).rejects.toMatchObject(stale)
    expect(await direct.xlen(KEY)).toBe(2_000)
  })

  test('has a group that nobody was shown', async () => {
    const plan = await world.plan(maxlen(100))
    await direct.xgroup('CREATE', KEY, 'new', '0')
    await expect(world.start(plan)).rejects.toMatchObject(stale)
    expect(await direct.xlen(KEY)).toBe(2_000)
  })

  test('has a group that was set back', async () => {
    const plan = await world.plan(maxlen(100))
    await direct.xgroup('SETID', KEY, 'g', '499-0')
    await expect(world.start(plan)).rejects.toMatchObject(stale)
  })

  test('is not the one that was planned for', async () => {
    const plan = await world.plan(maxlen(100))
    await fill(direct, 2_000, { key: 'other' })
    await expect(world.start({ ...plan, key: 'other' })).rejects.toMatchObject(stale)
    expect(await direct.xlen('other')).toBe(2_000)
  })

  test('is on another connection', async () => {
    const plan = await world.plan(maxlen(100))
    const { id } = await world.api.connection.save({ profile: world.redis.connection(), secrets: { password: null } })
    await world.api.connection.open({ connectionId: id })
    const elsewhere = world.api.trim.run({ connectionId: id, key: KEY, planId: plan.id, backup: false })
    await expect(elsewhere).rejects.toMatchObject(stale)
    expect(await direct.xlen(KEY)).toBe(2_000)
  })

  test('was planned for longer ago than anyone remembers', async () => {
    const plan = await world.plan(maxlen(100))
    vi.setSystemTime(Date.now() + 10 * 60_000 + 1)
    await expect(world.start(plan)).rejects.toMatchObject(stale)
    expect(await direct.xlen(KEY)).toBe(2_000)
  })
})

describe('a plan is carried out when', () => {
  test('it is nearly ten minutes old', async () => {
    const plan = await world.plan(maxlen(100))
    vi.setSystemTime(Date.now() + 10 * 60_000)
    expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 1_900 } })
  })

  test('entries were added, read and deleted since: what was shown goes, as far as it is there', async () => {
    const plan = await world.plan(maxlen(100))
    await fill(direct, 2_500, { from: 2_001 })
    await direct.xreadgroup('GROUP', 'g', 'c', 'COUNT', 900, 'STREAMS', KEY, '>')
    await direct.xdel(KEY, '1-0', '1000-0', '1901-0', '2000-0')
    expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 1_898 } })
    expect([await direct.xlen(KEY), (await idsOf(direct))[0]]).toEqual([598, '1902-0'])
  })

  test('the stream’s name is spelled in another way', async () => {
    const plan = await world.plan(maxlen(100))
    const key = { base64: Buffer.from(KEY).toString('base64') }
    expect(await world.run({ ...plan, key })).toMatchObject({ state: 'done', counts: { changed: 1_900 } })
  })

  test('the stream was emptied since: there is nothing left to do', async () => {
    const plan = await world.plan(maxlen(100))
    await direct.xtrim(KEY, 'MAXLEN', 0)
    expect(await world.run(plan, true)).toMatchObject({ state: 'done', counts: { changed: 0 } })
  })
})

test('a plan is carried out once', async () => {
  const plan = await world.plan(maxlen(100))
  const job = await world.start(plan)
  await world.finished(job)
  await expect(world.start(plan)).rejects.toMatchObject(stale)
})

test('two runs of one plan at the same time are one run', async () => {
  const plan = await world.plan(maxlen(100))
  const runs = await Promise.allSettled([world.start(plan), world.start(plan)])
  expect(runs.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  for (const run of runs) if (run.status === 'fulfilled') await world.finished(run.value)
  expect(await direct.xlen(KEY)).toBe(100)
})

test('while another trim of the stream runs, a plan is refused and stays good', async () => {
  await fill(direct, 60_000, { from: 2_001 })
  const plan = await world.plan(maxlen(20))
  const first = await world.start(await world.plan(maxlen(30), { limit: 100 }), true)
  await expect(world.start(plan)).rejects.toMatchObject({ code: 'CONFLICT', data: { jobId: first.id } })
  await world.finished(first)
  expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 10 } })
})

describe('the guard', () => {
  const connect = async (changes: Parameters<TrimWorld['redis']['connection']>[0]): Promise<string> => {
    const { id } = await world.api.connection.save({
      profile: world.redis.connection(changes),
      secrets: { password: null },
    })
    await world.api.connection.open({ connectionId: id })
    return id
  }
  const planOn = (connectionId: string) =>
    world.api.trim.plan({ connectionId, key: KEY, strategy: maxlen(100), approximate: false, limit: 100 })

  test('a read-only connection plans, and trims nothing', async () => {
    const connectionId = await connect({ name: 'looking', readOnly: true })
    const { id: planId } = await planOn(connectionId)
    const run = world.api.trim.run({ connectionId, key: KEY, planId, backup: true, confirmation: KEY })
    await expect(run).rejects.toMatchObject({ code: 'READ_ONLY', data: { connection: 'looking' } })
    expect([await direct.xlen(KEY), world.backups()]).toEqual([2_000, expect.anything()])
  })

  test('a production connection wants the stream’s name, and the plan waits for it', async () => {
    const connectionId = await connect({ name: 'live', environment: 'prod' })
    const { id: planId } = await planOn(connectionId)
    const order = { connectionId, key: KEY, planId, backup: false }
    for (const confirmation of [undefined, '', 'order', 'ORDERS', { base64: '//4A' }]) {
      const run = world.api.trim.run(confirmation === undefined ? order : { ...order, confirmation })
      await expect(run).rejects.toMatchObject({
        code: 'CONFIRMATION_NEEDED',
        data: { connection: 'live', expected: KEY },
      })
    }
    expect(await direct.xlen(KEY)).toBe(2_000)
    const job = await world.finished(await world.api.trim.run({ ...order, confirmation: KEY }))
    expect(job).toMatchObject({ state: 'done', counts: { changed: 1_900 } })
  })
})
