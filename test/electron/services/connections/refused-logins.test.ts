import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClientChange } from '../../../../electron/redis/client'
import { createRedisClient } from '../../../../electron/redis/connect'
import { unreachable } from '../../../../electron/redis/errors'
import { createTunnel } from '../../../../electron/redis/ssh/tunnel'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createRefusedLogins } from '../../../../electron/services/connections/refused-logins'
import { SecretUnavailable } from '../../../../electron/services/connections/secrets'
import { createSentinels } from '../../../../electron/services/connections/sentinels'
import { isAppError } from '../../../../shared/error'
import type { ConnectionStatus } from '../../../../shared/model/connection'
import { message } from '../../../../shared/words/messages'
import { createMemoryLog } from '../../../helpers/memory-log'
import { withRedis, type TestRedis } from '../../../helpers/redis-server'
import { startScriptedSsh } from '../../../helpers/scripted-ssh-server'

const timings = { reconnectMs: 10, connectTimeoutMs: 2_000 }
let dataDir: string
let connections: Connections
/** As a file that is mounted: somebody else changes it. */
let kept: () => string | null
let asked = 0
let memory = createMemoryLog()

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-rotated-'))
  kept = () => null
  asked = 0
  memory = createMemoryLog()
  const secrets = {
    has: () => Promise.resolve(true),
    set: () => Promise.resolve(),
    get: (_id: string, purpose: string) => {
      if (purpose !== 'password') return Promise.resolve(null)
      asked += 1
      return Promise.resolve().then(() => kept())
    },
  }
  connections = await createConnections({ dataDir, secrets, log: memory.log, timings })
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true })
})

async function until(id: string, so: (status: ConnectionStatus) => boolean): Promise<ConnectionStatus> {
  for await (const status of connections.states(id)) if (so(status)) return status
  throw new Error('it ended')
}
const untilState = (id: string, state: ConnectionStatus['state']) => until(id, (status) => status.state === state)

/** How often the server refused somebody. */
async function denied(server: TestRedis): Promise<number> {
  const told = await asAdmin(server, 'ACL', 'LOG')
  return [...told.matchAll(/^count\n(\d+)\nreason\nauth$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}
const asAdmin = (server: TestRedis, ...args: readonly string[]) =>
  server.cli('--user', 'admin', '--pass', 'admin', '--no-auth-warning', ...args)
const users = ['admin on >admin ~* &* +@all', 'app on >old ~* &* +@all']
async function rotate(server: TestRedis): Promise<void> {
  await asAdmin(server, 'ACL', 'SETUSER', 'app', 'resetpass', '>new')
  await asAdmin(server, 'CLIENT', 'KILL', 'USER', 'app')
}
async function opened(server: TestRedis): Promise<string> {
  kept = () => 'old'
  const { id } = await connections.save({ profile: server.connection({ username: 'app' }) })
  await connections.open(id)
  return id
}

describe('a password that was changed while a connection was open', () => {
  test('is read again, once, and the connection comes back by itself', () =>
    withRedis(
      async (server) => {
        const id = await opened(server)
        const before = asked
        kept = () => 'new'
        const lost = untilState(id, 'reconnecting')
        await rotate(server)
        await lost
        expect(await untilState(id, 'open')).toMatchObject({ error: null })
        expect(await denied(server)).toBe(1)
        expect(asked - before).toBe(1)
        expect(String(await connections.source(id, 'orders').reader.call('PING'))).toBe('PONG')
        // Those beside it log in by the new one, too.
        const beside = connections.topology(id).beside(Buffer.from('orders'), 'blocking')
        await beside.open()
        beside.close()
        expect(await denied(server)).toBe(1)
        // And so does it the next time.
        await asAdmin(server, 'CLIENT', 'KILL', 'USER', 'app')
        await untilState(id, 'reconnecting')
        await untilState(id, 'open')
        expect(await denied(server)).toBe(1)
        expect(asked - before).toBe(1)
      },
      { users },
    ))

  test.each<[string, () => string | null, number]>([
    ['is the same where it is kept', () => 'old', 1],
    ['is gone where it is kept', () => null, 1],
    ['is another one that is wrong, too', () => 'also-wrong', 2],
    [
      'can’t be had',
      () => {
        throw new SecretUnavailable(message('secret.not-opened'))
      },
      1,
    ],
  ])('is refused, and what was refused is not sent again: it %s', (_what, now, times) =>
    withRedis(
      async (server) => {
        const id = await opened(server)
        kept = now
        await rotate(server)
        expect(await untilState(id, 'failed')).toMatchObject({ error: { data: { reason: 'password-wrong' } } })
        expect(await denied(server)).toBe(times)
        await expect(connections.whenReady(id, 'orders')).rejects.toMatchObject({ code: 'UNREACHABLE' })
        expect(() => connections.source(id, 'orders')).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }))
        expect(await denied(server)).toBe(times)
        expect(memory.text()).not.toContain('also-wrong')
        kept = () => 'new'
        await expect(connections.open(id)).resolves.toMatchObject({ state: 'open' })
      },
      { users },
    ),
  )
})

