import { hostname } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { trustedProxies, type TrustedProxies } from '../../../electron/web/who-asks'
import { trySocket } from '../../helpers/page-socket'
import { request, type RawResponse } from '../../helpers/raw-http'
import { entered } from '../../helpers/enter'
import { PAGE, startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

const PASSWORD = 'correct horse & battery=staple'
let host: TinyWebHost
beforeAll(async () => {
  host = await startTinyWebHost({ host: '0.0.0.0', password: PASSWORD })
})
afterAll(() => host.stop())

function trusting(...addresses: readonly string[]): TrustedProxies {
  const proxies = trustedProxies(addresses)
  if (proxies === null) throw new Error('no addresses')
  return proxies
}

const post = (password: string, headers: Readonly<Record<string, string | null>> = {}): Promise<RawResponse> =>
  request(host.port, {
    method: 'POST',
    path: '/login',
    headers: { origin: host.origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ password }).toString(),
  })

test('the printed address holds no secret, and leads to the login page', async () => {
  expect(host.server.url).toBe(`http://${hostname()}:${host.port}/`)
  const page = await request(host.port, { headers: { accept: 'text/html,*/*;q=0.8' } })
  expect(page).toMatchObject({ status: 303, body: '' })
  expect(page.headers.location).toBe('/login')
  // The page itself asks whether its session stands, and wants to be told.
  expect((await request(host.port, { method: 'HEAD', headers: { accept: '*/*' } })).status).toBe(401)
})

test('the login page has no script of its own making and may post only to us', async () => {
  const page = await request(host.port, { path: '/login' })
  expect(page.status).toBe(200)
  expect(page.body).toContain('<form method="post" action="/login">')
  expect(page.body.replace('<script src="/login.js"></script>', '')).not.toMatch(
    /<script|<style|style=|onload|javascript:/i,
  )
  expect((await request(host.port, { path: '/login.js' })).headers['content-type']).toContain('text/javascript')
  expect(page.headers['content-security-policy']).toContain("form-action 'self'")
  expect(page.headers['content-security-policy']).toContain("connect-src 'none'")
  expect(page.headers['referrer-policy']).toBe('same-origin')
  expect(page.headers['x-frame-options']).toBe('DENY')
  expect((await request(host.port, { path: '/login.css' })).headers['content-type']).toContain('text/css')
})

test('the right password opens a session that page and socket take', async () => {
  const response = await post(PASSWORD)
  expect(response.status).toBe(200)
  const { cookie, protocols } = entered(response)
  expect((await request(host.port, { headers: { cookie } })).body).toBe(PAGE)
  const url = `ws://127.0.0.1:${host.port}/rpc`
  const { status, socket } = await trySocket(url, { headers: { cookie }, origin: host.origin }, protocols)
  expect(status).toBe(101)
  socket?.close()
})

test('without a session there is nothing but the login page', async () => {
  for (const path of ['/index.html', '/assets/index-AbCd1234.js', '/launch/x', '/launch/']) {
    expect(await request(host.port, { path })).toMatchObject({ status: 401, body: 'Unauthorized\n' })
  }
})

test('a form from elsewhere is refused before its password is looked at', async () => {
  for (const origin of ['http://evil.example', 'null', null]) {
    expect((await post(PASSWORD, { origin })).status).toBe(403)
  }
  expect((await post(PASSWORD, { host: 'evil.example', origin: 'http://evil.example' })).status).toBe(403)
})

test('a large form is refused, whether it says so or not', async () => {
  expect((await post('x'.repeat(9_000))).status).toBe(413)
  const parts = { method: 'POST', path: '/login', headers: { origin: host.origin, 'content-length': '100000000' } }
  expect((await request(host.port, parts)).status).toBe(413)
  const chunks = `${(9_000).toString(16)}\r\n${'x'.repeat(9_000)}\r\n0\r\n\r\n`
  const chunked = { 'transfer-encoding': 'chunked', 'content-length': null, origin: host.origin }
  expect((await request(host.port, { ...parts, headers: chunked, body: chunks })).status).toBe(413)
})

