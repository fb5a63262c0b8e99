import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../../electron/web/users/password-hash'
import { createUserLimits } from '../../../electron/web/users/user-limits'
import { openUsers, type Users } from '../../../electron/web/users/users'
import { usersFileOf, usersText, type User } from '../../../electron/web/users/users-file'
import { trustedProxies } from '../../../electron/web/who-asks'
import type { WebServerOptions } from '../../../electron/web/server'
import { entered, sessionCookie, type Entered } from '../../helpers/enter'
import { closeCode, trySocket } from '../../helpers/page-socket'
import { request, type RawResponse } from '../../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

const silent = pino({ level: 'silent' })
const [ANNA, BEN] = ['correct horse', 'battery staple']
let hashes: { anna: string; ben: string }
const dir = mkdtempSync(join(tmpdir(), 'sluice-users-'))
const file = usersFileOf(dir)
const hosts: TinyWebHost[] = []
const opened: Users[] = []
beforeAll(async () => {
  hashes = { anna: await hashPassword(ANNA), ben: await hashPassword(BEN) }
})
beforeEach(() => write({ anna: anna(), ben: { role: 'viewer', password: hashes.ben } }))
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop()
  for (const users of opened.splice(0)) users.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const anna = (changes: Partial<User> = {}): User => ({ role: 'admin', password: hashes.anna, ...changes })

