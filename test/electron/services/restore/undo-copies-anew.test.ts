import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { digestOfCopy } from '../../../../electron/services/inspection/same-bodies'
import type { JournalBatch } from '../../../../electron/services/journal/journal'
import type { RestoreSource } from '../../../../electron/services/restore/context'
import { planCopiesUndo } from '../../../../electron/services/restore/undo-copies'
import { message } from '../../../../shared/words/messages'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { counts, idsFrom } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { addCopies, KEY, restartAsKilled, trimTo } from './restore-kit'

const world = useOneServer()
const clients = useSluiceClients()
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

test('of a stream that was made anew in part those that hold something else by now are left alone', async () => {
  const { direct, redis } = world
  const { reader } = await clients.open(redis)
  await direct.del(KEY)
  await direct.xadd(KEY, '11-0', 'n', 'one')
  await direct.xadd(KEY, '12-0', 'n', 'another')
  const priors = ['1-0', '2-0'].map((id) => ({ id, consumer: '', deliveries: 0, deliveredAt: 0 }))
  const digest = digestOfCopy([Buffer.from('n'), Buffer.from('one')])
  const batch: JournalBatch = {
    ...{ at: 1, until: 2, to: null, changed: priors, unsure: new Set() },
    copies: new Map([
      ['1-0', '11-0'],
      ['2-0', '12-0'],
    ]),
    held: new Map([
      ['11-0', digest],
      ['12-0', digest],
    ]),
  }
  const source = { reader, key: Buffer.from(KEY) } as RestoreSource
  const past = {
    recordId: 'r1',
    provenance: false,
    batches: () => Readable.from([batch]) as AsyncIterable<JournalBatch>,
  }
  const planning = planCopiesUndo(source, past, message('undo.no-way'))
  await planning.next()
  expect((await planning.next()).value).toMatchObject({ entries: 1, leftAlone: 1, gone: 0 })
})
