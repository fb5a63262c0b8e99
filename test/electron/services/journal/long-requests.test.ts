import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { NewRecord } from '../../../../electron/services/journal/journal'
import { createRecords } from '../../../../electron/services/journal/records'
import { claimRecord, useJournals, writeWhole } from './journal-kit'

const AT = { file: 'file', from: 0, to: 0 }
const kit = useJournals()
const ids = Array.from({ length: 10_000 }, (_, at) => `${1_700_000_000_000 + at}-0`)
const request: NewRecord['request'] = { selection: { kind: 'ids', ids }, action: { kind: 'ack' } }

test('what was asked for is not kept in memory', () => {
  const records = createRecords()
  records.apply({ t: 'begin', id: 'a', at: 1, ...claimRecord({ request }) }, AT)
  expect(JSON.stringify(records.get('a')).length).toBeLessThan(1_000)
})

test('it is read from the disk when it is needed: by the process that wrote it, and by others', async () => {
  const journal = await kit.open()
  const id = await writeWhole(journal, { request })
  await writeWhole(journal, { key: id, request: null }) // names the first, and is another one
  for (const reader of [journal, await kit.open()]) {
    expect(await reader.get(id)).toMatchObject({ record: { id, state: 'done' }, request })
  }
  kit.write(kit.names()[0] ?? '', kit.text(kit.names()[0] ?? '').replace(ids[0] ?? '', '17-0'))
  expect((await journal.get(id)).request).toMatchObject({ selection: { ids: ['17-0', ...ids.slice(1)] } })
})

test('it is NOT_FOUND once its file has gone', async () => {
  const journal = await kit.open()
  const id = await writeWhole(journal, { request })
  rmSync(kit.path(kit.names()[0] ?? ''))
  await expect(journal.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'journal record' } })
})
