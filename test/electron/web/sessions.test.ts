import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { RouterClient } from '@orpc/server'
import { pino } from 'pino'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { Backend } from '../../../electron/api/backend'
import { createSessionRoster } from '../../../electron/web/session-roster'
import { hashPassword } from '../../../electron/web/users/password-hash'
import { openUsers, type Users } from '../../../electron/web/users/users'
import { usersFileOf, usersText, type User } from '../../../electron/web/users/users-file'
import { trustedProxies } from '../../../electron/web/who-asks'
import type { Role } from '../../../shared/roles'
import { entered, type Entered } from '../../helpers/enter'
import { closeCode, trySocket } from '../../helpers/page-socket'
import { request } from '../../helpers/raw-http'
import { createTestBackend } from '../../helpers/test-backend'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

type Api = RouterClient<Backend['router']>
interface Page {
  readonly session: Entered
  readonly api: Api
  readonly socket: WebSocket
}

const PASSWORD = 'correct horse'
let hash: string
let dir: string
let users: Users
let backend: Backend
let host: TinyWebHost
let links: string[]
beforeAll(async () => {
  hash = await hashPassword(PASSWORD)
})
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-sessions-'))
  write({ anna: 'admin', ben: 'viewer', olga: 'operator' })
  users = openUsers(usersFileOf(dir), pino({ level: 'silent' }), 10)
  const roster = createSessionRoster()
  links = []
  backend = await createTestBackend(dir, { sessions: roster })
  const proxies = trustedProxies(['127.0.0.1'])!
  const onNewLink = (url: string) => void links.push(url)
  host = await startTinyWebHost({ router: backend.router, users, roster, proxies, onNewLink })
})
afterEach(async () => {
  await host.stop()
  await backend.close()
  users.close()
  rmSync(dir, { recursive: true, force: true })
})

function write(roles: Readonly<Record<string, Role>>): void {
  const all = Object.entries(roles).map(([name, role]): [string, User] => [name, { role, password: hash }])
  writeFileSync(usersFileOf(dir), usersText(new Map(all)), { mode: 0o600 })
}
async function logIn(user: string, from = '198.51.100.1'): Promise<Entered> {
  const headers = { origin: host.origin, 'x-forwarded-for': from }
  const body = new URLSearchParams({ user, password: PASSWORD }).toString()
  return entered(await request(host.port, { method: 'POST', path: '/login', headers, body }))
}
/** A page that is open, from an address of its own. */
async function open(user: string, from?: string): Promise<Page> {
  const session = await logIn(user, from)
  const headers = { cookie: session.cookie, ...(from === undefined ? {} : { 'x-forwarded-for': from }) }
  const { socket } = await trySocket(
    `ws://127.0.0.1:${host.port}/rpc`,
    { headers, origin: host.origin },
    session.protocols,
  )
  if (!socket) throw new Error('not let in')
  const api: Api = createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }))
  return { session, api, socket }
}
const stands = async ({ cookie, pageKey }: Entered): Promise<boolean> =>
  (await request(host.port, { method: 'HEAD', path: '/session', headers: { cookie, 'sluice-key': pageKey } }))
    .status === 200

test('an admin sees who is logged in, as what, since when, from where, and by how many pages', async () => {
  const before = Date.now()
  const anna = await open('anna', '203.0.113.7')
  await open('ben', '203.0.113.8')
  await logIn('olga', '203.0.113.9')
  const all = await anna.api.session.list()
  expect(all.map(({ who, role, address, pages, isYours }) => ({ who, role, address, pages, isYours }))).toEqual(
    expect.arrayContaining([
      { who: { by: 'user', name: 'anna' }, role: 'admin', address: '203.0.113.7', pages: 1, isYours: true },
      { who: { by: 'user', name: 'ben' }, role: 'viewer', address: '203.0.113.8', pages: 1, isYours: false },
      { who: { by: 'user', name: 'olga' }, role: 'operator', address: '203.0.113.9', pages: 0, isYours: false },
    ]),
  )
  expect(all).toHaveLength(3)
  for (const { sinceMs, usedAtMs } of all) {
    expect(sinceMs).toBeGreaterThanOrEqual(before)
    expect(usedAtMs).toBeGreaterThanOrEqual(sinceMs)
  }
  // Nothing of it lets anybody in.
  const told = JSON.stringify(all)
  for (const secret of [anna.session.pageKey, anna.session.cookie.split('=')[1]!]) expect(told).not.toContain(secret)
  for (const { id } of all) {
    const cookie = `${anna.session.cookie.split('=')[0]}=${id}`
    expect((await request(host.port, { headers: { cookie } })).status).toBe(401)
  }
})