test('what opens it by itself does not send again what was refused; a person does', () =>
  withRedis(
    async (server) => {
      kept = () => 'wrong'
      const { id } = await connections.save({ profile: server.connection({ username: 'app' }) })
      await expect(connections.open(id)).rejects.toMatchObject({ data: { reason: 'password-wrong' } })
      for (let round = 0; round < 3; round += 1) {
        await expect(connections.open(id, undefined, true)).rejects.toMatchObject({
          data: { reason: 'password-wrong' },
        })
      }
      expect(await denied(server)).toBe(1)
      await expect(connections.open(id)).rejects.toMatchObject({ data: { reason: 'password-wrong' } })
      expect(await denied(server)).toBe(2)
    },
    { users },
  ))

test('a client beside, that nobody listens to, ends where it is refused', () =>
  withRedis(
    async (server) => {
      const passwordAgain = () => Promise.resolve('old')
      const profile = {
        ...server.connection({ username: 'app' }),
        endpoint: { kind: 'tcp', host: server.host, port: server.port },
      } as const
      const client = createRedisClient({ profile, password: 'old', passwordAgain, ...timings })
      await client.open()
      const ended = new Promise<string[]>((resolve) => {
        const told: string[] = []
        client.onChange(({ state, error }) => {
          told.push(isAppError(error, 'UNREACHABLE') ? error.data.reason : state)
          if (told.includes('password-wrong')) resolve(told)
        })
      })
      await rotate(server)
      expect(await ended).toContain('password-wrong')
      expect(client.isReady()).toBe(false)
      expect(await denied(server)).toBe(1)
      client.close()
    },
    { users },
  ))

describe('what was refused is not tried again by itself', () => {
  test('at a sentinel that is asked every second', () =>
    withRedis(
      async (sentinel) => {
        const logins = createRefusedLogins()
        let password = 'wrong'
        const sentinels = createSentinels({
          seeds: () => [{ host: sentinel.host, port: sentinel.port }],
          ...{ name: () => 'x', endpoint: () => 'sentinels' },
          connect: (address) =>
            logins.unlessRefused(
              'it',
              () => Promise.resolve(password),
              (known) => {
                const profile = { endpoint: { kind: 'tcp', ...address }, username: 'app', db: 0, tls: null } as const
                return Promise.resolve(createRedisClient({ profile, password: known, ...timings }))
              },
            ),
        })
        for (let round = 0; round < 5; round += 1) {
          await expect(sentinels.primary(true)).rejects.toMatchObject({ data: { reason: 'sentinel-denied' } })
        }
        expect(await denied(sentinel)).toBe(1)
        password = 'old'
        logins.forgive()
        // It is no sentinel, and says so now.
        await expect(sentinels.primary(true)).rejects.toMatchObject({ data: { reason: 'not-sentinel' } })
        expect(await denied(sentinel)).toBe(1)
        sentinels.close()
      },
      { users },
    ))

  test('at an SSH server, by however many that go through it', async () => {
    const ssh = await startScriptedSsh({ password: 'right' })
    let password = 'wrong'
    const tunnel = createTunnel({
      way: () => ({ ...ssh.hop(), jump: null }),
      secrets: () => Promise.resolve({ password, key: null, passphrase: null }),
      known: () => Promise.resolve({ keys: [{ ...ssh.hostKey, where: 'test' }], revoked: [], authority: null }),
      log: createMemoryLog().log,
    })
    for (let round = 0; round < 4; round += 1) {
      const refused = tunnel.open({ kind: 'tcp', host: 'inside', port: 6379 })
      await expect(refused).rejects.toMatchObject({ code: 'UNREACHABLE' })
    }
    const tries = ssh.tries.filter((each) => each === 'password')
    expect(tries).toHaveLength(1)
    password = 'right'
    tunnel.forgive()
    await tunnel.connect()
    expect(ssh.tries.filter((each) => each === 'password')).toHaveLength(2)
    tunnel.close()
    await ssh.stop()
  })

  test('nor is one that a client read again by itself', async () => {
    const logins = createRefusedLogins()
    const [sent, refusal]: [unknown[], (() => void)[]] = [[], []]
    let password = 'old'
    const dial = () =>
      logins.unlessRefused(
        'it',
        () => Promise.resolve(password),
        (known, again) => {
          sent.push(known)
          const error = unreachable('password-wrong', 'it')
          return Promise.resolve({
            onChange: (listener: (change: ClientChange) => void) =>
              refusal.push(() => listener({ state: 'lost', error })),
            open: async () => void sent.push(await again()),
          } as never)
        },
      )
    const client = await dial()
    password = 'also-wrong'
    await client.open()
    refusal.forEach((tell) => tell())
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 120_000)
    await expect(dial()).rejects.toMatchObject({ data: { reason: 'password-wrong' } })
    vi.restoreAllMocks()
    expect(sent).toEqual(['old', 'also-wrong'])
  })

  test('nor is the password even asked for, as by a command that asks a person', async () => {
    const logins = createRefusedLogins()
    let times = 0
    const dial = () =>
      logins.unlessRefused(
        'it',
        () => Promise.resolve(String((times += 1))),
        () =>
          Promise.resolve({
            onChange: () => undefined,
            open: () => Promise.reject(unreachable('password-wrong', 'it')),
          } as never),
      )
    const client = await dial()
    await expect(client.open()).rejects.toHaveProperty('code', 'UNREACHABLE')
    await expect(dial()).rejects.toHaveProperty('code', 'UNREACHABLE')
    expect(times).toBe(1)
    logins.forgive()
    await dial()
    expect(times).toBe(2)
  })
})
