import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawHttp, request, requestText, type RawResponse } from '../../helpers/raw-http'
import { entered, sessionCookie } from '../../helpers/enter'
import { PAGE, startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

let host: TinyWebHost
let cookie: string
beforeAll(async () => {
  host = await startTinyWebHost()
  cookie = (await host.enter()).cookie
})
afterAll(() => host.stop())

const get = (path: string, headers: Readonly<Record<string, string | null>> = {}): Promise<RawResponse> =>
  request(host.port, { path, headers: { cookie, ...headers } })

describe('the launch link', () => {
  test('opens one session, once', async () => {
    const fresh = await startTinyWebHost()
    const path = new URL(fresh.server.url).pathname
    expect(path).toMatch(/^\/launch\/[\w-]{43}$/)

    const first = await request(fresh.port, { path })
    expect(first.status).toBe(200)
    expect(entered(first).pageKey).toMatch(/^[\w-]{43}$/)
    expect(first.headers['set-cookie']).toMatch(
      new RegExp(`^sluice-${fresh.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400$`),
    )

    const again = await request(fresh.port, { path })
    expect(again).toMatchObject({ status: 401, body: 'Unauthorized\n' })
    expect(again.headers['set-cookie']).toBeUndefined()
    await fresh.stop()
  })

  test('a wrong, empty or longer token is refused and spends nothing', async () => {
    const fresh = await startTinyWebHost()
    const path = new URL(fresh.server.url).pathname
    const wrong = ['/launch/', '/launch/wrong', `${path}x`, path.slice(0, -1), `${path}/`, path.toUpperCase()]
    for (const attempt of wrong) {
      const { status, body, headers } = await request(fresh.port, { path: attempt })
      expect([attempt, status, body, headers['set-cookie']]).toEqual([attempt, 401, 'Unauthorized\n', undefined])
    }
    expect((await request(fresh.port, { path })).status).toBe(200)
    await fresh.stop()
  })

  test('a browser that fetches ahead does not spend it', async () => {
    const fresh = await startTinyWebHost()
    const path = new URL(fresh.server.url).pathname
    const headers = { 'sec-purpose': 'prefetch;prerender' }
    expect((await request(fresh.port, { path, headers })).status).toBe(401)
    expect((await request(fresh.port, { path })).status).toBe(200)
    await fresh.stop()
  })

  test.each(['iframe', 'image', 'script', 'empty'])(
    'a page that has it fetched as %s does not spend it',
    async (dest) => {
      const fresh = await startTinyWebHost()
      const path = new URL(fresh.server.url).pathname
      const headers = { 'sec-fetch-dest': dest, 'sec-fetch-site': 'cross-site' }
      expect((await request(fresh.port, { path, headers })).status).toBe(401)
      expect((await request(fresh.port, { path })).status).toBe(200)
      await fresh.stop()
    },
  )

  test('followed a second time, it leads whoever has the session to the page, and nobody else', async () => {
    const path = new URL(host.server.url).pathname
    expect(await get(path)).toMatchObject({ status: 303, headers: { location: '/' } })
    expect((await request(host.port, { path })).status).toBe(401)
  })

  test('what it gives holds no script of its own, no secret but the page key, and no cookie of another', async () => {
    const fresh = await startTinyWebHost()
    const page = await request(fresh.port, { path: new URL(fresh.server.url).pathname })
    const { cookie: session, pageKey } = entered(page)
    expect(page.body.replace(pageKey, '')).not.toMatch(/[\w-]{43}/)
    expect(page.body).not.toContain(session.split('=')[1])
    expect(page.body).not.toMatch(/<script>|style=|onload|javascript:/i)
    const script = await request(fresh.port, { path: '/enter.js' })
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.body).not.toContain(pageKey)
    await fresh.stop()
  })

  test('a HEAD request, as link previews send, does not spend it', async () => {
    const fresh = await startTinyWebHost()
    const path = new URL(fresh.server.url).pathname
    expect((await request(fresh.port, { method: 'HEAD', path })).status).toBe(405)
    expect((await request(fresh.port, { path })).status).toBe(200)
    await fresh.stop()
  })
})

