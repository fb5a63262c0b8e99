import { expect, test } from 'vitest'
import { GROUP, KEY, SEED_1, useRules } from './rules-kit'

const kit = useRules()
const SPREAD = { ...SEED_1, group: '*', action: { kind: 'spread' } } as const

/** It reads so many new entries, and rests for twelve seconds as far as they know. */
async function works(name: string, count: number, group: string): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const id = (await kit.direct.xadd(KEY, '*', 'text', 'tweet'))!
    await kit.direct.xreadgroup('GROUP', group, name, 'STREAMS', KEY, '>')
    await kit.direct.xclaim(KEY, group, name, 0, id, 'IDLE', 12_000, 'JUSTID')
  }
}

test('what it leaves alone uses up no budget', async () => {
  await kit.api.host.saveSettings({ stalledAfterMs: 1_000 })
  await kit.crash(1)
  const idle = async () => ((await kit.direct.call('XINFO', 'CONSUMERS', KEY, GROUP)) as unknown[][])[0]?.[5]
  await expect.poll(idle, { timeout: 5_000 }).toBeGreaterThan(1_000)
  await works('anna', 3, GROUP)
  const id = await kit.on({ ...SPREAD, mostPerRun: 4, mostPerDay: 5 })
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 1 })
  expect(await kit.now(id)).toMatchObject({ doneToday: 1 })
})

test('that nobody is there for one group hides no failure of another', async () => {
  await kit.crash(2, 60_000, KEY, 'staffed')
  await kit.direct.xgroup('CREATE', KEY, 'alone', '$')
  await kit.crash(2, 60_000, KEY, 'alone')
  await works('anna', 1, 'staffed')
  await kit.direct.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>secret', '%R~*', '&*', '+@all')
  const saved = { profile: kit.redis.connection({ username: 'reader' }), secrets: { password: 'secret' } }
  kit.connectionId = (await kit.api.connection.save(saved)).id
  await kit.api.connection.open({ connectionId: kit.connectionId })
  const id = await kit.on({ ...SPREAD, minIdleMs: 20_000 })
  for (let n = 0; n < 3; n += 1) {
    expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 0, error: { code: 'REDIS' } })
  }
  expect(await kit.now(id)).toMatchObject({ phase: 'off', stopped: { why: 'failures' } })
})

test('what one stream refuses keeps none of the others waiting', async () => {
  await kit.crash(2, 60_000, 'tweets_a')
  await kit.crash(2, 60_000, 'tweets_b')
  await kit.direct.call('ACL', 'SETUSER', 'half', 'reset', 'on', '>secret', '~*', '&*', '+@all')
  const saved = { profile: kit.redis.connection({ username: 'half' }), secrets: { password: 'secret' } }
  kit.connectionId = (await kit.api.connection.save(saved)).id
  await kit.api.connection.open({ connectionId: kit.connectionId })
  const id = await kit.on({ ...SPREAD, stream: 'tweets_*', action: { kind: 'claim', to: 'anna' } })
  await kit.direct.call('ACL', 'SETUSER', 'half', 'resetkeys', '~tweets_b')
  expect(await kit.api.rule.run(kit.of(id))).toMatchObject({ changed: 2, error: { code: 'REDIS' } })
})
