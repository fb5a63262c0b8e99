import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { servePort } from '../../../electron/desktop/rpc'
import { openHostBackend } from '../../../electron/host/host-backend'
import { takeConnectionArguments } from '../../../electron/host/outside/connection-arguments'
import { readGiven } from '../../../electron/host/outside/read-given'
import { createRpcServer, type RpcServer } from '../../../electron/host/rpc-server'
import { byPassphrase, inMemory, type SecretsStore } from '../../../electron/host/secrets-store'
import { secretPurpose, type ConnectionProfile, type SecretPurpose } from '../../../shared/model/connection'
import type { Api } from '../api/backend-kit'
import { createMemoryLog } from '../../helpers/memory-log'
import { portMain } from '../../helpers/port-main'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { builtDecoder } from '../../helpers/built-decoder'

const REQUIRED = fresh()
let redis: TestRedis
let dir: string
beforeAll(async () => {
  redis = await startRedis({ password: REQUIRED })
  dir = mkdtempSync(join(tmpdir(), 'sluice-nowhere-'))
})
afterAll(async () => {
  await redis.stop()
  rmSync(dir, { recursive: true, force: true })
})

function fresh(): string {
  return `planted-${randomBytes(12).toString('hex')}`
}

/** As it is, and as it might be written down on its way. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [secret, secret.slice(8), bytes.toString('base64').slice(0, -3), bytes.toString('hex')]
}

/** A host whose every word to a page is kept, and a page of it. */
async function host(store: SecretsStore, env: NodeJS.ProcessEnv, args: readonly string[]) {
  const memory = createMemoryLog()
  const dataDir = mkdtempSync(join(dir, 'data-'))
  const named = takeConnectionArguments(args)
  const given = await readGiven({ arguments: named, addresses: named.rest, env })
  const saveFile = () => Promise.reject(new Error('no file'))
  const backend = await openHostBackend({
    ...{
      kind: 'web',
      sandbox: null,
      dataDir,
      given,
      secrets: store,
      log: memory.log,
      saveFile,
      decoderFile: builtDecoder,
    },
  })
  const said: string[] = []
  const rpc = createRpcServer(backend.router, memory.log)
  const listening: RpcServer = {
    accept: (send, caller) =>
      rpc.accept((text) => {
        said.push(text)
        return send(text)
      }, caller),
  }
  const { port1, port2 } = new MessageChannel()
  servePort(listening, portMain(port2))
  const api: Api = createORPCClient(new RPCLink({ port: port1 }))
  return {
    api,
    said: () => said.join('\n'),
    logged: () => memory.text(),
    written: () =>
      readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}`)
        .join('\n'),
    async stop() {
      port1.close()
      await backend.close()
    },
  }
}

test.each([
  ['in memory', () => inMemory()],
  ['kept by a passphrase', () => byPassphrase('correct horse')],
] as const)(
  'secrets %s: whatever way they came in, they are in no file, no line of the log, and nothing that a page is told',
  async (_what, store) => {
    const planted: string[] = [REQUIRED, 'correct horse']
    const plant = (): string => {
      planted.push(fresh())
      return planted.at(-1) ?? ''
    }
    const at = `${redis.host}:${redis.port}`
    // By a file and a command, which hold what the server wants; by value, which is wrong.
    mkdirSync(join(dir, 'mounted'), { recursive: true })
    const file = join(dir, 'mounted/password')
    writeFileSync(file, REQUIRED)
    const byValue = Object.fromEntries(
      secretPurpose.options.map((purpose) => [purpose.replace(/-(.)/g, (_, a: string) => a.toUpperCase()), plant()]),
    )
    const list = join(dir, 'mounted/list.json')
    const listed = [
      { url: at, name: 'by file', passwordFile: file },
      { url: at, name: 'by command', passwordCommand: ['cat', file] },
      { url: at, name: 'by value', ...byValue },
      { url: 'h.invalid:1', name: 'by a command that fails', passwordCommand: ['sh', '-c', `echo ${plant()}; exit 1`] },
    ]
    writeFileSync(list, JSON.stringify(listed))
    chmodSync(list, 0o600)
    const env = { REDIS_URL: `redis://u:${plant()}@${at}`, SLUICE_CONNECTIONS: list, REDISCLI_AUTH: plant() }
    const sluice = await host(store(), env, ['-h', redis.host, '-p', String(redis.port), '-n', '1'])
    const { api } = sluice
    const fails = async (work: Promise<unknown>): Promise<void> => {
      await expect(work).rejects.toThrow()
    }
    const profile: ConnectionProfile = redis.connection({ name: 'saved' })
    const all = (): Record<SecretPurpose, string> =>
      Object.fromEntries(secretPurpose.options.map((purpose) => [purpose, plant()])) as Record<SecretPurpose, string>

    for (const { id, name } of await api.connection.list()) {
      const opening = api.connection.open({ connectionId: id })
      if (['by file', 'by command'].includes(name)) expect(await opening).toMatchObject({ state: 'open' })
      else await fails(opening)
    }
    const saved = await api.connection.save({ profile, secrets: all() })
    await fails(api.connection.open({ connectionId: saved.id }))
    await fails(api.connection.open({ connectionId: saved.id, password: plant() }))
    expect(await api.connection.open({ connectionId: saved.id, password: REQUIRED })).toMatchObject({ state: 'open' })
    await fails(api.connection.test({ profile, secrets: all() }))
    const steps: string[] = []
    for await (const event of await api.connection.testSteps({ profile, secrets: all() })) steps.push(event.kind)
    expect(steps).not.toContain('result')
    await fails(api.connection.parseUrl({ url: `ftp://u:${plant()}@h` }))
    const text = `redis://:${plant()}@a:1\nftp://:${plant()}@b\nredis-cli -h c -a ${plant()} --askpass`
    await api.connection.planImport({ text })
    await api.connection.import({ text, at: [1, 2, 3] })
    const foreign = [
      { host: 'd', port: 1, auth: plant(), separator: ':' },
      { connectionType: 'X', password: plant() },
    ]
    await api.connection.import({ text: JSON.stringify(foreign), at: [1, 2] })
    await fails(api.connection.planImport({ text: `[{"password": "${plant()}"` }))
    await fails(api.connection.save({ profile: { ...profile, name: '' }, secrets: { password: plant() } }))
    await api.connection.export()
    await api.connection.list()
    await api.host.info()
    await api.journal.list({ count: 100 })
    await sluice.stop()

    for (const secret of planted.flatMap(spellings)) {
      expect(sluice.said()).not.toContain(secret)
      expect(sluice.logged()).not.toContain(secret)
      expect(sluice.written()).not.toContain(secret)
    }
    expect(sluice.said()).toContain('by a command that fails')
    expect(sluice.written()).toContain('"saved"')
    expect(sluice.written().includes('secrets-passphrase.json')).toBe(store().kept === 'passphrase')
  },
)
