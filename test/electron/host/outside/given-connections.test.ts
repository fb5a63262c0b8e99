import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Given } from '../../../../electron/host/outside/given'
import { takeConnectionArguments } from '../../../../electron/host/outside/connection-arguments'
import { readGiven } from '../../../../electron/host/outside/read-given'
import { openHostBackend, type HostBackend } from '../../../../electron/host/host-backend'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { connectionProfile } from '../../../../shared/model/connection'
import { sentence } from '../../../../shared/words/messages'
import type { Api } from '../../api/backend-kit'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { AS_ADMIN, CALLERS } from '../../../helpers/callers'
import { builtDecoder } from '../../../helpers/built-decoder'

const SECRET = 'hunter2-outside'
let redis: TestRedis
let other: TestRedis
let dataDir: string
let backend: HostBackend | null = null
let memory = createMemoryLog()
const secrets = createMemorySecrets()
beforeAll(async () => {
  redis = await startRedis({ password: SECRET })
  other = await startRedis({ password: SECRET })
})
afterAll(async () => {
  await redis.stop()
  await other.stop()
})
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-given-'))
  memory = createMemoryLog()
})
afterEach(async () => {
  await backend?.close()
  backend = null
  rmSync(dataDir, { recursive: true, force: true })
})

async function host(given: Given): Promise<Api> {
  backend = await openHostBackend({
    ...{ kind: 'web', sandbox: null, dataDir, given, log: memory.log },
    secrets: { kept: 'memory', open: () => Promise.resolve(secrets) },
    saveFile: () => Promise.reject(new Error('no file')),
    decoderFile: builtDecoder,
  })
  return createRouterClient(backend.router, { context: AS_ADMIN })
}
const givenBy = (env: NodeJS.ProcessEnv): Promise<Given> =>
  readGiven({ arguments: takeConnectionArguments([]), addresses: [], env })
const url = (at = redis) => `redis://:${SECRET}@${at.host}:${at.port}`
/** All that is in the directory, and was logged. */
const kept = (): string =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('') + memory.text()

test('one that was named is told to the page, opened without its password, and on no disk', async () => {
  const api = await host(await givenBy({ REDIS_URL: url() }))
  const { opens } = await api.host.info()
  const [connection, ...more] = await api.connection.list()
  expect(more).toEqual([])
  expect(connection).toMatchObject({ id: opens, givenBy: 'REDIS_URL', secrets: ['password'] })
  expect(await api.connection.open({ connectionId: opens ?? '' })).toMatchObject({ state: 'open' })
  expect(JSON.stringify([connection, await api.host.info()])).not.toContain(SECRET)
  expect(kept()).not.toContain(SECRET)
  expect(readdirSync(dataDir)).not.toContain('connections.json')
})

test('it is neither changed nor removed by a page', async () => {
  const api = await host(await givenBy({ REDIS_URL: url() }))
  const [given] = await api.connection.list()
  const id = given?.id ?? ''
  const profile = connectionProfile.parse(given)
  const changes: readonly (() => Promise<unknown>)[] = [
    () => api.connection.save({ id, profile: { ...profile, name: 'mine' } }),
    () => api.connection.save({ id, profile, secrets: { password: 'another' } }),
    () => api.connection.save({ secretsOf: id, profile }),
    () => api.connection.test({ secretsOf: id, profile }),
    () => api.connection.remove({ connectionId: id }),
  ]
  for (const change of changes) {
    const refused = (await change().catch((error: unknown) => error)) as { data: { reason: never } }
    expect(refused).toMatchObject({ code: 'UNSUPPORTED' })
    expect(sentence(refused.data.reason)).toMatch(/given by REDIS_URL.*change it there/)
  }
  expect(await api.connection.list()).toEqual([given])
})

