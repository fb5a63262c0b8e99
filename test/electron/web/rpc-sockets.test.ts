import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { CALLERS } from '../../helpers/callers'
import { createRpcServer } from '../../../electron/host/rpc-server'
import { createRpcSockets } from '../../../electron/web/rpc-sockets'
import type { Entered } from '../../helpers/enter'
import { closeCode, trySocket, type SocketAttempt } from '../../helpers/page-socket'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'
import { tinyRouter } from '../../helpers/tiny-router'

let host: TinyWebHost
let entered: Entered
beforeAll(async () => {
  host = await startTinyWebHost()
  entered = await host.enter()
})
afterAll(() => host.stop())

const attempt = (
  headers: Readonly<Record<string, string>>,
  path = '/rpc',
  protocols: readonly string[] = entered.protocols,
): Promise<SocketAttempt> =>
  trySocket(`ws://127.0.0.1:${host.port}${path}`, { headers: { cookie: entered.cookie, ...headers } }, protocols)

async function openSocket(of: TinyWebHost = host, session = entered): Promise<WebSocket> {
  const { cookie, protocols } = session
  const { socket } = await trySocket(
    `ws://127.0.0.1:${of.port}/rpc`,
    { headers: { cookie }, origin: of.origin },
    protocols,
  )
  if (!socket) throw new Error('not let in')
  return socket
}

describe('who is let in', () => {
  test('our page with its session', async () => {
    const { status, socket } = await attempt({ origin: host.origin })
    expect(status).toBe(101)
    socket?.close()
  })

  test('the page under another of our names, if that is where it was loaded', async () => {
    const named = `localhost:${host.port}`
    expect((await attempt({ origin: `http://${named}`, host: named })).status).toBe(101)
    expect((await attempt({ origin: `http://${named}` })).status).toBe(403)
  })

  test.each([
    'http://evil.example',
    'https://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:PORT.evil.example',
    'http://evil.example:PORT',
    'http://127.0.0.1:PORT/',
    'http://user@127.0.0.1:PORT',
    'null',
    'file://',
    'app://sluice',
    'chrome-extension://abcdefghijklmnop',
    '',
  ])('not a page of origin %j, though it has the cookie', async (origin) => {
    const refused = await attempt({ origin: origin.replace('PORT', String(host.port)) })
    expect(refused).toMatchObject({ status: 403, body: 'Forbidden\n' })
  })

  test('nobody without an origin', async () => {
    expect(await attempt({})).toMatchObject({ status: 403, body: 'Forbidden\n' })
  })

  test('nobody who calls us by another name (DNS rebinding), though origin and name agree', async () => {
    const rebound = `evil.example:${host.port}`
    expect((await attempt({ host: rebound, origin: `http://${rebound}` })).status).toBe(403)
  })

  test.each(['', 'sluice-1=wrong', 'PREFIX=wrong'])('nobody with the cookie %j', async (wrong) => {
    const [name = ''] = entered.cookie.split('=')
    const sent = { origin: host.origin, cookie: wrong.replace('PREFIX', name) }
    expect(await attempt(sent)).toMatchObject({ status: 401, body: 'Unauthorized\n' })
  })

  test.each([
    ['nothing', []],
    ['the protocol alone', ['sluice']],
    ['a key that is empty', ['sluice', 'sluice.key.']],
    ['a key that is another', ['sluice', `sluice.key.${'A'.repeat(43)}`]],
  ])(
    'nobody who has the cookie, as whoever listens on another port is sent it, and offers %s',
    async (_what, offer) => {
      const refused = await attempt({ origin: host.origin }, '/rpc', offer)
      expect(refused).toMatchObject({ status: 401, body: 'Unauthorized\n' })
    },
  )

  test("nobody with one session's cookie and another's key", async () => {
    const other = await startTinyWebHost()
    const { protocols } = await other.enter()
    expect((await attempt({ origin: host.origin }, '/rpc', protocols)).status).toBe(401)
    await other.stop()
  })

  test('the page key never comes back to the page', async () => {
    const { socket } = await attempt({ origin: host.origin })
    expect(socket?.protocol).toBe('sluice')
    socket?.close()
  })

  test.each(['/', '/rpc/', '/rpc/x', '/RPC', '/launch/x', '/index.html'])('nobody at %s', async (path) => {
    expect((await attempt({ origin: host.origin }, path)).status).toBe(404)
  })

  test('not more than 64 at a time', async () => {
    const full = await startTinyWebHost()
    const session = await full.enter()
    const sockets = await Promise.all(Array.from({ length: 64 }, () => openSocket(full, session)))
    await expect(openSocket(full, session)).rejects.toThrow('not let in')
    const [first] = sockets
    first?.close()
    if (first) await once(first, 'close')
    await vi.waitFor(async () => (await openSocket(full, session)).close())
    await full.stop()
  })
})

