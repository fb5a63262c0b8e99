import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBasePath } from '../../../electron/web/base-path'
import { entered, type Entered } from '../../helpers/enter'
import { trySocket } from '../../helpers/page-socket'
import { request } from '../../helpers/raw-http'
import { PAGE, startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

let host: TinyWebHost
let session: Entered
beforeAll(async () => {
  host = await startTinyWebHost({ basePath: '/sluice' })
  session = await host.enter()
})
afterAll(() => host.stop())
const get = (path: string) => request(host.port, { path, headers: { cookie: session.cookie } })

test.each([
  ['', ''],
  ['/', ''],
  ['/sluice', '/sluice'],
  ['/sluice/', '/sluice'],
  ['/a/b-c_d.e', '/a/b-c_d.e'],
  ['sluice', null],
  ['//sluice', null],
  ['/../x', null],
  ['/a/../b', null],
  ['/a//b', null],
  ['/a b', null],
  ['/%61', null],
  ['/a?b', null],
  ['/a"><script>', null],
  ['https://x.example/a', null],
])('--base-path %s is %s', (text, base) => {
  expect(readBasePath(text)).toBe(base)
})

describe('everything lies below it', () => {
  test('the link, the page, its files, and what the page asks', async () => {
    expect(new URL(host.server.url).pathname).toMatch(/^\/sluice\/launch\/[\w-]{43}$/)
    expect(await get('/sluice/')).toMatchObject({ status: 200, body: PAGE })
    expect((await get('/sluice/assets/index-AbCd1234.js')).status).toBe(200)
    expect((await get('/sluice/healthz')).body).toBe('OK\n')
    expect((await get('/sluice/')).headers['set-cookie']).toContain('; Path=/sluice; ')
    expect(await get('/sluice')).toMatchObject({ status: 303, headers: { location: '/sluice/' } })
    const script = (await get('/sluice/enter.js')).body
    expect(script).toContain("location.replace('/sluice/' +")
    expect(script).toContain("localStorage.setItem('sluice.page-key/sluice'")
  })

  test('what lets one in leads below it', async () => {
    const fresh = await startTinyWebHost({ basePath: '/sluice', password: 'correct horse' })
    const { port, origin } = fresh
    expect((await request(port, { path: '/sluice/', headers: { accept: 'text/html' } })).headers.location).toBe(
      '/sluice/login',
    )
    const page = await request(port, { path: '/sluice/login' })
    expect(page.body).toContain('action="/sluice/login"')
    expect(page.body).toContain('href="/sluice/login.css"')
    const posted = { method: 'POST', path: '/sluice/login', headers: { origin }, body: 'password=correct+horse' }
    const response = await request(port, posted)
    expect(entered(response).pageKey).toMatch(/^[\w-]{43}$/)
    expect(response.body).toContain('src="/sluice/enter.js"')
    expect(response.headers['set-cookie']).toContain('Path=/sluice/login;')
    await fresh.stop()
  })

  test('the socket', async () => {
    const url = `ws://127.0.0.1:${host.port}`
    const { cookie, protocols } = session
    const attempt = (path: string, origin: string) =>
      trySocket(`${url}${path}`, { headers: { cookie }, origin }, protocols)
    const { status, socket } = await attempt('/sluice/rpc', host.origin)
    expect(status).toBe(101)
    socket?.close()
    for (const path of ['/rpc', '/sluice//rpc', '/sluice/rpc/', '/other/rpc', '/sluice']) {
      expect([path, (await attempt(path, host.origin)).status]).toEqual([path, 404])
    }
    for (const origin of ['http://evil.example', 'null', `${host.origin}/sluice`]) {
      expect([origin, (await attempt('/sluice/rpc', origin)).status]).toEqual([origin, 403])
    }
  })
})

describe('nothing lies beside it', () => {
  test.each([
    '/',
    '/index.html',
    '/healthz',
    '/login',
    '/rpc',
    '/session',
    '/sluic',
    '/sluicex/',
    '/sluice.html',
    '/SLUICE/',
    '//sluice/',
    '/%73luice/',
    '/x/sluice/',
    '/./sluice/',
    '/launch/x',
  ])('%s is not there', async (path) => {
    const response = await get(path)
    expect(response).toMatchObject({ status: 404, body: 'Not found\n' })
    expect(response.headers['set-cookie']).toBeUndefined()
  })

  test.each([
    '/sluice/../secret.html',
    '/sluice/%2e%2e/secret.html',
    '/sluice/..%2fsecret.html',
    '/sluice/.env',
    '/sluice/..;/secret.html',
    '/sluice//secret.html',
    '/sluice/\\..\\secret.html',
    '/sluice/sluice/',
  ])('%s leads nowhere', async (path) => expect(await get(path)).toMatchObject({ status: 404, body: 'Not found\n' }))

  test('a rebound name is refused before all else', async () => {
    const response = await request(host.port, { path: '/sluice/healthz', headers: { host: 'evil.example' } })
    expect(response.status).toBe(403)
  })

  test('a form from elsewhere is refused', async () => {
    const headers = { cookie: session.cookie, 'sluice-key': session.pageKey, origin: 'http://evil.example' }
    expect((await request(host.port, { method: 'POST', path: '/sluice/log-out', headers })).status).toBe(403)
    expect((await request(host.port, { method: 'POST', path: '/log-out', headers })).status).toBe(404)
  })
})