test('its password goes to no other server than the one that it was given for', async () => {
  const api = await host(await givenBy({ REDIS_URL: url() }))
  const [given] = await api.connection.list()
  const id = given?.id ?? ''
  const here = redis.connection({ name: `${redis.host}:${redis.port}` })
  expect(await api.connection.test({ id, profile: here })).toHaveProperty('server.product')
  const there = api.connection.test({ id, profile: { ...here, endpoint: other.connection().endpoint } })
  await expect(there).rejects.toMatchObject({ data: { reason: 'password-needed' } })
  const copy = await api.connection.save({ profile: here })
  expect(copy).toMatchObject({ givenBy: null, secrets: [] })
  await expect(api.connection.open({ connectionId: copy.id })).rejects.toMatchObject({
    data: { reason: 'password-needed' },
  })
  expect(kept()).not.toContain(SECRET)
})

test('a password typed for one that has none stays in memory', async () => {
  const api = await host(await givenBy({ REDIS_URL: `redis://${redis.host}:${redis.port}` }))
  const { opens } = await api.host.info()
  const connectionId = opens ?? ''
  await expect(api.connection.open({ connectionId })).rejects.toMatchObject({ data: { reason: 'password-needed' } })
  expect(await api.connection.open({ connectionId, password: SECRET })).toMatchObject({ state: 'open' })
  expect(await secrets.has(connectionId, 'password')).toBe(false)
  expect(kept()).not.toContain(SECRET)
})

test('a file is read at each connect, and one that is gone is named', async () => {
  const file = join(dataDir, 'password')
  writeFileSync(file, `${SECRET}\n`)
  const api = await host(await givenBy({ REDIS_URL: `redis://${redis.host}:${redis.port}`, REDIS_PASSWORD_FILE: file }))
  const { opens } = await api.host.info()
  const connectionId = opens ?? ''
  expect(await api.connection.open({ connectionId })).toMatchObject({ state: 'open' })
  await api.connection.close({ connectionId })

  const direct = redis.client()
  await direct.config('SET', 'requirepass', 'rotated')
  try {
    await expect(api.connection.open({ connectionId })).rejects.toMatchObject({ data: { reason: 'password-wrong' } })
    writeFileSync(file, 'rotated\r\n')
    expect(await api.connection.open({ connectionId })).toMatchObject({ state: 'open' })
    await api.connection.close({ connectionId })
    rmSync(file)
    const gone = (await api.connection.open({ connectionId }).catch((error: unknown) => error)) as {
      data: { detail: never }
    }
    expect(gone).toMatchObject({ code: 'UNREACHABLE', data: { reason: 'no-secret' } })
    expect(sentence(gone.data.detail)).toBe(`${file} can’t be read (ENOENT)`)
    // It is known still, as far as the list goes: it is asked for once it is needed.
    expect(await api.connection.list()).toMatchObject([{ secrets: ['password'] }])
  } finally {
    await direct.config('SET', 'requirepass', SECRET)
  }
})

test('whoever may only look opens one by its command: run once for all who ask, with nothing of theirs, and told to none', async () => {
  const [list, runs] = [join(dataDir, 'list.json'), join(dataDir, 'runs')]
  const program = `require('node:fs').appendFileSync(${JSON.stringify(runs)}, 'run ' + process.argv.slice(1) + '\\n'); process.stdout.write(${JSON.stringify(SECRET)})`
  const argv = [process.execPath, '-e', program]
  const text = JSON.stringify([{ url: `redis://${redis.host}:${redis.port}`, passwordCommand: argv }])
  writeFileSync(list, text, { mode: 0o600 })
  const admin = await host(await givenBy({ SLUICE_CONNECTIONS: list }))
  const viewer: Api = createRouterClient(backend!.router, { context: { caller: CALLERS.viewer } })
  const [given] = await viewer.connection.list()
  const connectionId = given?.id ?? ''
  await expect(viewer.connection.open({ connectionId, password: 'mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(existsSync(runs)).toBe(false)
  const opened = await Promise.all([1, 2, 3, 4, 5].map(() => viewer.connection.open({ connectionId })))
  for (const status of opened) expect(status.state).toBe('open')
  expect((await admin.connection.open({ connectionId })).state).toBe('open')
  expect(readFileSync(runs, 'utf8')).toBe('run \n')
  const told = JSON.stringify([given, opened, await admin.connection.list(), await admin.connection.export()])
  for (const part of [SECRET, runs, 'appendFileSync']) expect(told).not.toContain(part)
  expect(memory.text()).not.toContain(SECRET)
})
