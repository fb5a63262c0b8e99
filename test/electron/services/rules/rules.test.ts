import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dayOf } from '../../../../shared/judgement/rules/due'
import { startRedis } from '../../../helpers/redis-server'
import { GROUP, KEY, SEED_1, useRules } from './rules-kit'

const kit = useRules()

test('nothing is turned on that was not tried exactly so, lately; a change turns it off', async () => {
  await kit.crash(2)
  const id = await kit.add(SEED_1)
  const refused = { code: 'BAD_INPUT', data: { problem: { code: 'rule.not-tried' } } }
  await expect(kit.api.rule.enable(kit.of(id))).rejects.toMatchObject(refused)
  expect(await kit.api.rule.dryRun(kit.of(id))).toMatchObject({ streams: 1, groups: 1, entries: 2, stops: null })
  expect(await kit.records()).toEqual([])
  const { phase: _p, stopped: _s, provenAtMs: _a, doneToday: _d, runs: _r, turns: _t, ...rule } = await kit.now(id)
  await kit.api.rule.change({ ...rule, mostPerRun: 7 })
  await expect(kit.api.rule.enable(kit.of(id))).rejects.toMatchObject(refused)
  await kit.api.rule.dryRun(kit.of(id))
  kit.nowMs += 3_700_000
  await expect(kit.api.rule.enable(kit.of(id))).rejects.toMatchObject(refused)
  await kit.api.rule.dryRun(kit.of(id))
  await kit.api.rule.enable(kit.of(id))
  await kit.api.rule.change({ ...rule, mostPerRun: 8 })
  expect(await kit.now(id)).toMatchObject({ phase: 'off' })
  expect(await kit.api.rule.run(kit.of(id))).toBeNull()
  expect(await kit.pending()).toBe(2)
})

test('who turned it on and off is kept, and that it turned itself off', async () => {
  await kit.crash(2)
  const id = await kit.on({ ...SEED_1, mostPerRun: 1, mostPerDay: 1 })
  const byAdmin = { who: { by: 'user', name: 'the-admin' }, door: 'web' }
  expect((await kit.now(id)).turns).toEqual([{ what: 'on', atMs: kit.nowMs, ...byAdmin }])
  await kit.api.rule.run(kit.of(id))
  await kit.api.rule.run(kit.of(id))
  await kit.api.rule.disable({ id })
  expect((await kit.now(id)).turns).toMatchObject([{ what: 'stopped', why: 'day-budget' }, { what: 'on' }])
  await kit.api.rule.enable(kit.of(id))
  const { phase: _p, stopped: _s, provenAtMs: _a, doneToday: _d, runs: _r, turns: _t, ...rule } = await kit.now(id)
  await kit.api.rule.change({ ...rule, mostPerRun: 7, mostPerDay: 7 })
  await kit.api.rule.dryRun(kit.of(id))
  await kit.api.rule.enable(kit.of(id))
  await kit.api.rule.disable({ id })
  const turns = (await kit.now(id, await kit.host())).turns
  expect(turns.map(({ what }) => what)).toEqual(['off', 'on', 'changed', 'on', 'stopped', 'on'])
  expect(turns[0]).toMatchObject(byAdmin)
})

test('no more than its budgets: the rest waits, and what is beyond a day turns it off', async () => {
  await kit.crash(12)
  const id = await kit.on({ ...SEED_1, mostPerRun: 5, mostPerDay: 8 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 5 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 3 })
  expect(await kit.now(id)).toMatchObject({ phase: 'on', doneToday: 8 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0 })
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'day-budget' } })
  expect(await kit.pending()).toBe(4)
})

test('what it took on one day is nothing of another day’s budget', async () => {
  await kit.crash(14)
  const id = await kit.on({ ...SEED_1, mostPerRun: 5, mostPerDay: 8 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 5 })
  kit.nowMs += 24 * 3_600_000
  expect(await kit.now(id)).toMatchObject({ doneToday: 0 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 5 })
  expect(await kit.now(id)).toMatchObject({ phase: 'on', doneToday: 5 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 3 })
  expect(await kit.pending()).toBe(1)
})

test('it turns itself off after three runs that came to nothing', async () => {
  const [first] = await kit.crash(1)
  await kit.direct.set(`tweet:${first!}`, 'no hash')
  const id = await kit.on(SEED_1)
  for (let n = 1; n <= 3; n += 1) {
    expect(await kit.now(id)).toMatchObject({ phase: 'on', stopped: null })
    await kit.direct.xclaim(KEY, GROUP, 'crashed', 0, first!, 'IDLE', 60_000, 'JUSTID')
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, failed: 1 })
  }
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'failures' } })
  expect(await kit.api.rule.run(kit.of(id))).toBeNull()
})

