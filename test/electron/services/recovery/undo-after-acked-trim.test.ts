import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { DEAD, deadLetter } from './copy-kit'
import { ack, counts, heldBy, idsFrom, KEY, ofIds, onEveryServer, seed, walked } from './recovery-kit'

/** XTRIM … ACKED takes what no group needs out of the midst of a stream, and max-deleted-entry-id does not tell (8.2+). */
onEveryServer((world) => {
  const hasModes = (): Promise<boolean> =>
    world.direct.call('XDELEX', 'none', 'ACKED', 'IDS', 1, '1-0').then(
      () => true,
      () => false,
    )

  describe('what a trim by ACKED took since it was acked', () => {
    test.each<readonly [string, RecoveryAction]>([
      ['ack', ack],
      ['dead-letter', deadLetter()],
    ])('is gone for the undo of an %s, and the plan says so', async (_, action) => {
      const { direct, sluice } = world
      const { api, connectionId } = sluice
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const job = await sluice.recover(ofIds(idsFrom(3, 6)), action)
      // Elsewhere the same is deleted: that is told.
      if (await hasModes()) await direct.call('XTRIM', KEY, 'MAXLEN', '=', 6, 'ACKED')
      else await direct.xdel(KEY, ...idsFrom(3, 4))
      expect((await direct.xrange(KEY, '-', '+')).map(([id]) => id)).toEqual([...idsFrom(1, 2), ...idsFrom(7, 4)])
      const { plan } = (await walked(api.recovery.planUndo({ connectionId, recordId: job.recordId }))).ready
      expect(plan).toMatchObject({ entries: 2, gone: 4, leftAlone: 0, consumers: [{ before: 4, after: 6 }] })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 2, gone: 4 }) })
      expect(await heldBy(direct, 'alice')).toEqual([...idsFrom(1, 2), ...idsFrom(7, 4)])
      // The copies of those that are gone are all that is left of them.
      if (action.kind === 'deadLetter') expect(String(await direct.xlen(DEAD))).toBe('4')
    })
  })

  test('what is gone and told by nothing was not pending, so it is gone, and dropped from nowhere', async () => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 3) } })
    const job = await sluice.recover(ofIds(idsFrom(1, 3)), ack)
    await direct.xdel(KEY, '2-0')
    await direct.call('XSETID', KEY, '3-0', 'ENTRIESADDED', 3, 'MAXDELETEDID', '0-1')
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 2, gone: 1 }) })
    expect(await heldBy(direct, 'alice')).toEqual(['1-0', '3-0'])
  })
})
