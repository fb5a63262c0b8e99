import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { openAs } from './limited-user'
import { counts, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, seed } from './recovery-kit'
import { sentence } from '../../../../shared/words/messages'

const ackDelete: RecoveryAction = { kind: 'ackDelete', references: 'KEEPREF', keepBodies: false }
const STILL_THERE = /^It was acked, but is still in the stream: \S/

onEveryServer((world) => {
  describe('ack and delete, where deleting is refused after the ack', () => {
    test.each([
      ['by script', []],
      ['by a transaction', ['-eval']],
    ] as const)('%s: tells what was acked, entry by entry, and that it is in the stream still', async (_how, rules) => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 4), bob: idsFrom(5, 1) } })
      const [hasAckDelete] = (await direct.call('COMMAND', 'INFO', 'XACKDEL')) as [unknown]
      const sluice = await openAs(world, ...(hasAckDelete ? ['-xackdel'] : []), ...rules)
      const plan = await sluice.plan(ofConsumer('alice'), ackDelete)
      if (rules.length === 0) await direct.call('ACL', 'SETUSER', 'limited', '-xdel')
      // The first two EXECs only try out whether transactions are allowed.
      let sent = 0
      const isReal = ([name]: readonly string[]): boolean => name === 'EXEC' && ++sent === 3
      if (rules.length > 0) void world.proxy.fault(isReal, { kind: 'replace-reply', reply: refusedDeletions(4) })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', done: 4, counts: counts({ changed: 4 }), error: { code: 'REDIS' } })
      expect(job.failures.map(({ id }) => id)).toEqual(idsFrom(1, 4))
      for (const { reason } of job.failures) expect(sentence(reason)).toMatch(STILL_THERE)
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records).toMatchObject([{ state: 'failed', counts: counts({ changed: 4 }) }])
      expect((await pendingOf(direct)).map(([id]) => id)).toEqual(['5-0'])
      if (rules.length === 0) expect(await direct.xlen(KEY)).toBe('5')
      await sluice.stop()
    })
  })
})

/** What EXEC would answer where each XACK was carried out and each XDEL refused. */
function refusedDeletions(entries: number): string {
  const pair = ':1\r\n-NOPERM this user has no permissions to run the XDEL command\r\n'
  return `*${entries * 2}\r\n${pair.repeat(entries)}`
}
