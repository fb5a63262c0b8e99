import { expect, test } from 'vitest'
import { writeName } from '../../../../electron/services/journal/folder'
import { batchesOf, claimRecord, counts, priors, useJournals, writeWhole } from './journal-kit'

const kit = useJournals()

test('two journals of one data directory write into files of their own, and know of each other’s records', async () => {
  const [a, b] = [await kit.open(), await kit.open()]
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => writeWhole(n % 2 ? a : b, {}, 3)))
  expect(kit.names()).toHaveLength(2)
  for (const journal of [a, b]) {
    const { records, damaged } = await journal.list({ count: 100 })
    expect(new Set(records.map(({ id }) => id))).toEqual(new Set(all))
    expect(records.every(({ state }) => state === 'done')).toBe(true)
    expect(damaged).toBe(0)
    for (const id of all) expect(await batchesOf(journal, id)).toHaveLength(3)
  }
})

test('a record of another running journal is running here too, until it ends there; its undo is seen', async () => {
  const [a, b] = [await kit.open(), await kit.open()]
  const record = await a.begin(claimRecord())
  await record.intent(0, 1, priors([1]))
  const seen = async () => (await b.get(record.id)).record
  expect(await seen()).toMatchObject({ state: 'running' })
  await record.outcome(0, { until: 2, counts: counts({ changed: 1 }), except: [] })
  await record.end({ state: 'done', counts: counts({ changed: 1 }), error: null })
  expect(await seen()).toMatchObject({ state: 'done', counts: { changed: 1 }, undo: { undoneBy: null } })
  const undo = await writeWhole(a, { action: 'undo', undoes: record.id })
  expect(await seen()).toMatchObject({ undo: { undoneBy: undo } })
})

test('an undo is known after a restart, though its file be older than that of what it undid', async () => {
  const [older, newer] = [await kit.open(), await kit.open()]
  await writeWhole(older)
  const id = await writeWhole(newer)
  const undo = await writeWhole(older, { action: 'undo', undoes: id })
  expect((await (await kit.open()).get(id)).record.undo.undoneBy).toBe(undo)
})

test('two journals that remove the same old files at once don’t fail for it', async () => {
  for (let serial = 0; serial < 40; serial += 1) {
    kit.write(writeName({ stamp: '20240101120000', pid: 2_147_483_000, birth: 'x', serial }), `${'x'.repeat(999)}\n`)
  }
  const limits = { rotateBytes: 1, keepBytes: 5_000 }
  const journals = await Promise.all([kit.open(limits), kit.open(limits), kit.open(limits)])
  await Promise.all(
    journals.map(async (journal) => {
      for (let n = 0; n < 5; n += 1) {
        await writeWhole(journal)
        await journal.list({ count: 5 })
      }
    }),
  )
  expect(kit.names().filter((name) => name.startsWith('journal-20240101')).length).toBeLessThan(5)
})

test('a file of the same name is left alone', async () => {
  const first = await kit.open()
  const second = await kit.open()
  await writeWhole(first)
  const [name] = kit.names()
  await writeWhole(second)
  expect(kit.names()).toHaveLength(2)
  expect(kit.text(name!).match(/"t":"begin"/g)).toHaveLength(1)
})
