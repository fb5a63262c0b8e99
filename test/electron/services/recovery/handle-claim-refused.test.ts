import { expect, test } from 'vitest'
import { isClaim } from '../../../helpers/is-claim'
import { openAs } from './limited-user'
import { counts, GROUP, heldBy, idsFrom, KEY, ofAll, onEveryServer, seed } from './recovery-kit'

const HOUR = 3_600_000
const OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"

onEveryServer((world) => {
  test('what was claimed before the server refused more is not written, not acked, told one by one, and not undone', async () => {
    const { direct, proxy } = world
    const sluice = await openAs(world, '-eval')
    await seed(direct, { held: { alice: idsFrom(1, 6) } })
    // A claim of its own, as its min idle time is another.
    await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(1, 3), 'IDLE', HOUR, 'JUSTID')
    const plan = await sluice.plan(ofAll(), { kind: 'handle', to: 'monitor', minIdleMs: 0, prefix: 'h:', idField: 'n' })
    let claims = 0
    void proxy.fault((args) => isClaim(args) && ++claims === 2, { kind: 'answer', reply: OOM })
    const job = await sluice.finished(await sluice.run(plan))
    expect(claims).toBe(2)
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'REDIS', data: { prefix: 'OOM' } },
      counts: counts({}),
    })
    expect(job.failures.map(({ id }) => id)).toEqual(idsFrom(1, 3))
    expect([await heldBy(direct, 'monitor'), await heldBy(direct, 'alice')]).toEqual([idsFrom(1, 3), idsFrom(4, 3)])
    expect(await direct.keys('h:*')).toEqual([])

    // Its new owner is done with it.
    await direct.xack(KEY, GROUP, '2-0')
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', total: 0, counts: counts({}) })
    expect([await heldBy(direct, 'monitor'), await heldBy(direct, 'alice')]).toEqual([['1-0', '3-0'], idsFrom(4, 3)])
    await sluice.stop()
  })
})
