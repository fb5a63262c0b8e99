import { expect, test } from 'vitest'
import { writeName } from '../../../../electron/services/journal/folder'
import { batchesOf, claimRecord, useJournals, writeWhole } from './journal-kit'
import { saying } from '../../../helpers/saying'

const kit = useJournals()
/** Of a process that is no more. */
const ofPast = writeName({ stamp: '20240101120000', pid: 2_147_483_000, birth: 'x', serial: 0 })
const NEWER = '{"t":"format","version":3}'

/** A file as a newer Sluice may have left it: a record, one of a kind that nobody knows here, and lines unlike ours. */
async function byNewer(): Promise<string> {
  const journal = await kit.open()
  const id = await writeWhole(journal)
  await journal.close()
  const name = kit.names()[0] ?? ''
  const [, begin = '', ...rest] = kit.text(name).trimEnd().split('\n')
  const strange = begin.replace(id, 'other').replace('"action":"claim"', '"action":"teleport"')
  kit.write(name, '')
  kit.write(ofPast, `${[NEWER, begin, strange, '{"t":"outcome","id":3}', ...rest].join('\n')}\n`)
  return id
}

test('each file begins with its format, and is read again', async () => {
  const journal = await kit.open({ rotateBytes: 500, keepBytes: 1_000_000 })
  const id = await writeWhole(journal, {}, 5)
  expect(kit.names().length).toBeGreaterThan(2)
  for (const name of kit.names()) expect(kit.text(name).split('\n')[0]).toBe('{"t":"format","version":2}')
  const again = await kit.open()
  expect(await batchesOf(again, id)).toHaveLength(5)
  expect(await again.list({ count: 10 })).toMatchObject({ records: [{ id }], damaged: 0, newer: 0 })
})

test('a file of a newer format is read as far as it is understood, and said so', async () => {
  const id = await byNewer()
  const journal = await kit.open()
  const { records, damaged, newer } = await journal.list({ count: 10 })
  expect(records).toMatchObject([{ id, state: 'done', counts: { changed: 1 } }])
  expect([damaged, newer]).toEqual([0, 1])
})

test('nothing of it is undone here', async () => {
  const id = await byNewer()
  const { record } = await (await kit.open()).get(id)
  expect(record.undo).toMatchObject({
    possible: false,
    note: saying('A newer Sluice wrote this record: undo it there.'),
  })
})

test('it is neither written to nor removed, also when the journal is full', async () => {
  await byNewer()
  const before = kit.text(ofPast)
  const journal = await kit.open({ rotateBytes: 1, keepBytes: 1 })
  for (let n = 0; n < 3; n += 1) await writeWhole(journal)
  await journal.begin(claimRecord())
  expect(kit.text(ofPast)).toBe(before)
})

test('a file without a format is one of the first, and is not newer', async () => {
  const id = await byNewer()
  kit.write(ofPast, kit.text(ofPast).split('\n').slice(1).join('\n'))
  const journal = await kit.open()
  expect(await journal.list({ count: 10 })).toMatchObject({ records: [{ id }], damaged: 2, newer: 0 })
  expect((await journal.record(id)).undo.possible).toBe(true)
})

test('who it was is kept; an older record, and one that tells it in a way of a newer Sluice, are records all the same', async () => {
  const first = await kit.open()
  const id = await writeWhole(first, { who: { by: 'user', name: 'anna' } })
  await first.close()
  const name = kit.names()[0] ?? ''
  const text = kit.text(name)
  kit.write(name, '')
  const ANNA = '"who":{"by":"user","name":"anna"}'
  const whoIs = async (written: string): Promise<unknown> => {
    kit.write(ofPast, text.replace(ANNA, written))
    const { records, damaged } = await (await kit.open()).list({ count: 10 })
    return [records.map((record) => [record.id, record.who]), damaged]
  }
  expect(await whoIs(ANNA)).toEqual([[[id, { by: 'user', name: 'anna' }]], 0])
  for (const odd of ['{"by":"passkey","name":"anna"}', '"anna"', 'null', '{}']) {
    expect(await whoIs(`"who":${odd}`)).toEqual([[[id, null]], 0])
  }
  expect(await whoIs('"what":1')).toEqual([[[id, null]], 0])
})
