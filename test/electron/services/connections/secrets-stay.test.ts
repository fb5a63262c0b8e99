import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets, type Secrets } from '../../../../electron/services/connections/secrets'
import { secretPurpose, type ConnectionProfile, type SecretPurpose } from '../../../../shared/model/connection'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'

const SECRET = 'stays-where-it-is-%&'
let locked: TestRedis
/** Takes down whatever is said to it. */
let thief: Server
let heard = ''
let dataDir: string
let secrets: Secrets
let connections: Connections

beforeAll(async () => {
  locked = await startRedis({ password: SECRET })
  thief = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
      socket.write('-NOAUTH Authentication required.\r\n'.repeat(8))
    })
  })
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await locked.stop()
  thief.close()
})
beforeEach(async () => {
  heard = ''
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-secrets-'))
  secrets = createMemorySecrets()
  connections = await load()
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true })
})

const load = (own: Secrets = secrets) => createConnections({ dataDir, secrets: own, log: createMemoryLog().log })
const thiefsPort = () => (thief.address() as AddressInfo).port
const stolen = (): ConnectionProfile =>
  locked.connection({ endpoint: { kind: 'tcp', host: '127.0.0.1', port: thiefsPort() } })
const typeAgain = (purpose: SecretPurpose) => ({
  code: 'BAD_INPUT',
  data: { field: `secrets.${purpose}`, remedy: { code: 'secret.type-again', params: { purpose } } },
})

