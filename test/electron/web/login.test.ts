import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trySocket } from '../../helpers/page-socket'
import { request, type RawResponse } from '../../helpers/raw-http'
import { PAGE, sessionCookie, startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

const PASSWORD = 'correct horse & battery=staple'
let host: TinyWebHost
beforeAll(async () => {
  host = await startTinyWebHost({ host: '0.0.0.0', password: PASSWORD })
})
afterAll(() => host.stop())

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

test('the login page has no script and may post only to us', async () => {
  const page = await request(host.port, { path: '/login' })
  expect(page.status).toBe(200)
  expect(page.body).toContain('<form method="post" action="/login">')
  expect(page.body).not.toMatch(/<script|<style|style=|onload|javascript:/i)
  expect(page.headers['content-security-policy']).toContain("form-action 'self'")
  expect(page.headers['content-security-policy']).toContain("connect-src 'none'")
  expect(page.headers['referrer-policy']).toBe('same-origin')
  expect(page.headers['x-frame-options']).toBe('DENY')
  expect((await request(host.port, { path: '/login.css' })).headers['content-type']).toContain('text/css')
})

test('the right password opens a session that page and socket take', async () => {
  const response = await post(PASSWORD)
  expect(response).toMatchObject({ status: 303, body: '' })
  expect(response.headers.location).toBe('/')
  const cookie = sessionCookie(response.headers['set-cookie'])
  expect((await request(host.port, { headers: { cookie } })).body).toBe(PAGE)
  const { status, socket } = await trySocket(`ws://127.0.0.1:${host.port}/rpc`, {
    headers: { cookie },
    origin: host.origin,
  })
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
  let limited: TinyWebHost
  beforeAll(async () => {
    limited = await startTinyWebHost({ host: '0.0.0.0', password: PASSWORD })
  })
  afterAll(() => limited.stop())

  const guess = (password: string): Promise<RawResponse> =>
    request(limited.port, {
      method: 'POST',
      path: '/login',
      headers: { origin: limited.origin },
      body: new URLSearchParams({ password }).toString(),
    })

  test('a wrong password is a 401 that does not give it back, and the sixth in a minute must wait', async () => {
    for (const wrong of ['', 'wrong<script>', PASSWORD.slice(0, -1), `${PASSWORD}x`, PASSWORD.toUpperCase()]) {
      const response = await guess(wrong)
      expect(response.status).toBe(401)
      expect(response.headers['set-cookie']).toBeUndefined()
      expect(response.body).toContain('That is not the password.')
      expect(response.body).not.toContain('wrong')
    }
    const sixth = await guess(PASSWORD)
    expect(sixth.status).toBe(429)
    expect(sixth.headers['set-cookie']).toBeUndefined()
    expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(50)
    expect(limited.logged()).toContain('login refused')
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong'])
      expect(limited.logged()).not.toContain(secret)
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
    expect(response.status).toBe(303)
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