describe('the session cookie', () => {
  test('serves the page again and again, and is renewed by it', async () => {
    for (let reload = 0; reload < 3; reload += 1) {
      const page = await get('/')
      expect(page).toMatchObject({ status: 200, body: PAGE })
      expect(sessionCookie(page.headers['set-cookie'])).toBe(cookie)
    }
  })

  test.each([
    ['none', null],
    ['empty', ''],
    ['without a value', () => `${cookie.split('=')[0]}=`],
    ['of another value', () => `${cookie.split('=')[0]}=${'A'.repeat(43)}`],
    ['of another name', () => cookie.replace('sluice-', 'other-')],
    ['cut short', () => cookie.slice(0, -1)],
    ['of a server on another port', () => cookie.replace(/^sluice-\d+/, 'sluice-1')],
  ])('%s: 401 and nothing more', async (_what, value) => {
    const sent = typeof value === 'function' ? value() : value
    for (const path of ['/', '/index.html', '/assets/index-AbCd1234.js', '/favicon.svg', '/nothing', '/rpc']) {
      const { status, body, headers } = await get(path, { cookie: sent })
      expect([path, status, body]).toEqual([path, 401, 'Unauthorized\n'])
      expect(headers['set-cookie']).toBeUndefined()
    }
  })

  test("another server's cookie of the same name beside it does no harm", async () => {
    const [name = ''] = cookie.split('=')
    expect((await get('/', { cookie: `${name}=tossed; ${cookie}` })).status).toBe(200)
  })
})

describe('a link on another site to the page', () => {
  // As a browser follows it: without the strict cookie.
  const follow = (headers: Readonly<Record<string, string | null>> = {}): Promise<RawResponse> =>
    request(host.port, { headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site', ...headers } })

  test('leads to a page of ours, from where the browser sends it; that page opens nothing', async () => {
    const page = await follow()
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<script src="/enter.js">') as string })
    expect(page.body).not.toContain('sluice-key')
    expect(page.headers['set-cookie']).toBeUndefined()
  })

  test('which then is told of as every page without a session is', async () => {
    expect((await follow({ 'sec-fetch-site': 'same-origin' })).status).toBe(401)
  })

  test('is no way to anything else', async () => {
    for (const path of ['/index.html', '/assets/index-AbCd1234.js', '/session', '/rpc']) {
      const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' }
      expect((await request(host.port, { path, headers })).status).toBe(401)
    }
  })
})

describe('Host (DNS rebinding)', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    'localhost.evil.example:PORT',
    '',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost@evil.example:PORT',
    '[::1',
    '0.0.0.0:PORT',
    '192.168.1.5:PORT',
    '127.0.0.1:PORT, evil.example',
    '127.0.0.1:PORT/',
    '2130706433:PORT',
    '127.1:PORT',
  ])('%s is refused', async (name) => {
    const response = await get('/', { host: name.replace('PORT', String(host.port)) })
    expect(response).toMatchObject({ status: 403, body: 'Forbidden\n' })
  })

  test('none at all is refused, also of an old client', async () => {
    expect((await get('/', { host: null })).status).toBe(403)
    expect((await rawHttp(host.port, `GET / HTTP/1.0\r\ncookie: ${cookie}\r\n\r\n`)).status).toBe(403)
  })

  test('whoever set it up under a name that it does not know is told in the log', async () => {
    await get('/', { host: 'box.example' })
    expect(host.logged()).toContain('"host":"box.example"')
  })

  test('a rebound launch link is refused before its token is looked at', async () => {
    const fresh = await startTinyWebHost()
    const path = new URL(fresh.server.url).pathname
    expect((await request(fresh.port, { path, headers: { host: 'evil.example' } })).status).toBe(403)
    expect((await request(fresh.port, { path })).status).toBe(200)
    await fresh.stop()
  })

  test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])('%s is us', async (name) => {
    expect((await get('/', { host: name.replace('PORT', String(host.port)) })).status).toBe(200)
  })
})

describe('whether it serves', () => {
  test.each(['GET', 'HEAD'])('is told to a %s without a session, and nothing else is', async (method) => {
    const response = await request(host.port, { method, path: '/healthz' })
    expect(response).toMatchObject({ status: 200, body: method === 'GET' ? 'OK\n' : '' })
    expect(response.headers['set-cookie']).toBeUndefined()
  })

  test('is told to nobody who calls us by a name of his own, or wants to change it', async () => {
    expect((await request(host.port, { path: '/healthz', headers: { host: 'evil.example' } })).status).toBe(403)
    expect((await request(host.port, { method: 'POST', path: '/healthz' })).status).toBe(405)
    expect((await request(host.port, { path: '/healthz/more' })).status).toBe(401)
  })
})

