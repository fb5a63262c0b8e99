import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Journal } from '../../../../electron/services/journal/journal'
import { claimRecord, useJournals, writeWhole } from './journal-kit'

const kit = useJournals()

async function write(journal: Journal, amount: number, connectionId = 'c1'): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < amount; n += 1) ids.push((await journal.begin(claimRecord({ connectionId }))).id)
  return ids
}
async function idsOf(journal: Journal, filter: Parameters<Journal['list']>[0]): Promise<readonly string[]> {
  return (await journal.list(filter)).records.map(({ id }) => id)
}

test('an empty journal lists nothing, and makes no folder', async () => {
  const journal = await kit.open()
  expect(await journal.list({ count: 10 })).toEqual({ records: [], next: null, damaged: 0, newer: 0 })
  expect(() => kit.names()).toThrow('ENOENT')
})

test('pages run from the newest to the oldest, without a gap or a repetition', async () => {
  const journal = await kit.open()
  const newestFirst = (await write(journal, 7)).reverse()
  const seen: string[] = []
  let before: string | undefined
  for (let pages = 0; pages < 10; pages += 1) {
    const { records, next } = await journal.list({ before, count: 3 })
    seen.push(...records.map(({ id }) => id))
    if (next === null) break
    expect(next).toBe(records.at(-1)?.id)
    before = next
  }
  expect(seen).toEqual(newestFirst)
})

test('a page that ends with the oldest record says that there is no other', async () => {
  const journal = await kit.open()
  await write(journal, 4)
  expect((await journal.list({ count: 4 })).next).toBeNull()
  expect((await journal.list({ count: 3 })).next).not.toBeNull()
})

test('records that come between two pages don’t shift the second one', async () => {
  const journal = await kit.open()
  const ids = await write(journal, 4)
  const first = await journal.list({ count: 2 })
  await write(journal, 3)
  expect(await idsOf(journal, { count: 2, before: first.next ?? '' })).toEqual([ids[1], ids[0]])
})

test('one connection’s records page among those of others', async () => {
  const journal = await kit.open()
  const mine: string[] = []
  for (let n = 0; n < 4; n += 1) {
    mine.unshift(...(await write(journal, 1, 'mine')))
    await write(journal, 2, 'theirs')
  }
  const first = await journal.list({ connectionId: 'mine', count: 3 })
  expect(first.records.map(({ id }) => id)).toEqual(mine.slice(0, 3))
  const rest = await journal.list({ connectionId: 'mine', count: 3, before: first.next ?? '' })
  expect(rest.records.map(({ id }) => id)).toEqual(mine.slice(3))
  expect(rest.next).toBeNull()
})

test('one group’s records page among those of others, with those of its stream as a whole', async () => {
  const journal = await kit.open()
  const odd = { base64: Buffer.from([255, 0]).toString('base64') }
  const about = [
    ['orders', odd],
    ['orders', 'other'],
    ['orders', null],
    ['others', odd],
    ['others', null],
  ] as const
  const ids: string[] = []
  for (const [key, group] of about) ids.push((await journal.begin(claimRecord({ key, group }))).id)
  await write(journal, 5)
  const wanted = { key: 'orders', group: odd }
  const first = await journal.list({ ...wanted, count: 1 })
  expect(first.records.map(({ id }) => id)).toEqual([ids[2]])
  expect(await idsOf(journal, { ...wanted, count: 9, before: first.next ?? '' })).toEqual([ids[0]])
  expect(await idsOf(journal, { key: 'others', count: 9 })).toEqual([ids[4], ids[3]])
  expect(await idsOf(journal, { ...wanted, connectionId: 'another', count: 9 })).toEqual([])
})

test('after a record that has vanished there is nothing older: the newest do not come again', async () => {
  const old = await kit.open()
  const [first] = await write(old, 3)
  await old.close()
  const names = kit.names()
  const journal = await kit.open()
  await write(journal, 2)
  expect(await idsOf(journal, { count: 10 })).toHaveLength(5)
  for (const name of names) rmSync(kit.path(name))
  expect(await journal.list({ count: 10, before: first })).toEqual({ records: [], next: null, damaged: 0, newer: 0 })
  expect(await idsOf(journal, { count: 10 })).toHaveLength(2)
  await expect(journal.get(first!)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('records of two journals that run side by side are listed by time', async () => {
  const [a, b] = [await kit.open(), await kit.open()]
  const ids: string[] = []
  let last = 0
  for (const journal of [a, b, a, b, a]) {
    // Two records of one millisecond have no order between two processes.
    await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(last)
    ids.unshift(await writeWhole(journal))
    last = Date.now()
  }
  expect(await idsOf(a, { count: 10 })).toEqual(ids)
  expect(await idsOf(b, { count: 10 })).toEqual(ids)
  expect(await idsOf(await kit.open(), { count: 10 })).toEqual(ids)
})
