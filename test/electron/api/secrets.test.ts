import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { planClaim, seedStream, useBackend } from './backend-kit'

const SECRET = 'hunter2 "ключ" %&'
const kit = useBackend({ password: SECRET })
let user: TestRedis
beforeAll(async () => {
  user = await startRedis({ users: [`worker on >${encodeURIComponent(SECRET)} ~* +@all`] })
})
afterAll(() => user.stop())

/** As it is, and as it might be written down on its way. */
const spellings = [
  SECRET,
  'hunter2',
  encodeURIComponent(SECRET),
  JSON.stringify(SECRET).slice(1, -1),
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(SECRET).toString('hex'),
]
function everything(): string {
  const files = readdirSync(kit.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(1)
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n')
}

test('a password is nowhere in the data directory, the log or what the page is told, whatever is done', async () => {
  await seedStream(kit.direct, 'orders')
  const told: unknown[] = []
  const tell = async <T>(work: Promise<T>): Promise<T> => {
    const said = await work
    told.push(said)
    return said
  }
  const wrong = kit.connect({ name: 'wrong' }, `${SECRET}!`)
  await expect(wrong).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'password-wrong' } })
  told.push(await wrong.catch((error: unknown) => ({ ...(error as Error), message: (error as Error).message })))
  const connectionId = await kit.connect({ name: 'locked' }, SECRET)

  const { id: planId } = await tell(planClaim(kit.api, connectionId, 'orders'))
  const job = await tell(kit.finished(await kit.api.recovery.run({ connectionId, planId })))
  expect(job).toMatchObject({ state: 'done', counts: { changed: 3 } })
  await tell(kit.finished(await kit.api.recovery.undo({ connectionId, recordId: job.recordId })))
  const fields: [string, string][] = [['field-of-note', SECRET]]
  await tell(kit.api.entry.add({ connectionId, key: 'orders', id: '*', fields, create: false }))
  await kit.direct.set('text', 'x')
  const refused = kit.api.entry.add({ connectionId, key: 'text', id: '*', fields, create: false })
  await expect(refused).rejects.toMatchObject({ code: 'REDIS' })

  const { id } = await kit.api.connection.save({
    profile: user.connection({ username: 'worker' }),
    secrets: { password: encodeURIComponent(SECRET) },
  })
  await tell(kit.api.connection.open({ connectionId: id }))
  await tell(kit.api.connection.list())
  await tell(kit.api.journal.list({ count: 100 }))
  for (const spelling of spellings) {
    expect(everything()).not.toContain(Buffer.from(spelling).toString('latin1'))
    expect(kit.logged()).not.toContain(spelling)
    expect(
      JSON.stringify(told, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(JSON.stringify(spelling).slice(1, -1))
  }
})

test('the fields of an entry are not journaled', async () => {
  const connectionId = await kit.connect({}, SECRET)
  const fields: [string, string][] = [['field-of-note', 'value-of-note']]
  const { id } = await kit.api.entry.add({ connectionId, key: 'orders', id: '*', fields, create: true })
  expect(id).toMatch(/^\d+-\d+$/)
  expect(kit.journaled()).toContain('"add entry"')
  expect(kit.journaled()).not.toMatch(/(field|value)-of-note/)
})
