import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ASKED_AGAIN_MS, pipelineTimed, serverTimeMs } from '../../../electron/redis/clock'
import type { Reader } from '../../../electron/redis/reader-writer'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
let reader: Reader
beforeEach(async () => {
  redis = await startRedis()
  await redis.cli('ACL', 'SETUSER', 'lim', 'on', '>pw', '~*', '+@all', '-time')
  ;({ reader } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
  await redis.cli('CONFIG', 'RESETSTAT')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await redis.stop()
})

const allow = (rule: string) => redis.cli('ACL', 'SETUSER', 'lim', rule)
/** How often TIME came, and of these how often it was refused. */
async function asked(): Promise<readonly number[]> {
  const line = /cmdstat_time:calls=(\d+).*rejected_calls=(\d+)/.exec(await redis.cli('INFO', 'commandstats'))
  return [Number(line?.[1] ?? 0), Number(line?.[2] ?? 0)]
}
/** So often a server looks at its clock, in its rarest turn. */
const TICK_MS = 1_000

/** A server of this machine has its clock, which INFO tells as of when it was asked last. */
async function expectClock(read: () => Promise<number>): Promise<void> {
  const before = Date.now()
  const told = await read()
  expect(told).toBeGreaterThanOrEqual(before - TICK_MS)
  expect(told).toBeLessThanOrEqual(Date.now())
}
async function clockOf(): Promise<number> {
  const { clock } = await pipelineTimed(reader, [['PING']])
  if (clock instanceof Error) throw clock
  return clock.before
}

test.each([
  ['by itself', () => serverTimeMs(reader)],
  ['around others', clockOf],
])('the clock is INFO’s while TIME is refused, which is asked again after a while: %s', async (_how, read) => {
  for (let times = 0; times < 3; times += 1) await expectClock(read)
  const [calls, refused = 0] = await asked()
  expect(calls).toBe(0)
  expect(refused).toBeLessThanOrEqual(2)
  await allow('+time')
  await read()
  expect(await asked()).toEqual([0, refused])
  const now = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(now + ASKED_AGAIN_MS + 1)
  await read()
  await read()
  const [after = 0] = await asked()
  expect(after).toBeGreaterThanOrEqual(2)
})

test.each([
  ['by itself', () => serverTimeMs(reader)],
  ['around others', clockOf],
])('TIME is asked where INFO is refused later: %s', async (_how, read) => {
  await read()
  await allow('+time')
  await allow('-info')
  await expectClock(read)
})

test('where neither is told, the refusal of TIME is', async () => {
  await allow('-info')
  await expect(serverTimeMs(reader)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM' } })
  await expect(clockOf()).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM' } })
})