describe('guessing', () => {
  const guess = (of: TinyWebHost, password: string, headers: Readonly<Record<string, string>> = {}) =>
    request(of.port, {
      method: 'POST',
      path: '/login',
      headers: { origin: of.origin, ...headers },
      body: new URLSearchParams({ password }).toString(),
    })
  const WRONG = ['', 'wrong<script>', PASSWORD.slice(0, -1), `${PASSWORD}x`, PASSWORD.toUpperCase()]
  /** A clock that stands: after five tries, four wait for their turn, and further ones are refused. */
  const loginLimit = { now: () => 0, firstDelayMs: 5, mostDelayMs: 40, mostWaitMs: 100 }
  const guessing = { host: '0.0.0.0', password: PASSWORD, loginLimit }
  let limited: TinyWebHost
  beforeEach(async () => {
    limited = await startTinyWebHost({ ...guessing, proxies: trusting('127.0.0.1') })
  })
  afterEach(() => limited.stop())

  test('a wrong password is a 401 that does not give it back, and the sixth in a minute must wait', async () => {
    for (const wrong of WRONG) {
      const response = await guess(limited, wrong)
      expect(response.status).toBe(401)
      expect(response.headers['set-cookie']).toBeUndefined()
      expect(response.body).toContain('That is not the password.')
      expect(response.body).not.toContain('wrong')
    }
    for (let more = 0; more < 4; more += 1) expect((await guess(limited, 'wrong')).status).toBe(401)
    const refused = await guess(limited, PASSWORD)
    expect(refused.status).toBe(429)
    expect(refused.headers['set-cookie']).toBeUndefined()
    expect(refused.headers['retry-after']).toBe('1')
    expect(limited.logged()).toContain('login refused')
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong'])
      expect(limited.logged()).not.toContain(secret)
  })

  test('five wrong ones lock nobody out who comes the same way: the right one is let in, a moment later', async () => {
    for (const wrong of WRONG) await guess(limited, wrong)
    expect(entered(await guess(limited, PASSWORD)).pageKey).toMatch(/^[\w-]{43}$/)
  })

  test('a trusted proxy tells one from another: who did not guess need not wait', async () => {
    await Promise.all(Array.from({ length: 12 }, () => guess(limited, 'wrong', { 'x-forwarded-for': '203.0.113.7' })))
    const refused = await guess(limited, PASSWORD, { 'x-forwarded-for': '203.0.113.7' })
    expect(refused.status).toBe(429)
    const right = await guess(limited, PASSWORD, { 'x-forwarded-for': '203.0.113.8' })
    expect(right.status).toBe(200)
  })

  test('whoever is not trusted tells nothing: another name each time is no way around', async () => {
    const naive = await startTinyWebHost(guessing)
    const tries = Array.from({ length: 14 }, (_, n) => guess(naive, 'wrong', { 'x-forwarded-for': `203.0.113.${n}` }))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
    await naive.stop()
  })

  /** From many addresses, until strangers are refused whoever they are. */
  async function flood(of: TinyWebHost): Promise<void> {
    const from = (n: number) => guess(of, 'wrong', { 'x-forwarded-for': `198.51.100.${n}` })
    const statuses = await Promise.all(Array.from({ length: 200 }, (_, n) => from(n)))
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([401, 429]))
  }

  test('a flood from everywhere keeps no browser out that knew the password before, session or not', async () => {
    const known = knownCookie(await guess(limited, PASSWORD))
    await flood(limited)
    expect((await guess(limited, PASSWORD)).status).toBe(429)
    expect((await guess(limited, 'wrong', { cookie: known })).status).toBe(401)
    const right = await guess(limited, PASSWORD, { cookie: known })
    expect(entered(right).pageKey).toMatch(/^[\w-]{43}$/)
    expect(knownCookie(right)).toBe(known)
  })

  test('a browser that says so without proof is a stranger; one that is known is slowed down by its own tries', async () => {
    const known = knownCookie(await guess(limited, PASSWORD))
    await flood(limited)
    expect((await guess(limited, PASSWORD, { cookie: known.replace(/.$/, '') })).status).toBe(429)
    const tries = await Promise.all(Array.from({ length: 12 }, () => guess(limited, 'wrong', { cookie: known })))
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(9)
  })

  test('what makes a browser known opens nothing', async () => {
    const known = knownCookie(await guess(limited, PASSWORD))
    expect((await request(limited.port, { headers: { cookie: known } })).status).toBe(401)
  })

  test('another address of one IPv6 network each time is no way around', async () => {
    const tries = Array.from({ length: 14 }, (_, n) =>
      guess(limited, 'wrong', { 'x-forwarded-for': `2001:db8:1:2:${n}::${n}` }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
    expect((await guess(limited, PASSWORD, { 'x-forwarded-for': '2001:db8:1:3::1' })).status).toBe(200)
  })

  test('whoever has a session is not slowed down by the others', async () => {
    const { cookie } = entered(await guess(limited, PASSWORD))
    await Promise.all(Array.from({ length: 12 }, () => guess(limited, 'wrong')))
    expect((await guess(limited, PASSWORD)).status).toBe(429)
    expect((await request(limited.port, { headers: { cookie } })).status).toBe(200)
    expect((await guess(limited, PASSWORD, { cookie })).status).toBe(200)
  })
})

describe('reached through a proxy', () => {
  let proxied: TinyWebHost
  beforeAll(async () => {
    proxied = await startTinyWebHost({ password: PASSWORD, publicUrl: new URL('https://sluice.example.com') })
  })
  afterAll(() => proxied.stop())

  test('its name is ours, and the cookie goes over https only', async () => {
    expect(proxied.server.url).toBe('https://sluice.example.com/')
    const response = await request(proxied.port, {
      method: 'POST',
      path: '/login',
      headers: { host: 'sluice.example.com', origin: 'https://sluice.example.com' },
      body: new URLSearchParams({ password: PASSWORD }).toString(),
    })
    expect(response.status).toBe(200)
    expect(response.headers['set-cookie']).toMatch(/; Secure$/)
  })

  test('its plain-http twin and its neighbours are not ours', async () => {
    for (const origin of [
      'http://sluice.example.com',
      'https://sluice.example.com:8443',
      'https://other.example.com',
    ]) {
      const headers = { host: 'sluice.example.com', origin }
      expect(
        (await request(proxied.port, { method: 'POST', path: '/login', headers, body: 'password=x' })).status,
      ).toBe(403)
    }
    expect((await request(proxied.port, { headers: { host: 'other.example.com' } })).status).toBe(403)
  })
})

/** What a browser sends to the login from now on. */
function knownCookie({ headers }: RawResponse): string {
  const [cookie] = /sluice-\d+-known=[^;]+/.exec(headers['set-cookie'] ?? '') ?? []
  if (cookie === undefined) throw new Error('the browser was not made known')
  return cookie
}