test('an admin ends one session: it is over at once, what runs for its page as well, and no other', async () => {
  const [anna, one, other] = [await open('anna'), await open('ben'), await open('ben')]
  const closed = closeCode(one.socket)
  await one.api.host.watchSettings()
  const target = (await anna.api.session.list()).findLast(({ who }) => who.by !== 'password' && who.name === 'ben')!
  const before = await Promise.all([stands(one.session), stands(other.session)])
  expect(before).toEqual([true, true])
  expect(await anna.api.session.end({ id: target.id })).toEqual({ ended: 1 })
  expect(await closed).toBe(1008)
  expect(await Promise.all([stands(one.session), stands(other.session), stands(anna.session)])).toEqual([
    false,
    true,
    true,
  ])
  expect(await anna.api.session.end({ id: target.id })).toEqual({ ended: 0 })
  expect(await other.api.host.info()).toMatchObject({ you: { who: { name: 'ben' } } })
})

test('or all of one user, whatever others are called', async () => {
  const anna = await open('anna')
  const [one, two, olga] = [await open('ben'), await logIn('ben'), await logIn('olga')]
  const closed = closeCode(one.socket)
  for (const who of [
    { by: 'proxy', name: 'ben' },
    { by: 'system', name: 'ben' },
    { by: 'user', name: 'be' },
    { by: 'user', name: 'BEN' },
    { by: 'password' },
  ] as const) {
    expect(await anna.api.session.endAllOf({ who })).toEqual({ ended: 0 })
  }
  expect(await anna.api.session.endAllOf({ who: { by: 'user', name: 'ben' } })).toEqual({ ended: 2 })
  expect(await closed).toBe(1008)
  expect(await Promise.all([one.session, two, olga].map(stands))).toEqual([false, false, true])
})

test.each(['ben', 'olga'])('%s, who is no admin, neither sees nor ends any', async (user) => {
  const [anna, page] = [await open('anna'), await open(user)]
  const { id } = (await anna.api.session.list()).find(({ isYours }) => isYours)!
  await expect(page.api.session.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(page.api.session.end({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(page.api.session.endAllOf({ who: { by: 'user', name: 'anna' } })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  expect(await stands(anna.session)).toBe(true)
})

test('whoever is an admin no longer is sent away with all that listens, and neither sees nor ends any more', async () => {
  const [anna, ben] = [await open('anna'), await open('ben')]
  const [closed, kept] = [closeCode(anna.socket), (await ben.api.host.watchSettings())[Symbol.asyncIterator]()]
  expect((await kept.next()).value).toMatchObject({ delimiter: ':' })
  write({ anna: 'viewer', ben: 'viewer', olga: 'operator' })
  const asked = anna.api.session.endAllOf({ who: { by: 'user', name: 'ben' } }).catch((error: unknown) => error)
  expect(await closed).toBe(1008)
  expect(await asked).not.toEqual({ ended: 1 })
  expect(await Promise.all([stands(anna.session), stands(ben.session)])).toEqual([false, true])
  const again = await open('anna')
  await expect(again.api.session.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await kept.return?.()
})

test('a user who was removed is in no list, also where nothing asked for it since', async () => {
  const anna = await open('anna')
  await logIn('ben')
  write({ anna: 'admin', olga: 'operator' })
  await vi.waitFor(async () => expect(await anna.api.session.list()).toHaveLength(1))
  expect(links).toEqual([])
})
