import { expect, onTestFinished, test } from 'vitest'
import { KEY, SEED_1, useRules } from './rules-kit'

const kit = useRules()

/** Ranges that were read since the server's figures were reset. */
async function ranges(): Promise<number> {
  const [, calls = '0'] = /cmdstat_xrange:calls=(\d+)/.exec(await kit.direct.info('commandstats')) ?? []
  return Number(calls)
}

/** Which are gone is told by a script, if there may be one (7.0+): so many at once. */
test('2 000 look-ups of a run, whatever group they are for, and each has its turn', async () => {
  await kit.direct.call('ACL', 'SETUSER', 'default', '-eval_ro', '-evalsha_ro')
  onTestFinished(async () => void (await kit.direct.call('ACL', 'SETUSER', 'default', '+@all')))
  const line = kit.direct.pipeline()
  for (let n = 1; n <= 3_001; n += 1) line.xadd(KEY, `${n}-0`, 'text', 'tweet')
  // No text: a name is told from others by its bytes.
  const groups = [0xfd, 0xfe, 0xff].map((byte) => Buffer.from([byte]))
  for (const group of groups) {
    line.xgroup('CREATE', KEY, group, '0')
    line.xreadgroup('GROUP', group, 'crashed', 'COUNT', 3_001, 'STREAMS', KEY, '>')
  }
  line.xdel(KEY, '3001-0')
  await line.exec()
  const id = await kit.add({ ...SEED_1, group: '*', minIdleMs: 1_000, action: { kind: 'ackGone' } })
  // No server lets an idle time be set of what is gone: it has to pass.
  await expect.poll(async () => (await kit.direct.xpending(KEY, groups[2]!, 'IDLE', 1_000, '-', '+', 1)).length).toBe(1)
  expect(await kit.api.rule.dryRun(kit.of(id))).toMatchObject({ entries: 0, isCapped: true })
  await kit.api.rule.enable(kit.of(id))
  const acked: number[] = []
  for (let run = 0; run < 6; run += 1) {
    await kit.direct.config('RESETSTAT')
    acked.push((await kit.api.rule.run(kit.of(id)))?.changed ?? -1)
    expect(await ranges()).toBeLessThanOrEqual(2_010)
  }
  expect(acked).toEqual([0, 1, 0, 1, 0, 1])
})