describe('frames', () => {
  test('one of a MiB is taken, one larger closes the socket', async () => {
    const socket = await openSocket()
    const empty = JSON.stringify({ i: '1', p: { u: '/echo', b: { json: '' } } })
    const text = empty.replace('""', `"${'x'.repeat(1_048_576 - empty.length)}"`)
    expect(text.length).toBe(1_048_576)
    socket.send(text)
    const [reply] = (await once(socket, 'message')) as [Buffer]
    expect(reply.length).toBeGreaterThan(1_000_000)

    const closed = closeCode(socket)
    socket.send(`${text} `)
    expect(await closed).toBe(1009)
  })

  test('a large frame in many small fragments is refused as well', async () => {
    const socket = await openSocket()
    const closed = closeCode(socket)
    for (let sent = 0; sent < 20; sent += 1) socket.send('x'.repeat(65_536), { fin: false })
    expect(await closed).toBe(1009)
  })

  test('a binary one is refused', async () => {
    const socket = await openSocket()
    const closed = closeCode(socket)
    socket.send(Buffer.from('{}'))
    expect(await closed).toBe(1003)
  })

  test.each([
    '',
    'nonsense "hunter2"',
    'null',
    '[]',
    '{}',
    '{"i":1}',
    '{"i":"1","p":{"u":3}}',
    '{"i":"1","t":9,"p":{}}',
  ])('a senseless one, %j, neither ends nor upsets anything, and is not quoted in the log', async (text) => {
    const socket = await openSocket()
    socket.send(text)
    socket.send(JSON.stringify({ i: 'after', p: { u: '/echo', b: { json: 'still here' } } }))
    const [reply] = (await once(socket, 'message')) as [Buffer]
    expect(reply.toString()).toContain('still here')
    expect(host.logged()).not.toContain('hunter2')
    socket.close()
  })
})

test('a page that does not read holds back what is sent to it', async () => {
  const slow = await startTinyWebHost()
  const socket = await openSocket(slow, await slow.enter())
  socket.send(JSON.stringify({ i: '1', p: { u: '/flood' } }))
  await once(socket, 'message')
  socket.pause()
  // What the kernel buffers is taken; then nothing more is made. Each piece is 64 KiB.
  let made = -1
  await vi.waitFor(
    () => {
      const before = made
      made = slow.tiny.flooded
      expect(made).toBe(before)
    },
    { timeout: 10_000, interval: 200 },
  )
  expect(made).toBeLessThan(400)
  socket.resume()
  await vi.waitFor(() => expect(slow.tiny.flooded).toBeGreaterThan(made + 100), { timeout: 10_000 })
  await slow.stop()
})

describe('the end of it', () => {
  test('a socket that does not answer a ping is dropped, and what it listened to is told', async () => {
    const quick = await startTinyWebHost({ heartbeatMs: 20 })
    const { cookie, protocols } = await quick.enter()
    const options = { headers: { cookie }, origin: quick.origin, autoPong: false }
    const deaf = await trySocket(`ws://127.0.0.1:${quick.port}/rpc`, options, protocols)
    if (!deaf.socket) throw new Error('not let in')
    const closed = closeCode(deaf.socket)
    deaf.socket.send(JSON.stringify({ i: '1', p: { u: '/watch' } }))
    await once(deaf.socket, 'message')
    expect(quick.tiny.watching).toBe(1)
    expect(await closed).toBe(1006)
    await vi.waitFor(() => expect(quick.tiny.watching).toBe(0))
    await quick.stop()
  })

  test('a socket that answers stays', async () => {
    // On a busy machine the answer may take its time.
    const quick = await startTinyWebHost({ heartbeatMs: 500 })
    const socket = await openSocket(quick, await quick.enter())
    for (let pings = 0; pings < 3; pings += 1) await once(socket, 'ping')
    expect(socket.readyState).toBe(socket.OPEN)
    await quick.stop()
  })

  test('closing the server says goodbye to all, and does not wait long for the deaf', async () => {
    const ending = await startTinyWebHost()
    const session = await ending.enter()
    const polite = await openSocket(ending, session)
    const deaf = await openSocket(ending, session)
    deaf.pause()
    const closed = closeCode(polite)
    await ending.stop()
    expect(await closed).toBe(1001)
    const dropped = closeCode(deaf)
    deaf.resume()
    await dropped
  })

  test('a socket whose session is over is closed at the next heartbeat', async () => {
    const log = pino({ level: 'silent' })
    const sockets = createRpcSockets({ rpc: createRpcServer(tinyRouter().router, log), heartbeatMs: 10, log })
    let welcome = true
    const http = createServer()
    const visitor = { caller: CALLERS.viewer, stillWelcome: () => welcome }
    http.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head, visitor))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const { socket } = await trySocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
    if (!socket) throw new Error('not let in')
    await once(socket, 'ping')
    welcome = false
    expect(await closeCode(socket)).toBe(1008)
    await sockets.close(100)
    http.close()
  })
})
