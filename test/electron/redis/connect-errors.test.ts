import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AppErrorData } from '../../../shared/error-data'
import type { ConnectionProfile } from '../../../shared/model/connection'
import { startFaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { freePort } from '../../helpers/server-process'
import { useSluiceClients } from '../../helpers/sluice-client'
import { makeTlsFiles } from '../../helpers/tls-files'

type Reason = AppErrorData<'UNREACHABLE'>['reason']

const SECRET = 'p@ss:w/o#rd %41 ключ'
const WRONG = 'wrong-but-secret'
const clients = useSluiceClients()
let plain: TestRedis
let locked: TestRedis
let secure: TestRedis

beforeAll(async () => {
  const users = ['reader on >other-secret ~* &* +@all', 'gone off >other-secret ~* &* +@all']
  plain = await startRedis({ unixSocket: true })
  locked = await startRedis({ password: SECRET, users })
  secure = await startRedis({ tls: true })
})
afterAll(async () => {
  for (const redis of [plain, locked, secure]) await redis.stop()
})

interface Attempt {
  readonly to: TestRedis
  readonly profile?: Partial<ConnectionProfile>
  readonly password?: string
}

/** Opens, expects it to fail so, and no secret in what is thrown, however it is printed. */
async function expectRefusal({ to, profile = {}, password }: Attempt, reason: Reason): Promise<Error> {
  const client = clients.create(to, { profile, password: password ?? null, connectTimeoutMs: 1_000 })
  const error = await client.open().then(
    () => new Error('it opened'),
    (thrown: unknown) => thrown as Error,
  )
  expect(error).toMatchObject({ code: 'UNREACHABLE', data: { reason } })
  const everything = `${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}${error.stack ?? ''}`
  for (const secret of [SECRET, WRONG, 'other-secret']) expect(everything).not.toContain(secret)
  expect(client.isReady()).toBe(false)
  return error
}

const at = (host: string, port: number): Partial<ConnectionProfile> => ({ endpoint: { kind: 'tcp', host, port } })

let server: Server | undefined
afterEach(() => void server?.close())

async function listen(onSocket: (socket: Socket) => void): Promise<Attempt> {
  const fake = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  server = fake
  await once(fake, 'listening')
  return { to: plain, profile: at('127.0.0.1', (fake.address() as AddressInfo).port) }
}

describe('the address', () => {
  test('nothing listens', async () => {
    const port = await freePort()
    const error = await expectRefusal({ to: plain, profile: at('127.0.0.1', port) }, 'refused')
    expect(error.message).toBe(`Nothing listens at 127.0.0.1:${port} (ECONNREFUSED)`)
  })

  test('no such host', async () => {
    await expectRefusal({ to: plain, profile: at('no-such-host.invalid', 6379) }, 'not-found')
  })

  test('a Unix socket opens', async () => {
    const client = await clients.open(plain, { profile: { endpoint: { kind: 'unix', path: plain.unixSocket } } })
    expect(client.endpoint).toBe(`unix:${plain.unixSocket}`)
    expect(String(await client.reader.call('PING'))).toBe('PONG')
  })

  test('no such Unix socket', async () => {
    const path = `${plain.unixSocket}.none`
    const error = await expectRefusal({ to: plain, profile: { endpoint: { kind: 'unix', path } } }, 'refused')
    expect(error).toMatchObject({ data: { endpoint: `unix:${path}` } })
  })
})

describe('the password', () => {
  test('is needed', async () => {
    await expectRefusal({ to: locked }, 'password-needed')
  })

  test('is wrong', async () => {
    await expectRefusal({ to: locked, password: WRONG }, 'password-wrong')
  })

  test('is right, with characters of every kind', async () => {
    await clients.open(locked, { password: SECRET })
  })

  test('of a named user', async () => {
    await clients.open(locked, { profile: { username: 'reader' }, password: 'other-secret' })
    await expectRefusal({ to: locked, profile: { username: 'reader' }, password: WRONG }, 'password-wrong')
    await expectRefusal({ to: locked, profile: { username: 'nobody' }, password: WRONG }, 'password-wrong')
    await expectRefusal({ to: locked, profile: { username: 'gone' }, password: 'other-secret' }, 'password-wrong')
    await expectRefusal({ to: locked, profile: { username: 'reader' } }, 'password-wrong')
  })

  test('given where none is asked for does no harm', async () => {
    await clients.open(plain, { password: WRONG })
  })

  test('is not told by a server that repeats what it does not know', async () => {
    const proxy = await startFaultProxy(locked)
    const reply = `-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'default' '${SECRET}'\r\n`
    void proxy.fault('HELLO', { kind: 'replace-reply', reply })
    const auth = `-ERR unknown command 'AUTH', with args beginning with: '${SECRET}'\r\n`
    void proxy.fault('AUTH', { kind: 'replace-reply', reply: auth })
    await expectRefusal({ to: locked, profile: at(proxy.host, proxy.port), password: SECRET }, 'other')
    await proxy.stop()
  })
})

describe('TLS', () => {
  test('opens with the right authority', async () => {
    await clients.open(secure)
  })

  test('an authority that is not known here', async () => {
    const error = await expectRefusal(
      { to: secure, profile: { tls: { ca: '', cert: '', serverName: '', verify: true } } },
      'tls',
    )
    expect(error.message).toMatch(/SELF_SIGNED|UNABLE_TO/)
  })

  test('another authority', async () => {
    const { ca } = await makeTlsFiles()
    await expectRefusal({ to: secure, profile: { tls: { ca, cert: '', serverName: '', verify: true } } }, 'tls')
  })

  test('an authority that is no certificate', async () => {
    const ca = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n'
    await expectRefusal({ to: secure, profile: { tls: { ca, cert: '', serverName: '', verify: true } } }, 'tls')
  })

  test('a certificate for another name', async () => {
    const ca = secure.tls?.ca ?? ''
    await expectRefusal(
      { to: secure, profile: { tls: { ca, cert: '', serverName: 'example.org', verify: true } } },
      'tls',
    )
    await clients.open(secure, { profile: { tls: { ca, cert: '', serverName: 'localhost', verify: true } } })
  })

  test('is not checked where that was asked for', async () => {
    await clients.open(secure, { profile: { tls: { ca: '', cert: '', serverName: '', verify: false } } })
  })

  test('to a plain server, which waits for the end of what it takes for a command', async () => {
    const attempt = { to: plain, profile: { tls: { ca: '', cert: '', serverName: '', verify: true } } }
    // Unless there happens to be a line break in the random bytes of the TLS greeting.
    const error = await Promise.any([expectRefusal(attempt, 'timeout'), expectRefusal(attempt, 'tls')])
    expect(error.message).toMatch(/perhaps this port is a plain one|No secure connection/)
  })

  test('no TLS to a TLS server', async () => {
    await expectRefusal({ to: secure, profile: { tls: null } }, 'closed')
  })
})

describe('what is no Redis', () => {
  test('a web server', async () => {
    const attempt = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')),
    )
    await expectRefusal(attempt, 'not-redis')
  })

  test('a web server that resets the connection before its complaint is read', async () => {
    let connections = 0
    const attempt = await listen((socket) => {
      connections += 1
      if (connections === 1) socket.once('data', () => socket.resetAndDestroy())
      else socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
    })
    await expectRefusal(attempt, 'not-redis')
    expect(connections).toBe(2)
  })

  test('one that hangs up, and then answers as Redis would', async () => {
    let connections = 0
    const attempt = await listen((socket) => {
      connections += 1
      if (connections === 1) socket.once('data', () => socket.resetAndDestroy())
      else socket.once('data', () => socket.end('+PONG\r\n'))
    })
    await expectRefusal(attempt, 'closed')
  })

  test('one that says something of its own first', async () => {
    await expectRefusal(await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')), 'not-redis')
  })

  test('garbage', async () => {
    const garbage = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 137 + 66) % 256))
    await expectRefusal(await listen((socket) => socket.write(garbage)), 'not-redis')
  })

  test('one that never says anything', async () => {
    await expectRefusal(await listen((socket) => socket.resume()), 'timeout')
  })

  test('one that hangs up', async () => {
    await expectRefusal(await listen((socket) => socket.end()), 'closed')
  })

  test('one that answers something else to everything', async () => {
    const attempt = await listen((socket) => socket.on('data', () => socket.write('+HI\r\n'.repeat(8))))
    await expectRefusal(attempt, 'not-redis')
  })
})

