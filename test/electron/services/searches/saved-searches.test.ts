import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSavedSearches, type SavedSearches } from '../../../../electron/services/searches/saved-searches'
import { EVERY_ENTRY } from '../../../../shared/model/entry-query'
import { MOST_SAVED_SEARCHES, savedSearchFields } from '../../../../shared/model/saved-search'
import { createMemoryLog } from '../../../helpers/memory-log'

let dataDir: string
const open: SavedSearches[] = []
const searches = async (): Promise<SavedSearches> => {
  const made = await createSavedSearches({ dataDir, log: createMemoryLog().log })
  open.push(made)
  return made
}
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-searches-'))
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const fields = (name: string, connectionId = 'a') => ({
  ...{
    connectionId,
    name,
    stream: 'orders*',
    query: EVERY_ENTRY,
    from: '1h',
    to: '',
    zone: 'UTC',
    order: 'newest' as const,
  },
})
async function now(of: SavedSearches, connectionId = 'a'): Promise<readonly string[]> {
  for await (const all of of.watch(connectionId)) return all.map(({ name }) => name)
  return []
}

test('are kept by connection and name, whatever signs those are of, and there after a restart', async () => {
  const one = await searches()
  const names = ['z', 'Ä', '"; rm -rf /', '\u202eabc', '__proto__', '😀', '<b>']
  for (const name of names) await one.add(fields(name))
  await one.add(fields('z', 'b'))
  expect([...(await now(await searches()))].sort()).toEqual([...names].sort())
  expect(await now(one, 'b')).toEqual(['z'])
})

test('a name stands once on a connection, also when it is changed', async () => {
  const one = await searches()
  const { id } = await one.add(fields('first'))
  await one.add(fields('second'))
  const taken = { code: 'BAD_INPUT', data: { field: 'name' } }
  await expect(one.add(fields('first'))).rejects.toMatchObject(taken)
  await expect(one.rename({ connectionId: 'a', id }, 'second')).rejects.toMatchObject(taken)
  await one.rename({ connectionId: 'a', id }, 'third')
  expect(await now(one)).toEqual(['second', 'third'])
  await expect(one.rename({ connectionId: 'b', id }, 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await one.remove({ connectionId: 'b', id })
  expect(await now(one)).toEqual(['second', 'third'])
})

test('what another process saves and removes is told, and neither loses what the other saved', async () => {
  const [one, two] = [await searches(), await searches()]
  await Promise.all([one, two].flatMap((each, n) => [0, 1, 2].map((m) => each.add(fields(`${n}-${m}`)))))
  await expect.poll(() => now(one)).toHaveLength(6)
  await expect.poll(() => now(two)).toHaveLength(6)
  const seen = one.watch('a')
  expect((await seen.next()).value).toHaveLength(6)
  const told = seen.next()
  await two.add(fields('seventh'))
  expect((await told).value).toHaveLength(7)
  await two.forget('a')
  await expect.poll(() => now(one)).toEqual([])
})

test('a connection that is forgotten leaves none behind, also none that another process saved just now', async () => {
  const [one, two] = [await searches(), await searches()]
  await two.add(fields('of it'))
  await two.add(fields('of another', 'b'))
  await one.forget('a')
  const { searches: kept } = JSON.parse(readFileSync(join(dataDir, 'saved-searches.json'), 'utf8')) as {
    searches: { name: string }[]
  }
  expect(kept.map(({ name }) => name)).toEqual(['of another'])
})

test('are so many of a connection at most, and of a bounded size', async () => {
  const all = Array.from({ length: MOST_SAVED_SEARCHES }, (_, n) => ({ ...fields(`s${n}`), id: String(n) }))
  writeFileSync(join(dataDir, 'saved-searches.json'), JSON.stringify({ searches: all }))
  const one = await searches()
  await expect(one.add(fields('one more'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await one.add(fields('one more', 'b'))
  for (const zone of ['Mars/Base', '', 'x'.repeat(65)]) {
    expect(savedSearchFields.safeParse({ ...fields('nowhere'), zone }).success, zone).toBe(false)
  }
  expect(savedSearchFields.safeParse(fields('x'.repeat(101))).success).toBe(false)
  expect(savedSearchFields.safeParse(fields('  ')).success).toBe(false)
  const long = [
    [{ not: false, subject: { kind: 'any' as const }, how: 'contains' as const, value: 'x'.repeat(20_000) }],
  ]
  expect(savedSearchFields.safeParse({ ...fields('long'), query: long }).success).toBe(false)
})

test('what is none in a file is left out, and a file that is damaged is not written over', async () => {
  writeFileSync(
    join(dataDir, 'saved-searches.json'),
    JSON.stringify({ searches: [{ id: 1 }, { ...fields('good'), id: 'x' }] }),
  )
  expect(await now(await searches())).toEqual(['good'])
  const file = join(dataDir, 'saved-searches.json')
  writeFileSync(file, '{"searches": [')
  const broken = await searches().catch(() => null)
  await broken?.add(fields('new')).catch(() => undefined)
  expect(readFileSync(file, 'utf8').includes('"searches"')).toBe(true)
})