function write(users: Readonly<Record<string, User>>, mode = 0o600): void {
  rmSync(file, { force: true })
  writeFileSync(file, usersText(new Map(Object.entries(users))), { mode })
}
async function start(options: Partial<WebServerOptions> = {}): Promise<TinyWebHost> {
  const users = openUsers(file, silent, 10)
  opened.push(users)
  const host = await startTinyWebHost({ users, ...options })
  hosts.push(host)
  return host
}
const logIn = (
  { port, origin }: TinyWebHost,
  user: string,
  password: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawResponse> =>
  request(port, {
    method: 'POST',
    path: '/login',
    headers: { origin, ...headers },
    body: new URLSearchParams({ user, password }).toString(),
  })
const socketOf = ({ port, origin }: TinyWebHost, { cookie, protocols }: Entered, headers: object = {}) =>
  trySocket(`ws://127.0.0.1:${port}/rpc`, { headers: { cookie, ...headers }, origin }, protocols)
const stands = async ({ port }: TinyWebHost, { cookie, pageKey }: Entered): Promise<boolean> =>
  (await request(port, { method: 'HEAD', path: '/session', headers: { cookie, 'sluice-key': pageKey } })).status === 200

describe('logging in', () => {
  test('asks for a name, and opens a session of that user', async () => {
    const host = await start()
    expect((await request(host.port, { headers: { accept: 'text/html' } })).headers.location).toBe('/login')
    expect((await request(host.port, { path: '/login' })).body).toContain('name="user"')
    const session = entered(await logIn(host, 'anna', ANNA))
    expect(await stands(host, session)).toBe(true)
    expect((await socketOf(host, session)).status).toBe(101)
  })

  test('there is no launch link, and no other way in', async () => {
    const host = await start()
    expect(host.server.url).toBe(`${host.origin}/`)
    for (const path of ['/', '/index.html', '/launch/', '/launch/x', '/rpc']) {
      expect((await request(host.port, { path })).status).toBe(401)
    }
  })

  test.each([
    ['another password', 'anna', BEN],
    ['none', 'anna', ''],
    ['no such user', 'zoe', ANNA],
    ['no name', '', ANNA],
    ['another case', 'Anna', ANNA],
    ['what every object has', 'constructor', ANNA],
    ['the prototype', '__proto__', ANNA],
    ['the hash itself', 'anna', 'HASH'],
    ['a name that goes on', `anna${'x'.repeat(5_000)}`, ANNA],
    ['a line more', 'anna\n', ANNA],
  ])('%s: refused in the same words', async (_what, user, password) => {
    const host = await start()
    const response = await logIn(host, user, password === 'HASH' ? hashes.anna : password)
    expect(response.status).toBe(401)
    expect(response.body).toContain('There is no such user, or that is not the password.')
    expect(response.headers['set-cookie']).toBeUndefined()
    for (const secret of [ANNA, BEN, 'zoe']) expect(host.logged()).not.toContain(secret)
  })

  test('whoever has no password comes in by none', async () => {
    write({ anna: anna({ password: null }) })
    const host = await start()
    for (const password of ['', 'null', ANNA]) expect((await logIn(host, 'anna', password)).status).toBe(401)
  })

  test('a network waits for the next of another one’s passwords, not for all that it sent', async () => {
    const users = openUsers(file, silent)
    opened.push(users)
    const order: string[] = []
    const tried = (who: string) =>
      users.byPassword('anna', 'wrong', { of: 'stranger', who }).then(() => void order.push(who))
    await Promise.all([...Array.from({ length: 6 }, () => tried('flood')), tried('other')])
    expect(order.indexOf('other')).toBeLessThan(3)
  })

  test('a name that is no user’s has a password derived for it all the same', async () => {
    const users = openUsers(file, silent)
    opened.push(users)
    const took = async (name: string): Promise<number> => {
      const before = process.cpuUsage()
      await users.byPassword(name, 'wrong', { of: 'stranger', who: name })
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    const of = { known: Infinity, unknown: Infinity }
    for (let n = 0; n < 3; n += 1) {
      of.known = Math.min(of.known, await took('anna'))
      of.unknown = Math.min(of.unknown, await took('nobody'))
    }
    // Of the processor's time, so that a busy machine does not matter: nothing derived would be a hundredth.
    expect(of.unknown).toBeGreaterThan(of.known / 3)
    expect(of.known).toBeGreaterThan(of.unknown / 3)
  })

  test('a session that was there before, by whoever’s doing, is over, and its cookie is not taken on', async () => {
    const host = await start()
    const planted = entered(await logIn(host, 'ben', BEN))
    const response = await logIn(host, 'anna', ANNA, { cookie: planted.cookie })
    const own = entered(response)
    expect(own.cookie).not.toBe(planted.cookie)
    expect(await stands(host, planted)).toBe(false)
    expect((await socketOf(host, planted)).status).toBe(401)
    // The cookie of one and the key of the other open nothing.
    expect(await stands(host, { ...own, pageKey: planted.pageKey })).toBe(false)
    const madeUp = await logIn(host, 'anna', ANNA, { cookie: `sluice-${host.port}=${'A'.repeat(43)}` })
    expect(sessionCookie(madeUp.headers['set-cookie'])).not.toContain('AAAA')
  })
})

describe('what a session is good for ends', () => {
  test.each([
    ['the user is removed', () => write({ ben: { role: 'viewer', password: hashes.ben } })],
    ['the role is another one', () => write({ anna: anna({ role: 'operator' }) })],
    ['the password is another one', () => write({ anna: anna({ password: hashes.ben }) })],
    ['the file is gone', () => rmSync(file)],
    ['the file is damaged', () => writeFileSync(file, '{"version":1,')],
    ['others may change the file', () => chmodSync(file, 0o602)],
    ['others may read the file', () => chmodSync(file, 0o640)],
  ])('as soon as %s, also for a page that only listens', async (_what, change) => {
    const host = await start()
    const session = entered(await logIn(host, 'anna', ANNA))
    const { socket } = await socketOf(host, session)
    const closed = closeCode(socket!)
    change()
    expect(await stands(host, session)).toBe(false)
    expect(await closed).toBe(1008)
    expect((await socketOf(host, session)).status).toBe(401)
    // Nor does it come back with the user.
    write({ anna: anna() })
    expect(await stands(host, session)).toBe(false)
  })

  test('and nobody else’s does', async () => {
    const host = await start()
    const session = entered(await logIn(host, 'anna', ANNA))
    write({ anna: anna(), carl: { role: 'admin', password: hashes.ben } })
    expect(await stands(host, session)).toBe(true)
    expect((await logIn(host, 'carl', BEN)).status).toBe(200)
    expect((await logIn(host, 'ben', BEN)).status).toBe(401)
  })

  test('while a password is looked at: the user who is gone by then is not let in', async () => {
    const host = await start()
    const coming = logIn(host, 'anna', ANNA)
    write({ anna: anna({ password: hashes.ben }) })
    const response = await coming
    // Either it was refused, or it came before, and is over by now.
    if (response.status === 200) expect(await stands(host, entered(response))).toBe(false)
    else expect(response.status).toBe(401)
  })
})

describe('logging out', () => {
  const post = ({ port, origin }: TinyWebHost, { cookie, pageKey }: Entered, path: string, headers: object = {}) =>
    request(port, { method: 'POST', path, headers: { cookie, origin, 'sluice-key': pageKey, ...headers } })

  test('everywhere is of one’s own sessions, everybody of all, for admins', async () => {
    const host = await start()
    const [first, second] = [entered(await logIn(host, 'anna', ANNA)), entered(await logIn(host, 'anna', ANNA))]
    const ben = entered(await logIn(host, 'ben', BEN))
    expect((await post(host, ben, '/log-out-everybody')).status).toBe(403)
    expect(await stands(host, first)).toBe(true)
    expect((await post(host, first, '/log-out-everywhere')).status).toBe(200)
    expect([await stands(host, first), await stands(host, second), await stands(host, ben)]).toEqual([
      false,
      false,
      true,
    ])
    const again = entered(await logIn(host, 'anna', ANNA))
    for (const origin of ['http://evil.example', 'null']) {
      expect((await post(host, again, '/log-out-everybody', { origin })).status).toBe(403)
    }
    expect((await post(host, { ...again, pageKey: 'x' }, '/log-out-everybody')).status).toBe(401)
    expect((await post(host, again, '/log-out-everybody')).status).toBe(200)
    expect(await stands(host, ben)).toBe(false)
  })
})

describe('guessing', () => {
  const loginLimit = { now: () => 0, firstDelayMs: 5, mostDelayMs: 40, mostWaitMs: 100 }

  test('a flood for one user keeps no other out, nor a browser that knew the password', async () => {
    const host = await start({ loginLimit })
    const known = /sluice-\d+-known=[^;]+/.exec((await logIn(host, 'anna', ANNA)).headers['set-cookie'] ?? '')?.[0]
    const flood = await Promise.all(Array.from({ length: 60 }, () => logIn(host, 'anna', 'wrong')))
    expect(flood.filter(({ status }) => status === 401)).toHaveLength(9)
    expect(flood.filter(({ status }) => status === 429)).toHaveLength(51)
    expect((await logIn(host, 'anna', ANNA)).status).toBe(429)
    expect((await logIn(host, 'ben', BEN)).status).toBe(200)
    expect((await logIn(host, 'anna', ANNA, { cookie: known ?? '' })).status).toBe(200)
  })

  test('whoever logged in as one user is a stranger to the others: neither session nor browser gives more tries', async () => {
    const host = await start({ loginLimit })
    const statuses: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const response = await logIn(host, 'ben', BEN)
      const known = /sluice-\d+-known=[^;]+/.exec(response.headers['set-cookie'] ?? '')?.[0] ?? ''
      const cookie = `${entered(response).cookie}; ${known}`
      const tries = await Promise.all(Array.from({ length: 5 }, () => logIn(host, 'anna', 'wrong', { cookie })))
      statuses.push(...tries.map(({ status }) => status))
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(9)
    expect((await logIn(host, 'ben', BEN)).status).toBe(200)
  })

  const at = (network: string) => ({ network, known: null })
  const limits = (mostNames?: number) => createUserLimits((name) => name === 'anna', loginLimit, mostNames)

  test('a name that is no user’s is slowed down as a user’s is', () => {
    const tried = (name: string): readonly string[] => {
      const of = limits()
      return Array.from({ length: 14 }, () => JSON.stringify(of.take(name, at('1.1.1.1'))))
    }
    expect(tried('nobody')).toEqual(tried('anna'))
  })

  test('many names from one network are slowed down, and other networks are not', () => {
    const of = limits()
    const turns = Array.from({ length: 60 }, (_, n) => of.take(`user${n}`, at('1.1.1.1')))
    expect(turns.filter(({ kind }) => kind === 'refused').length).toBeGreaterThan(20)
    expect(of.take('anna', at('2.2.2.2'))).toEqual({ kind: 'turn', waitMs: 0 })
  })

  test('made-up names do not have a user’s tries forgotten', () => {
    const of = limits(3)
    for (let n = 0; n < 12; n += 1) of.take('anna', at('1.1.1.1'))
    for (let n = 0; n < 20; n += 1) of.take(`made-up${n}`, at(`3.3.3.${n}`))
    expect(of.take('anna', at('1.1.1.1')).kind).toBe('refused')
  })
})

describe('a proxy that names the user', () => {
  const HEADER = 'x-forwarded-user'
  const behind = (address = '127.0.0.1') => ({ authHeader: HEADER, proxies: trustedProxies([address])! })
  const visit = ({ port }: TinyWebHost, headers: Readonly<Record<string, string>>) =>
    request(port, { headers: { accept: 'text/html', ...headers } })

  test('opens a session of that user, which is good with that name alone', async () => {
    const host = await start(behind())
    const session = entered(await visit(host, { [HEADER]: 'anna' }))
    const asked = (headers: Readonly<Record<string, string>>) =>
      request(host.port, { headers: { cookie: session.cookie, ...headers } })
    expect((await asked({ [HEADER]: 'anna' })).status).toBe(200)
    for (const other of ['ben', 'zoe', '']) expect((await asked({ [HEADER]: other })).status).toBe(401)
    expect((await asked({})).status).toBe(401)
    expect((await socketOf(host, session, { [HEADER]: 'anna' })).status).toBe(101)
    expect((await socketOf(host, session, { [HEADER]: 'ben' })).status).toBe(401)
    expect((await socketOf(host, session)).status).toBe(401)
  })

  test.each([
    ['nobody', {}],
    ['somebody who is no user', { [HEADER]: 'zoe' }],
    ['two at once', { [HEADER]: 'anna\r\nx-forwarded-user: ben' }],
    ['a list', { [HEADER]: 'anna, ben' }],
    ['what every object has', { [HEADER]: 'constructor' }],
    ['a name in another header', { 'x-remote-user': 'anna' }],
    ['an underscore for a hyphen', { x_forwarded_user: 'anna' }],
  ])('%s is let in by none', async (_what, headers) => {
    const response = await visit(await start(behind()), headers)
    expect(response).toMatchObject({ status: 403, body: expect.stringContaining('one of its users') as string })
    expect(response.headers['set-cookie']).toBeUndefined()
  })

  test('is not believed where it is no proxy that is trusted, whatever address it gives', async () => {
    const host = await start(behind('10.0.0.1'))
    for (const forwarded of ['10.0.0.1', '10.0.0.1, 127.0.0.1']) {
      const response = await visit(host, { [HEADER]: 'anna', 'x-forwarded-for': forwarded })
      expect(response.status).toBe(403)
    }
  })

  test('there is no login by password beside it', async () => {
    const host = await start(behind())
    expect((await logIn(host, 'anna', ANNA)).status).toBe(405)
    expect((await request(host.port, { path: '/login' })).status).toBe(401)
  })

  test('no session is begun by what fetches ahead, is no page, or is on another site', async () => {
    const host = await start(behind())
    for (const headers of [{ 'sec-purpose': 'prefetch' }, { 'sec-fetch-dest': 'iframe' }, { accept: '*/*' }]) {
      const response = await visit(host, { [HEADER]: 'anna', ...headers })
      expect([response.status, response.headers['set-cookie']]).toEqual([401, undefined])
    }
    const linked = await visit(host, { [HEADER]: 'anna', 'sec-fetch-site': 'cross-site' })
    expect([linked.status, linked.headers['set-cookie']]).toEqual([200, undefined])
  })
})

test.each([
  ['no JSON', 'x'],
  ['another version', '{"version":2,"users":{}}'],
  ['a role that there is not', '{"version":1,"users":{"anna":{"role":"root","password":null}}}'],
  ['a password in the clear', '{"version":1,"users":{"anna":{"role":"admin","password":"correct horse"}}}'],
  ['a name that is none', '{"version":1,"users":{"an na":{"role":"admin","password":null}}}'],
  ['more than we know of', '{"version":1,"users":{"anna":{"role":"admin","password":null,"until":1}}}'],
])('a file with %s is not taken', (_what, text) => {
  rmSync(file)
  writeFileSync(file, text, { mode: 0o600 })
  expect(() => openUsers(file, silent)).toThrow('damaged')
})

test('a host is not reachable from elsewhere without users or a password', async () => {
  await expect(startTinyWebHost({ host: '0.0.0.0' })).rejects.toThrow('needs a password')
  hosts.push(await startTinyWebHost({ host: '0.0.0.0', users: openUsers(file, silent) }))
})