test('who undoes what it did stops it', async () => {
  await kit.crash(3)
  const id = await kit.on({ ...SEED_1, action: { kind: 'claim', to: 'monitor' } })
  const run = await kit.api.rule.run(kit.of(id))
  expect(run).toMatchObject({ changed: 3 })
  const { id: jobId } = await kit.api.recovery.undo({ connectionId: kit.connectionId, recordId: run!.recordIds[0]! })
  for await (const job of await kit.api.job.watch()) if (job.id === jobId && job.state !== 'running') break
  expect(await kit.direct.xpending(KEY, GROUP)).toMatchObject([3, {}, {}, [['crashed', '3']]])
  await kit.api.rule.run(kit.of(id))
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'undone' } })
  expect(await kit.direct.xpending(KEY, GROUP)).toMatchObject([3, {}, {}, [['crashed', '3']]])
  // Turned on anew after that, it is wanted again.
  kit.nowMs += 1_000
  const ids = (await kit.direct.xrange(KEY, '-', '+')).map(([entry]) => entry)
  await kit.direct.xclaim(KEY, GROUP, 'crashed', 0, ...ids, 'IDLE', 60_000, 'JUSTID')
  await kit.api.rule.dryRun(kit.of(id))
  await kit.api.rule.enable(kit.of(id))
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 3 })
  expect(await kit.now(id)).toMatchObject({ phase: 'on', stopped: null })
})

test('production asks for the pattern to be typed, also where a connection becomes one', async () => {
  await kit.crash(2)
  await kit.connect({ environment: 'prod' })
  const id = await kit.add(SEED_1)
  await kit.api.rule.dryRun(kit.of(id))
  const asked = { code: 'CONFIRMATION_NEEDED', data: { expected: 'tweets_*' } }
  for (const typed of [undefined, 'tweets_', 'TWEETS_*']) {
    await expect(kit.api.rule.enable({ ...kit.of(id), typed })).rejects.toMatchObject(asked)
  }
  await kit.api.rule.enable({ ...kit.of(id), typed: 'tweets_*' })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 2 })

  await kit.connect()
  const dev = await kit.on(SEED_1)
  await kit.crash(2)
  const profile = { ...kit.redis.connection(), environment: 'prod' as const }
  await kit.api.connection.save({ id: kit.connectionId, profile })
  await kit.api.connection.open({ connectionId: kit.connectionId })
  await kit.api.rule.run(kit.of(dev))
  expect(await kit.now(dev)).toMatchObject({ phase: 'off', stopped: { why: 'production' } })
  expect(await kit.pending()).toBe(2)
})

test('a connection that leads to another server by now: it turns itself off, and nothing was done there', async () => {
  await kit.crash(2)
  const id = await kit.on(SEED_1)
  const elsewhere = await startRedis()
  try {
    const there = elsewhere.client()
    await there.xgroup('CREATE', KEY, GROUP, '0', 'MKSTREAM')
    const entry = await there.xadd(KEY, '*', 'a', '1')
    await there.xreadgroup('GROUP', GROUP, 'crashed', 'STREAMS', KEY, '>')
    await there.xclaim(KEY, GROUP, 'crashed', 0, entry!, 'IDLE', 60_000, 'JUSTID')
    await kit.api.connection.save({ id: kit.connectionId, profile: elsewhere.connection() })
    await kit.api.connection.open({ connectionId: kit.connectionId })
    await kit.api.rule.run(kit.of(id))
    expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'other-server' } })
    expect(Number((await there.xpending(KEY, GROUP))[0])).toBe(1)
    expect(await there.keys('tweet:*')).toEqual([])
  } finally {
    await elsewhere.stop()
  }
})

test('nothing is done on a connection that is read-only, and nothing turned on', async () => {
  const id = await kit.on({ ...SEED_1, stream: KEY, minDeliveries: null, action: { kind: 'claim', to: 'monitor' } })
  await kit.crash(2)
  await kit.api.connection.save({ id: kit.connectionId, profile: { ...kit.redis.connection(), readOnly: true } })
  await kit.api.connection.open({ connectionId: kit.connectionId })
  expect(await kit.now(id)).toMatchObject({ phase: 'read-only' })
  await expect(kit.api.rule.run(kit.of(id))).rejects.toMatchObject({ code: 'READ_ONLY' })
  await expect(kit.api.rule.enable(kit.of(id))).rejects.toMatchObject({ code: 'READ_ONLY' })
  expect(await kit.pending()).toBe(2)
})

test('what Redis can’t take back turns it off before anything is done, and is not turned on', async () => {
  await kit.crash(2)
  await kit.direct.call('ACL', 'SETUSER', 'blind', 'reset', 'on', '>secret', '~*', '&*', '+@all')
  const saved = { profile: kit.redis.connection({ username: 'blind' }), secrets: { password: 'secret' } }
  kit.connectionId = (await kit.api.connection.save(saved)).id
  await kit.api.connection.open({ connectionId: kit.connectionId })
  const id = await kit.on(SEED_1)
  await kit.direct.call('ACL', 'SETUSER', 'blind', '-hmget', '-hget', '-hgetall', '-hexists', '-eval', '-eval_ro')
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, recordIds: [] })
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'for-good' } })
  expect(await kit.api.rule.dryRun(kit.of(id))).toMatchObject({ stops: 'for-good' })
  const refused = { code: 'BAD_INPUT', data: { problem: { code: 'rule.would-stop' } } }
  await expect(kit.api.rule.enable(kit.of(id))).rejects.toMatchObject(refused)
  expect(await kit.pending()).toBe(2)
  expect(await kit.records()).toEqual([])
})