describe('the server’s state', () => {
  test('no room for another client', () =>
    withRedis(
      async (redis) => {
        await clients.open(redis)
        const error = await expectRefusal({ to: redis }, 'other')
        expect(error.message).toContain('ERR max number of clients reached')
      },
      { config: ['maxclients 1'] },
    ))

  test('protected mode', async () => {
    const said =
      '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set.\r\n'
    const error = await expectRefusal(await listen((socket) => socket.end(said)), 'other')
    expect(error.message).toContain('DENIED Redis is running in protected mode')
  })

  test('loading its data set', () =>
    withRedis(
      async (redis) => {
        const feed = redis.client()
        await feed.eval("for i = 1, 3000 do redis.call('SET', 'key:' .. i, i) end", 0)
        const restarting = redis.restart({ keepData: true })
        await expect
          .poll(
            () =>
              clients
                .create(redis)
                .open()
                .catch((error: unknown) => error),
            { timeout: 10_000 },
          )
          .toMatchObject({ code: 'UNREACHABLE', data: { reason: 'loading' } })
        await restarting
        await clients.open(redis)
      },
      { config: ['key-load-delay 1000', 'loading-process-events-interval-bytes 1024'] },
    ))

  test('a replica that lost its primary', () =>
    withRedis(
      async (redis) => {
        const error = await expectRefusal({ to: redis }, 'other')
        expect(error.message).toContain('MASTERDOWN Link with MASTER is down')
      },
      { config: ['replicaof 127.0.0.1 1', 'replica-serve-stale-data no'] },
    ))
})
