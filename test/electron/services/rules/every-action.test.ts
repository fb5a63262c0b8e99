import { expect, test } from 'vitest'
import { onEachServer } from '../../../helpers/on-each-server'
import { GROUP, KEY, SEED_1, useRules } from './rules-kit'

onEachServer('%s', (version) => {
  const kit = useRules(version)
  const owners = async () =>
    Object.fromEntries(
      (await kit.direct.xpending(KEY, GROUP, '-', '+', 100)).map((row) => (row as [string, string]).slice(0, 2)),
    )

  test('seed 1: what a crashed consumer held is written to hashes and acked; what can’t be written stays pending; by name of the rule', async () => {
    const ids = await kit.crash(5)
    await kit.crash(2, 100, 'other_stream')
    await kit.direct.set(`tweet:${ids[2]!}`, 'no hash')
    const id = await kit.on(SEED_1)
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 4, groups: 1, failed: 1, error: null })
    expect(await kit.direct.hgetall(`tweet:${ids[0]!}`)).toEqual({ text: 'tweet 0' })
    expect(await kit.direct.get(`tweet:${ids[2]!}`)).toBe('no hash')
    const left = await kit.direct.xpending(KEY, GROUP, '-', '+', 10)
    expect(left).toMatchObject([[ids[2], 'monitoring_app', expect.any(Number), expect.any(Number)]])
    expect(await kit.pending('other_stream')).toBe(2)
    const [record, ...others] = await kit.records()
    expect(others).toEqual([])
    expect(record).toMatchObject({ action: 'handle', who: { by: 'rule', name: 'monitor', ruleId: id }, state: 'done' })
  })

  test('what rests for less than its idle time, or was delivered less often, is left alone', async () => {
    await kit.crash(3, 5_000)
    const idle = await kit.on(SEED_1)
    expect(await kit.api.rule.run(kit.of(idle))).toMatchObject({ changed: 0, groups: 0 })
    await kit.crash(2)
    const dead = await kit.on({ ...SEED_1, minDeliveries: 2, action: { kind: 'deadLetter', stream: 'dead' } })
    expect(await kit.api.rule.run(kit.of(dead))).toMatchObject({ changed: 0 })
    expect(await kit.direct.exists('dead')).toBe(0)
    expect(await kit.records()).toEqual([])
  })

  test('a claim leaves alone what its own consumer holds, and is not used up by it', async () => {
    const [first, ...others] = await kit.crash(3)
    await kit.direct.xclaim(KEY, GROUP, 'monitor', 0, first!, 'IDLE', 90_000, 'RETRYCOUNT', 4, 'JUSTID')
    const id = await kit.on({ mostPerRun: 2, mostPerDay: 2 })
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 2 })
    const rows = await kit.direct.xpending(KEY, GROUP, '-', '+', 10)
    expect(rows).toMatchObject([
      [first, 'monitor', expect.toSatisfy((idle) => Number(idle) >= 90_000), 4],
      ...others.map((each) => [each, 'monitor', expect.anything(), expect.anything()]),
    ])
  })

  test('dead letters, from so many deliveries on', async () => {
    const ids = await kit.crash(3)
    await kit.direct.xclaim(KEY, GROUP, 'crashed', 0, ids[1]!, 'IDLE', 60_000, 'RETRYCOUNT', 7, 'JUSTID')
    const id = await kit.on({ ...SEED_1, minDeliveries: 5, action: { kind: 'deadLetter', stream: 'dead' } })
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 1, groups: 1 })
    expect(await kit.direct.xlen('dead')).toBe(1)
    expect((await kit.direct.xpending(KEY, GROUP, '-', '+', 10)).map((row) => (row as [string])[0])).toEqual([
      ids[0],
      ids[2],
    ])
  })

  test('two hosts with one rule do nothing twice', async () => {
    await kit.crash(300)
    const other = await kit.host()
    const id = await kit.on({
      ...SEED_1,
      minDeliveries: 2,
      action: { kind: 'deadLetter', stream: 'dead' },
      mostPerRun: 300,
    })
    await kit.direct.xgroup('SETID', KEY, GROUP, '$')
    const rows = await kit.direct.xpending(KEY, GROUP, '-', '+', 300)
    const ids = rows.map((row) => (row as [string])[0])
    await kit.direct.xclaim(KEY, GROUP, 'crashed', 0, ...ids, 'IDLE', 60_000, 'RETRYCOUNT', 3, 'JUSTID')
    await expect.poll(async () => (await kit.now(id, other)).phase).toBe('on')
    const runs = await Promise.all(
      [kit.api, other].flatMap((api) => [api.rule.run(kit.of(id)), api.rule.run(kit.of(id))]),
    )
    expect(runs.reduce((sum, run) => sum + (run?.changed ?? 0), 0)).toBe(300)
    expect(await kit.direct.xlen('dead')).toBe(300)
    expect(await kit.pending()).toBe(0)
  })

  test('spread: evenly over whoever is active; where nobody is, it waits, and is not turned off for that', async () => {
    const ids = await kit.crash(4)
    const id = await kit.on({ ...SEED_1, action: { kind: 'spread' } })
    const nobody = { code: 'BAD_INPUT', data: { field: 'action.to' } }
    for (let n = 0; n < 4; n += 1) {
      expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, error: nobody })
    }
    expect(await kit.now(id)).toMatchObject({ phase: 'on', stopped: null })
    for (const name of ['anna', 'bert']) await kit.direct.xreadgroup('GROUP', GROUP, name, 'STREAMS', KEY, '>')
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 4, error: null })
    expect(Object.values(await owners()).toSorted()).toEqual(['anna', 'anna', 'bert', 'bert'])
    expect(Object.keys(await owners())).toEqual(ids)
    expect(await kit.records()).toMatchObject([{ action: 'spread', who: { by: 'rule' }, undo: { possible: true } }])
  })

  test('ack what is gone: nothing else is acked; not on production, where all has to be undoable', async () => {
    const [first, second, ...others] = await kit.crash(5)
    await kit.direct.xdel(KEY, first!, others[2]!)
    await kit.direct.xclaim(KEY, GROUP, 'crashed', 0, others[0]!, 'IDLE', 100, 'JUSTID')
    const id = await kit.on({ ...SEED_1, action: { kind: 'ackGone' } })
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 2, error: null })
    expect(Object.keys(await owners())).toEqual([second, others[0], others[1]])
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, groups: 0, error: null })
    expect(await kit.now(id)).toMatchObject({ phase: 'on', stopped: null })
    await kit.connect({ environment: 'prod' })
    const live = await kit.add({ ...SEED_1, action: { kind: 'ackGone' } })
    expect(await kit.api.rule.dryRun(kit.of(live))).toMatchObject({ entries: 0, stops: 'for-good' })
    await kit.direct.xdel(KEY, second!)
    expect(await kit.api.rule.dryRun(kit.of(live))).toMatchObject({ stops: 'for-good' })
    const refused = { code: 'BAD_INPUT', data: { problem: { code: 'rule.would-stop' } } }
    await expect(kit.api.rule.enable({ ...kit.of(live), typed: 'tweets_*' })).rejects.toMatchObject(refused)
    expect(await kit.pending()).toBe(3)
  })

  test('release: back to the group where the server has XNACK; where it has not, it is not turned on', async () => {
    await kit.crash(3)
    const id = await kit.add({ ...SEED_1, action: { kind: 'release', mode: 'SILENT' } })
    const tried = await kit.api.rule.dryRun(kit.of(id))
    if (!(await hasXnack())) {
      expect(tried).toMatchObject({ entries: 0, error: { code: 'UNSUPPORTED' } })
      const refused = { code: 'BAD_INPUT', data: { problem: { code: 'rule.not-tried' } } }
      await expect(kit.api.rule.enable(kit.of(id))).rejects.toMatchObject(refused)
      expect(Object.values(await owners())).toEqual(['crashed', 'crashed', 'crashed'])
      return
    }
    expect(tried).toMatchObject({ entries: 3, stops: null })
    await kit.api.rule.enable(kit.of(id))
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 3 })
    expect(Object.values(await owners())).toEqual(['', '', ''])
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, groups: 0 })
  })

  async function hasXnack(): Promise<boolean> {
    return ((await kit.direct.call('COMMAND', 'INFO', 'XNACK')) as unknown[])[0] !== null
  }
})
