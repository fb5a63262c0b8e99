import { expect, test } from 'vitest'
import { counts, idsFrom } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { addCopies, KEY, restartAsKilled, trimTo } from './restore-kit'

const world = useOneServer()
const idsIn = async () => (await world.direct.xrange(KEY, '-', '+')).map(([id]) => id)

/** Twenty entries, ten of which were trimmed; the stream is gone, so that they make it anew. */
async function copied(provenance: boolean) {
  const { direct, sluice } = world
  await direct.del(KEY)
  for (const id of idsFrom(1, 20)) await direct.xadd(KEY, id, 'n', id)
  const backup = await trimTo(sluice, 10)
  await direct.del(KEY)
  return addCopies(sluice, backup, { provenance })
}

/** An undo deletes what was written, and nothing that others have put in its place. */
test.each([true, false])('copies, provenance %s, are deleted by what they hold', async (provenance) => {
  const { direct, sluice } = world
  const job = await copied(provenance)
  const ids = await idsIn()
  expect(ids).toHaveLength(10)
  await direct.del(KEY)
  for (const id of ids) await direct.xadd(KEY, id, 'n', 'another')
  await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'recordId' } })
  expect(await idsIn()).toEqual(ids)
  const again = await copied(provenance)
  await direct.xadd(KEY, '*', 'n', 'another')
  expect(await sluice.undo(again)).toMatchObject({ state: 'done', counts: counts({ changed: 10 }) })
  expect(await idsIn()).toHaveLength(1)
})

test('those of a run that was killed are known by where they come from, and by nothing else', async () => {
  const { direct, sluice } = world
  const job = await copied(true)
  await restartAsKilled(sluice, job)
  const [first = ''] = await idsIn()
  await direct.xdel(KEY, first)
  expect(await sluice.undo(job)).toMatchObject({ counts: { changed: 9 } })
  expect(await idsIn()).toEqual([])
})
