import { expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { idsFrom, KEY, ofConsumer, ofIds, onEveryServer, pendingOf, seed } from './recovery-kit'

const TARGET = 'other'
const ACTIONS: readonly RecoveryAction[] = [
  { kind: 'requeue', stream: TARGET, provenance: false },
  { kind: 'requeue', stream: TARGET, provenance: true },
  { kind: 'deadLetter', stream: TARGET, reason: 'poison', maxLen: null },
]

/** What is deleted with an undo is a copy by what it holds, not by its id alone. */
onEveryServer((world) => {
  test.each(ACTIONS)('%j: entries of a target that was made anew at the same ids are left alone', async (action) => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 10) } })
    const job = await sluice.recover(ofConsumer('alice'), action)
    const copies = (await direct.xrange(TARGET, '-', '+')).map(([id]) => id)
    await direct.del(TARGET)
    for (const id of copies.slice(2)) await direct.xadd(TARGET, id, 'n', 'another')
    const undone = await sluice.undo(job)
    expect(undone).toMatchObject({ state: 'done', counts: { changed: 0, leftAlone: 10 } })
    expect(await direct.xrange(TARGET, '-', '+')).toHaveLength(8)
    expect(await pendingOf(direct, KEY)).toEqual([])
  })

  test.each([true, false])('an edited copy, provenance %s, is deleted by what it was given', async (provenance) => {
    const { direct, sluice } = world
    const fields: [string, string][] = [['n', 'edited']]
    for (const isAnew of [true, false]) {
      await direct.del(KEY, TARGET)
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofIds(['2-0']), { kind: 'requeue', stream: TARGET, provenance, fields })
      const [[copy] = ['']] = await direct.xrange(TARGET, '-', '+')
      if (isAnew) {
        await direct.del(TARGET)
        await direct.xadd(TARGET, copy, 'n', 'another')
      }
      const changes = isAnew ? { changed: 0, leftAlone: 1 } : { changed: 1, leftAlone: 0 }
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: changes })
      expect(await direct.xrange(TARGET, '-', '+')).toHaveLength(isAnew ? 1 : 0)
      expect(await pendingOf(direct, KEY)).toHaveLength(isAnew ? 2 : 3)
    }
  })

  test.each(ACTIONS)('%j: copies among entries of others are known and deleted', async (action) => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 10) } })
    const job = await sluice.recover(ofConsumer('alice'), action)
    await direct.xadd(TARGET, '*', 'n', 'another')
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: { changed: 10 } })
    expect(await direct.xrange(TARGET, '-', '+')).toHaveLength(1)
    expect(await pendingOf(direct, KEY)).toHaveLength(10)
  })
})
