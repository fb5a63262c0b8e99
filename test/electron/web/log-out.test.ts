import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { entered, type Entered } from '../../helpers/enter'
import { closeCode, trySocket } from '../../helpers/page-socket'
import { request, type RawResponse } from '../../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

const PASSWORD = 'correct horse & battery=staple'
let host: TinyWebHost
beforeEach(async () => {
  host = await startTinyWebHost({ password: PASSWORD })
})
afterEach(() => host.stop())

async function logIn(): Promise<Entered> {
  const body = new URLSearchParams({ password: PASSWORD }).toString()
  return entered(await request(host.port, { method: 'POST', path: '/login', headers: { origin: host.origin }, body }))
}

type Sent = Readonly<Record<string, string | null>>
const headersOf = ({ cookie, pageKey }: Entered): Sent => ({ cookie, 'sluice-key': pageKey, origin: host.origin })
const post = (path: string, headers: Sent): Promise<RawResponse> =>
  request(host.port, { method: 'POST', path, headers })
const stands = async (session: Entered): Promise<boolean> => {
  const { status } = await request(host.port, { method: 'HEAD', path: '/session', headers: headersOf(session) })
  return status === 200
}
async function socketOf({ cookie, protocols }: Entered) {
  const url = `ws://127.0.0.1:${host.port}/rpc`
  const { socket } = await trySocket(url, { headers: { cookie }, origin: host.origin }, protocols)
  if (!socket) throw new Error('not let in')
  return socket
}

describe('logging out', () => {
  test('ends the session, closes its sockets at once, and takes the cookie away; the others go on', async () => {
    const [mine, other] = [await logIn(), await logIn()]
    const [socket, kept] = [await socketOf(mine), await socketOf(other)]
    const closed = closeCode(socket)
    const reply = await post('/log-out', headersOf(mine))
    expect(reply.status).toBe(200)
    expect(reply.headers['set-cookie']).toMatch(new RegExp(`^sluice-${host.port}=; .*Max-Age=0`))
    expect(await closed).toBe(1008)
    expect([await stands(mine), await stands(other)]).toEqual([false, true])
    expect((await request(host.port, { headers: { cookie: mine.cookie } })).status).toBe(401)
    expect(kept.readyState).toBe(kept.OPEN)
    await expect(socketOf(mine)).rejects.toThrow('not let in')
    kept.terminate()
  })

  test('everywhere ends every session, and closes all sockets', async () => {
    const sessions = [await logIn(), await logIn(), await logIn()]
    const sockets = await Promise.all(sessions.map(socketOf))
    const closed = Promise.all(sockets.map(closeCode))
    const [first] = sessions
    if (first) expect((await post('/log-out-everywhere', headersOf(first))).status).toBe(200)
    expect(await closed).toEqual([1008, 1008, 1008])
    for (const session of sessions) expect(await stands(session)).toBe(false)
    expect(await stands(await logIn())).toBe(true)
  })

  test.each(['/log-out', '/log-out-everywhere'])('%s is for pages of a session only', async (path) => {
    const session = await logIn()
    const headers = headersOf(session)
    const refused: readonly (readonly [number, Sent])[] = [
      [401, { ...headers, 'sluice-key': null }],
      [401, { ...headers, 'sluice-key': 'A'.repeat(43) }],
      [401, { ...headers, cookie: null }],
      [403, { ...headers, origin: 'http://evil.example' }],
      [403, { ...headers, origin: null }],
      [403, { ...headers, host: 'evil.example' }],
    ]
    for (const [status, sent] of refused) expect((await post(path, sent)).status).toBe(status)
    expect((await request(host.port, { path, headers })).status).toBe(404)
    const large = await request(host.port, { method: 'POST', path, headers, body: 'x' })
    expect(large.status).toBe(413)
    expect(await stands(session)).toBe(true)
  })

  test('a session is told to stand only to who has both halves of it', async () => {
    const session = await logIn()
    const ask = async (headers: Sent) => (await request(host.port, { path: '/session', headers })).status
    expect(await ask(headersOf(session))).toBe(200)
    expect(await ask({ cookie: session.cookie })).toBe(401)
    expect(await ask({ 'sluice-key': session.pageKey })).toBe(401)
  })
})

describe('a page that does not say goodbye', () => {
  const call = (path: string): string => JSON.stringify({ i: path, p: { u: path } })

  /** A socket that follows something, and hears no more from now on; what it sends still goes out. */
  async function following(session: Entered) {
    const socket = await socketOf(session)
    socket.send(call('/watch'))
    await once(socket, 'message')
    expect(host.tiny.watching).toBe(1)
    socket.pause()
    return socket
  }

  test.each<readonly [string, (session: Entered) => Promise<unknown>]>([
    ['logs out', (session) => post('/log-out', headersOf(session))],
    ['is logged out by another', async () => post('/log-out-everywhere', headersOf(await logIn()))],
  ])('and %s: what runs for it ends at once, and nothing that it sends is done', async (_how, end) => {
    const session = await logIn()
    const socket = await following(session)
    await end(session)
    await vi.waitFor(() => expect(host.tiny.watching).toBe(0))
    const closed = closeCode(socket)
    for (let more = 0; more < 10; more += 1) socket.send(call('/flood'))
    socket.resume()
    expect(await closed).toBe(1008)
    expect(host.tiny.flooded).toBe(0)
  })

  test('and what was sent in one go with a frame that ends its socket is not done', async () => {
    const socket = await following(await logIn())
    const closed = closeCode(socket)
    socket.send(Buffer.from('{}'))
    for (let more = 0; more < 10; more += 1) socket.send(call('/flood'))
    socket.resume()
    expect(await closed).toBe(1003)
    expect([host.tiny.watching, host.tiny.flooded]).toEqual([0, 0])
  })

  test('is not served any more while Sluice stops', async () => {
    const socket = await following(await logIn())
    const stopping = host.server.close()
    await vi.waitFor(() => expect(host.tiny.watching).toBe(0))
    for (let more = 0; more < 10; more += 1) socket.send(call('/flood'))
    socket.resume()
    await Promise.all([stopping, closeCode(socket)])
    expect(host.tiny.flooded).toBe(0)
  })

  test('is not served once its session made room for others, before any heartbeat', async () => {
    const socket = await socketOf(await logIn())
    for (let more = 0; more < 100; more += 1) await logIn()
    const closed = closeCode(socket)
    socket.send(call('/flood'))
    expect(await closed).toBe(1008)
    expect(host.tiny.flooded).toBe(0)
  })
})

describe('without a password', () => {
  test('a new launch link is made once the last session is ended, and it opens one, once', async () => {
    const links: string[] = []
    const local = await startTinyWebHost({ onNewLink: (url) => void links.push(url) })
    const { cookie, pageKey } = await local.enter()
    const headers = { cookie, 'sluice-key': pageKey, origin: local.origin }
    expect((await request(local.port, { method: 'POST', path: '/log-out', headers })).status).toBe(200)
    await vi.waitFor(() => expect(links).toEqual([local.server.url]))
    expect((await local.enter()).pageKey).not.toBe(pageKey)
    expect((await request(local.port, { path: new URL(local.server.url).pathname })).status).toBe(401)
    await local.stop()
  })
})