describe('paths', () => {
  const outside = [
    '/../secret.html',
    '/assets/../../secret.html',
    '/..%2fsecret.html',
    '/%2e%2e/secret.html',
    '/%2e%2e%2fsecret.html',
    '/%252e%252e%252fsecret.html',
    '/..%255csecret.html',
    '/..\\secret.html',
    '/assets\\..\\..\\secret.html',
    '/..%5csecret.html',
    '/....//secret.html',
    '/..;/secret.html',
    '/%c0%ae%c0%ae/secret.html',
    '/%u002e%u002e/secret.html',
    '//secret.html',
    '///etc/passwd.html',
    '/C:/secret.html',
    '/index.html%00.js',
    '/index.html%00',
    '/.env',
    '/assets/',
    '/assets',
    '/server/cli.js',
    '/../server/cli.js',
    '/index.html/',
    '/index.html/x.js',
    '/nothing.html',
    '/__proto__.js',
  ]
  test.each(outside)('%s is not found', async (path) => {
    const response = await get(path)
    expect(response).toMatchObject({ status: 404, body: 'Not found\n' })
  })

  test.each(['/index.html\u0000.js', '/\u0000', '/a b.html', 'index.html', '*'])('%j is no path', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(400)
    expect(response.body).not.toContain('outside')
  })

  test('the form that asks a proxy is no path', async () => {
    expect((await get(`http://127.0.0.1:${host.port}/`)).status).toBe(400)
    expect((await get('http://evil.example/')).status).toBe(400)
  })

  test('a query does not matter', async () => {
    expect((await get('/?/../../secret.html')).body).toBe(PAGE)
  })

  test('hashed files are kept for good, the page never', async () => {
    const asset = await get('/assets/index-AbCd1234.js')
    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    })
    expect((await get('/')).headers['cache-control']).toBe('no-store')
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-store')
  })
})

describe('methods and bodies', () => {
  test('HEAD tells whether the session stands, without a body', async () => {
    const ours = await request(host.port, { method: 'HEAD', headers: { cookie } })
    expect(ours).toMatchObject({ status: 200, body: '' })
    expect(await request(host.port, { method: 'HEAD' })).toMatchObject({ status: 401, body: '' })
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'])('%s: 405', async (method) => {
    const response = await request(host.port, { method, path: '/', headers: { cookie } })
    expect(response.status).toBe(405)
    expect(response.headers.allow).toBe('GET, HEAD')
  })

  test('there is no login on this machine', async () => {
    expect((await get('/login')).status).toBe(404)
    const posted = await request(host.port, { method: 'POST', path: '/login', body: 'password=x' })
    expect(posted.status).toBe(405)
  })

  test('a GET with a body is refused', async () => {
    expect((await request(host.port, { headers: { cookie }, body: 'x' })).status).toBe(413)
    const chunked = requestText(host.port, { headers: { cookie, 'transfer-encoding': 'chunked' } })
    expect((await rawHttp(host.port, `${chunked}1\r\nx\r\n0\r\n\r\n`)).status).toBe(413)
  })

  test('endless headers are refused', async () => {
    expect((await get('/', { 'x-long': 'x'.repeat(20_000) })).status).toBe(400)
  })
})

test('every response has every security header', async () => {
  const port = host.port
  const responses: Readonly<Record<string, RawResponse>> = {
    page: await get('/'),
    asset: await get('/assets/index-AbCd1234.js'),
    missing: await get('/nothing.js'),
    unauthorized: await request(port, {}),
    launch: await request(port, { path: '/launch/wrong' }),
    forbidden: await get('/', { host: 'evil.example' }),
    method: await request(port, { method: 'POST' }),
    body: await request(port, { headers: { cookie }, body: 'x' }),
    target: await get('http://evil.example/'),
    garbage: await rawHttp(port, 'nonsense\r\n\r\n'),
    noHost: await get('/', { host: null }),
    expectation: await get('/', { expect: 'miracles' }),
    upgrade: await get('/rpc', { upgrade: 'websocket', connection: 'upgrade' }),
    otherUpgrade: await get('/', { upgrade: 'h2c', connection: 'upgrade', origin: host.origin }),
  }
  const expected = {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
      "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()') as unknown,
    'cache-control': expect.stringMatching(/^no-store$|immutable$/) as unknown,
  }
  for (const [what, { headers }] of Object.entries(responses)) {
    expect({ what, ...headers }).toMatchObject({ what, ...expected })
    expect(headers.server).toBeUndefined()
    expect(headers['x-powered-by']).toBeUndefined()
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

test('an unreadable renderer is a 500 that tells nothing', async () => {
  const broken = await startTinyWebHost({ rendererDir: '/proc/self/mem/\0' })
  const response = await request(broken.port, { headers: { cookie: (await broken.enter()).cookie } })
  expect(response).toMatchObject({ status: 500, body: 'Internal error\n' })
  await broken.stop()
})

test('beyond this machine there must be a password', async () => {
  await expect(startTinyWebHost({ host: '0.0.0.0' })).rejects.toThrow('needs a password')
})

test('a port in use is an error', async () => {
  await expect(startTinyWebHost({ port: host.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('no token, cookie or session is ever logged', async () => {
  const [, secret = 'none'] = cookie.split('=')
  await get('/', { host: 'evil.example' })
  await request(host.port, { path: new URL(host.server.url).pathname })
  expect(host.logged()).not.toContain(secret)
  expect(host.logged()).not.toContain(new URL(host.server.url).pathname.slice('/launch/'.length))
})