test('nor is anything done in the groups that come after the one in which it can’t be taken back', async () => {
  await kit.direct.xadd(KEY, '1-0', 'text', 'one')
  await kit.direct.xadd(KEY, '2-0', 'text', 'two')
  for (const [group, from] of [
    ['a', '0'],
    ['b', '1-0'],
  ] as const) {
    await kit.direct.xgroup('CREATE', KEY, group, from)
    const args = ['GROUP', group, 'crashed', 'COUNT', 1, 'STREAMS', KEY, '>'] as const
    await kit.direct.call('XREADGROUP', ...args)
    await kit.direct.xclaim(KEY, group, 'crashed', 0, group === 'a' ? '1-0' : '2-0', 'IDLE', 60_000, 'JUSTID')
  }
  await kit.direct.call('ACL', 'SETUSER', 'half', 'reset', 'on', '>secret', '~*', '&*', '+@all')
  const saved = { profile: kit.redis.connection({ username: 'half' }), secrets: { password: 'secret' } }
  kit.connectionId = (await kit.api.connection.save(saved)).id
  await kit.api.connection.open({ connectionId: kit.connectionId })
  const id = await kit.on({ ...SEED_1, group: '*' })
  await kit.direct.call('ACL', 'SETUSER', 'half', 'resetkeys', '~tweets_*', '~tweet:2*')
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, recordIds: [] })
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'for-good' } })
  expect([await kit.pending(KEY, 'a'), await kit.pending(KEY, 'b')]).toEqual([1, 1])
})

test('a process that ended in the middle keeps its rule for half a minute, and what it may have taken counts', async () => {
  await kit.crash(3)
  const id = await kit.on({ ...SEED_1, mostPerRun: 5, mostPerDay: 7 })
  const file = join(kit.dataDir, 'rule-states.json')
  const { states } = JSON.parse(readFileSync(file, 'utf8')) as { states: object[] }
  const day = dayOf(kit.nowMs, Intl.DateTimeFormat().resolvedOptions().timeZone)
  const left = { lease: { by: 'dead', untilMs: kit.nowMs + 30_000 }, done: { day, count: 5 } }
  writeFileSync(file, JSON.stringify({ states: [{ ...states[0], ...left }] }))
  await expect.poll(async () => (await kit.now(id)).phase).toBe('running')
  expect(await kit.api.rule.run(kit.of(id))).toBeNull()
  expect(await kit.pending()).toBe(3)
  kit.nowMs += 31_000
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 2 })
  expect(await kit.pending()).toBe(1)
})

test('turned off in the middle of a run, it ends between two batches', async () => {
  await kit.crash(3_000)
  const id = await kit.on({ ...SEED_1, mostPerRun: 3_000, mostPerDay: 3_000 })
  const run = kit.api.rule.run(kit.of(id))
  await expect.poll(() => kit.pending(), { interval: 5 }).toBeLessThan(3_000)
  await kit.api.rule.disable({ id })
  const { changed } = (await run)!
  expect(changed).toBeLessThan(3_000)
  expect(await kit.pending()).toBe(3_000 - changed)
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: null })
})

test('it runs by itself where it is due, in its window, until its end', async () => {
  const id = await kit.on({ ...SEED_1, stream: KEY, untilMs: kit.nowMs + 50_000 })
  await kit.crash(2)
  const api = await kit.host({ lookEveryMs: 10 })
  await expect.poll(() => kit.now(id, api)).toMatchObject({ phase: 'on', runs: [{ changed: 2 }] })
  const ids = await kit.crash(1)
  const first = await kit.now(id, api)
  kit.nowMs += 19_000
  expect((await kit.now(id, api)).runs).toEqual(first.runs)
  kit.nowMs += 1_000
  await expect.poll(() => kit.direct.exists(`tweet:${ids[0]!}`)).toBe(1)
  kit.nowMs += 30_000
  await kit.crash(1)
  expect(await kit.now(id, api)).toMatchObject({ phase: 'over' })
  expect(await api.rule.run(kit.of(id))).toBeNull()
  expect(await kit.pending()).toBe(1)
})

test('whoever watches is told as a date passes and as a connection is closed', async () => {
  const id = await kit.on({ ...SEED_1, untilMs: kit.nowMs + 60_000 })
  const other = await kit.host({ lookEveryMs: 20 })
  const phases: string[] = []
  const controller = new AbortController()
  const reading = (async () => {
    for await (const { rules } of await other.rule.watch(undefined, { signal: controller.signal })) {
      phases.push(rules.find((one) => one.id === id)?.phase ?? 'none')
    }
  })().catch(() => undefined)
  await expect.poll(() => phases.at(-1)).toBe('on')
  await other.connection.close({ connectionId: kit.connectionId })
  await expect.poll(() => phases.at(-1)).toBe('closed')
  kit.nowMs += 61_000
  await expect.poll(() => phases.at(-1)).toBe('over')
  controller.abort()
  await reading
})
