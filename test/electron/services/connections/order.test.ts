import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { createMemoryLog } from '../../../helpers/memory-log'

let dataDir: string
let a: Connections
let b: Connections
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-order-'))
  a = await load()
  b = await load()
})
afterEach(() => {
  a.close()
  b.close()
  rmSync(dataDir, { recursive: true })
})

const load = () => createConnections({ dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log })
const profile = (name: string): ConnectionProfile => ({
  ...{ name, color: 'blue', environment: 'dev', readOnly: false, username: '', db: 0, tls: null, ssh: null },
  endpoint: { kind: 'tcp', host: name, port: 1 },
})
async function saved(...names: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (const name of names) ids.push((await a.save({ profile: profile(name) })).id)
  return ids
}
const shown = async (of: Connections) =>
  (await of.list()).map(({ name, folder }) => `${folder ? `${folder}/` : ''}${name}`)

test('a connection goes before another, to the end, and into a folder; after a restart it stands there still', async () => {
  const [first, , third] = await saved('a', 'b', 'c')
  await a.move(third!, { before: first!, folder: '' })
  expect(await shown(a)).toEqual(['c', 'a', 'b'])
  await a.move(third!, { before: null, folder: 'Shop' })
  expect(await shown(a)).toEqual(['a', 'b', 'Shop/c'])
  expect(await shown(b)).toEqual(['a', 'b', 'Shop/c'])
  const again = await load()
  expect(await shown(again)).toEqual(['a', 'b', 'Shop/c'])
  again.close()
  await a.move(third!, { before: first!, folder: '' })
  expect(await shown(a)).toEqual(['c', 'a', 'b'])
})

test('what two processes move at once is moved both, and nothing is lost', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `n${at}`)
  const ids = await saved(...names)
  await b.list()
  await Promise.all([
    ...ids.slice(0, 6).map((id) => a.move(id, { before: null, folder: 'of a' })),
    ...ids.slice(6).map((id) => b.move(id, { before: ids[0]!, folder: 'of b' })),
    a.save({ profile: profile('new') }),
  ])
  const list = await shown(a)
  expect(await shown(b)).toEqual(list)
  const expected = [...names.map((name, at) => `of ${at < 6 ? 'a' : 'b'}/${name}`), 'new']
  expect(list.toSorted()).toEqual(expected.toSorted())
})

test('before one that was removed meanwhile it goes to the end', async () => {
  const [first, second] = await saved('a', 'b', 'c')
  await b.remove(second!)
  await a.move(first!, { before: second!, folder: '' })
  expect(await shown(a)).toEqual(['c', 'a'])
  await a.move(first!, { before: first!, folder: '' })
  expect(await shown(a)).toEqual(['c', 'a'])
})

test('moving changes nothing else: neither what only a newer Sluice knows, nor what was saved meanwhile', async () => {
  const [first, second] = await saved('a', 'b')
  const file = join(dataDir, 'connections.json')
  const content = JSON.parse(readFileSync(file, 'utf8')) as { connections: { id: string; newer?: number }[] }
  for (const one of content.connections) one.newer = 7
  writeFileSync(file, JSON.stringify(content))
  await b.save({ id: second!, shown: profile('b'), profile: { ...profile('b'), notes: 'ask Ada' } })
  await a.move(second!, { before: first!, folder: 'F' })
  expect(await a.list()).toMatchObject([{ name: 'b', notes: 'ask Ada', folder: 'F' }, { name: 'a' }])
  expect((JSON.parse(readFileSync(file, 'utf8')) as typeof content).connections.map(({ newer }) => newer)).toEqual([
    7, 7,
  ])
})

test('what is not saved has no place of its own', async () => {
  a.give('given', profile('given'), 'REDIS_URL')
  const { id } = await a.add(profile('of this session'), null)
  const [first] = await saved('a')
  for (const one of ['given', id]) {
    await expect(a.move(one, { before: first!, folder: '' })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  }
  await expect(a.move('gone', { before: null, folder: '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await b.remove(first!)
  await expect(a.move(first!, { before: null, folder: '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  // And it stays behind those that have one.
  await saved('b')
  expect(await shown(a)).toEqual(['b', 'given', 'of this session'])
})