describe('a known password goes to no server but the one it was given for', () => {
  const profileOf: Record<string, () => ConnectionProfile> = {
    'another port': stolen,
    'a cluster there': () => ({
      ...stolen(),
      endpoint: { kind: 'cluster', nodes: [{ host: '127.0.0.1', port: thiefsPort() }] },
    }),
    'sentinels there': () => ({
      ...stolen(),
      endpoint: {
        ...{ kind: 'sentinel', nodes: [{ host: '127.0.0.1', port: thiefsPort() }], primary: 'x', username: '' },
        tls: null,
      },
    }),
    'the same host by an SSH server': () =>
      locked.connection({
        ssh: { host: '127.0.0.1', port: thiefsPort(), username: 'a', auth: 'password', jump: null },
      }),
  }
  test.each(Object.keys(profileOf))('%s: neither by a test, nor saved, nor copied', async (what) => {
    const { id } = await connections.save({ profile: locked.connection(), secrets: { password: SECRET } })
    const profile = profileOf[what]?.() ?? stolen()
    for (const attempt of [
      () => connections.test({ id, profile }),
      () => connections.test({ secretsOf: id, profile }),
      () => connections.save({ id, profile }),
      () => connections.save({ id, profile, shown: locked.connection() }),
      () => connections.save({ secretsOf: id, profile }),
    ]) {
      // A way by SSH, or sentinels, may fail before the password would be sent at all.
      await expect(attempt()).rejects.toHaveProperty('code')
    }
    await expect(connections.save({ id, profile })).rejects.toMatchObject(typeAgain('password'))
    expect(connections.get(id).endpoint).toEqual(locked.connection().endpoint)
    expect(await connections.list()).toHaveLength(1)
    await expect(connections.open(id)).resolves.toMatchObject({ state: 'open' })
    expect(heard).not.toContain(SECRET)
  })

  test('typed again, or taken away, it is saved', async () => {
    const { id } = await connections.save({ profile: locked.connection(), secrets: { password: SECRET } })
    const none = await connections.save({ id, profile: stolen(), secrets: { password: null } })
    expect(none).toMatchObject({ endpoint: stolen().endpoint, secrets: [] })
    await expect(connections.open(id)).rejects.toHaveProperty('code', 'UNREACHABLE')
    expect(heard).not.toContain(SECRET)
    await connections.save({ id, profile: stolen(), secrets: { password: 'for-the-thief' } })
    await expect(connections.open(id)).rejects.toHaveProperty('code', 'UNREACHABLE')
    expect(heard).toContain('for-the-thief')
    expect(heard).not.toContain(SECRET)
  })

  test('nor where another process, or an editor, writes another address', async () => {
    const { id } = await connections.save({ profile: locked.connection(), secrets: { password: SECRET } })
    const file = join(dataDir, 'connections.json')
    const from = `"port": ${(locked.connection().endpoint as { port: number }).port}`
    expect(readFileSync(file, 'utf8')).toContain(from)
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, `"port": ${thiefsPort()}`))
    await expect(connections.open(id)).rejects.toHaveProperty('code', 'UNREACHABLE')
    expect(heard).not.toBe('')
    expect(heard).not.toContain(SECRET)
  })

  test('nor where one writes a map of addresses beside it: that is for what others announce', async () => {
    const { id } = await connections.save({ profile: locked.connection(), secrets: { password: SECRET } })
    const file = join(dataDir, 'connections.json')
    const [from, to] = [locked.connection().endpoint, stolen().endpoint]
    const map = `"addressMap": ${JSON.stringify([{ from, to }])}`
    writeFileSync(file, readFileSync(file, 'utf8').replace('"readOnly"', `${map}, "readOnly"`))
    expect(connections.get(id).addressMap).toHaveLength(1)
    await expect(connections.open(id)).resolves.toMatchObject({ state: 'open' })
    const draft = { id, profile: connections.get(id) }
    const tried: string[] = []
    for await (const event of connections.testSteps(draft)) tried.push(event.kind)
    expect(tried).toContain('result')
    expect(heard).toBe('')
  })

  test('nor where another process saves another address and its password', async () => {
    const { id } = await connections.save({ profile: locked.connection(), secrets: { password: SECRET } })
    const other = await load(createMemorySecrets())
    await other.save({ id, profile: stolen(), secrets: { password: 'another' } })
    other.close()
    await expect(connections.open(id)).rejects.toHaveProperty('code', 'UNREACHABLE')
    expect(heard).not.toBe('')
    expect(heard).not.toContain(SECRET)
  })

  test('nor one that is typed for an address that another process changed meanwhile', async () => {
    const { id } = await connections.save({ profile: locked.connection() })
    const other = await load(createMemorySecrets())
    await other.save({ id, profile: stolen() })
    other.close()
    const shown = locked.connection()
    await connections.save({ id, shown, profile: { ...shown, name: 'Renamed' }, secrets: { password: SECRET } })
    expect(connections.get(id)).toMatchObject({ name: 'Renamed', endpoint: stolen().endpoint })
    await expect(connections.open(id)).rejects.toHaveProperty('code', 'UNREACHABLE')
    expect(heard).not.toContain(SECRET)
  })

  test('it stays through what leads nowhere else', async () => {
    const { id } = await connections.save({ profile: locked.connection(), secrets: { password: SECRET } })
    await connections.save({ id, profile: locked.connection({ name: 'Renamed', db: 1, color: 'red' }) })
    await expect(connections.open(id)).resolves.toMatchObject({ state: 'open' })
  })
})

test('every other secret is asked for again as well', async () => {
  const tls = { ca: '', cert: 'CERT', serverName: '', verify: true }
  const hop = { host: 'h', port: 22, username: 'u', auth: 'password' } as const
  const at = (host: string): ConnectionProfile => ({
    ...locked.connection(),
    endpoint: { kind: 'sentinel', nodes: [{ host, port: 1 }], primary: 'x', username: '', tls: null },
    tls,
    ssh: { ...hop, host, jump: { ...hop, host } },
  })
  for (const purpose of secretPurpose.options) {
    const { id } = await connections.save({ profile: at('mine'), secrets: { [purpose]: SECRET } })
    await expect(connections.save({ id, profile: at('yours') }), purpose).rejects.toMatchObject(typeAgain(purpose))
    await expect(connections.save({ secretsOf: id, profile: at('yours') }), purpose).rejects.toMatchObject(
      typeAgain(purpose),
    )
    await expect(connections.save({ id, profile: at('mine') })).resolves.toMatchObject({ secrets: [purpose] })
  }
})
