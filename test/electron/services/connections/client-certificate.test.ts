import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startSentinels } from '../../../helpers/redis-sentinel'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { makeTlsFiles, type TlsFiles } from '../../../helpers/tls-files'

const PASSPHRASE = 'the-word-of-the-key'
const MUTUAL = { tls: true, config: ['tls-auth-clients yes'] }
let redis: TestRedis
let own: TlsFiles
let stranger: TlsFiles
let encrypted: string
let connections: Connections
let dataDir: string
let memory = createMemoryLog()
beforeAll(async () => {
  redis = await startRedis(MUTUAL)
  own = redis.tls!
  stranger = await makeTlsFiles()
  encrypted = createPrivateKey(own.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  memory = createMemoryLog()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-mtls-'))
  const timings = { connectTimeoutMs: 2_000, commandTimeoutMs: 2_000, reconnectMs: 20 }
  connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: memory.log, timings })
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const profile = (cert: string): ConnectionProfile =>
  redis.connection({ tls: { ca: own.ca, cert, serverName: '', verify: true } })
const opening = async (cert: string, secrets: Record<string, string> = {}) => {
  const { id } = await connections.save({ profile: profile(cert), secrets })
  const error: unknown = await connections.open(id).then(
    () => null,
    (reason: unknown) => reason,
  )
  return { id, error }
}

test('a certificate with its key opens, and comes back after a loss', async () => {
  const { id, error } = await opening(own.cert, { 'tls-key': own.key })
  expect(error).toBeNull()
  await redis.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  expect(await connections.whenReady(id, 'any')).toBe(true)
  await expect.poll(() => connections.source(id, 'any').reader.call('XLEN', Buffer.from('any')).then(String)).toBe('0')
})

test('one with an encrypted key, by its passphrase', async () => {
  const secrets = { 'tls-key': encrypted, 'tls-passphrase': PASSPHRASE }
  const { id, error } = await opening(own.cert, secrets)
  expect(error).toBeNull()
  const [known] = await connections.list()
  expect(known).toMatchObject({ id, secrets: ['tls-key', 'tls-passphrase'] })
  const beside = connections.topology(id).beside(Buffer.from('any'), 'blocking')
  await beside.open()
  beside.close()
})

const refused: readonly (readonly [string, () => string, () => Record<string, string>, string])[] = [
  ['none', () => '', () => ({}), 'tls-client'],
  ['one of another authority', () => stranger.cert, () => ({ 'tls-key': stranger.key }), 'tls-client'],
  ['without a key', () => own.cert, () => ({}), 'tls-key'],
  ['with the key of another', () => own.cert, () => ({ 'tls-key': stranger.key }), 'tls-key'],
  ['with what is no key', () => own.cert, () => ({ 'tls-key': 'no key at all' }), 'tls-key'],
  ['without the passphrase', () => own.cert, () => ({ 'tls-key': encrypted }), 'tls-key'],
  [
    'with a wrong passphrase',
    () => own.cert,
    () => ({ 'tls-key': encrypted, 'tls-passphrase': 'a-wrong-word' }),
    'tls-key',
  ],
]
test.each(refused)('%s: refused, and why', async (_, cert, secrets, reason) => {
  const { id, error } = await opening(cert(), secrets())
  expect(error).toMatchObject({ code: 'UNREACHABLE', data: { reason } })
  expect(connections.status(id).state).toBe('failed')
})

test('a certificate that is none, and a server that asks for none', async () => {
  expect((await opening('no certificate', { 'tls-key': own.key })).error).toMatchObject({ code: 'UNREACHABLE' })
  const plain = await startRedis({ tls: true })
  const { id } = await connections.save({
    profile: plain.connection({ tls: { ca: own.ca, cert: own.cert, serverName: '', verify: true } }),
    secrets: { 'tls-key': own.key },
  })
  expect(await connections.open(id)).toMatchObject({ state: 'open' })
  await plain.stop()
})

test('key and passphrase are on no disk, in no log, and in no error', async () => {
  const body = own.key.split('\n')[1]!
  await opening(own.cert, { 'tls-key': own.key, 'tls-passphrase': PASSPHRASE })
  const { error } = await opening(own.cert, { 'tls-key': encrypted, 'tls-passphrase': `${PASSPHRASE}!` })
  const { id } = await connections.save({ profile: profile(own.cert), secrets: { 'tls-key': own.key } })
  const told = [
    readFileSync(join(dataDir, 'connections.json'), 'utf8'),
    memory.text(),
    JSON.stringify([error, await connections.list(), connections.status(id)]),
  ]
  for (const text of told) for (const secret of [PASSPHRASE, body]) expect(text).not.toContain(secret)
  await connections.remove(id)
  expect((await connections.list()).some((each) => each.id === id)).toBe(false)
})

test('the sentinels are shown the same certificate', async () => {
  const config = ['tls-replication yes', 'tls-auth-clients yes']
  const world = await startSentinels({
    ...{ replicas: 0, sentinels: 1 },
    server: { tls: true, config },
    sentinel: { tls: true, config },
  })
  const made = world.connection()
  const { id } = await connections.save({
    profile: { ...made, tls: { ca: own.ca, cert: own.cert, serverName: '', verify: true } },
    secrets: { 'tls-key': own.key },
  })
  expect(await connections.open(id)).toMatchObject({ state: 'open', server: { role: 'master' } })
  const { id: without } = await connections.save({ profile: made })
  await expect(connections.open(without)).rejects.toMatchObject({ data: { reason: 'tls-client' } })
  await world.stop()
})
