import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MOST_INPUT_BYTES } from '../../../../electron/web/api/door'
import type { WebServerOptions } from '../../../../electron/web/server'
import { createMemoryLog } from '../../../helpers/memory-log'
import { enter } from '../../../helpers/enter'
import { startApiHost, type ApiHost } from '../../../helpers/http-api'
import { request } from '../../../helpers/raw-http'
import { tinyContract, tinyRouter, type TinyRouter } from '../../../helpers/tiny-router'
import { implement } from '@orpc/server'

let tiny: TinyRouter
let host: ApiHost
let memory: ReturnType<typeof createMemoryLog>
const hosts: ApiHost[] = []
beforeEach(async () => {
  host = await start()
})
afterEach(async () => {
  for (const each of hosts.splice(0)) await each.stop()
})
async function start(options: Partial<WebServerOptions> = {}): Promise<ApiHost> {
  tiny = tinyRouter()
  memory = createMemoryLog()
  const made = await startApiHost(
    implement({ tiny: tinyContract }).router({ tiny: tiny.router }) as never,
    memory.log,
    options,
  )
  hosts.push(made)
  return made
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })
const raw = (
  headers: Readonly<Record<string, string | null>>,
  path = '/api/tiny/echo',
  body = '"x"',
  method = 'POST',
) => request(host.port, { method, path, headers, body })

test('a token calls a procedure', async () => {
  const response = await host.call('tiny.echo', { base64: '//4A' }, host.tokens.viewer)
  expect([response.status, await response.json()]).toEqual([200, { base64: '//4A' }])
})

describe('nobody gets in', () => {
  test.each([
    ['by no token', null],
    ['by an empty one', ''],
    ['by another', 'sluice_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['by its name', 'ci-admin'],
    ['by what every object has', 'constructor'],
    ['by a very long one', 'x'.repeat(8_000)],
  ])('%s', async (_what, token) => {
    const response = await host.call('tiny.echo', { a: 1 }, token)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await response.json()).toMatchObject({ defined: false, code: 'UNAUTHORIZED', status: 401 })
    if (token !== null && token !== '') expect(memory.text()).not.toContain(token)
  })

  test('by the token with something cut off, added or in another case', async () => {
    const { admin } = host.tokens
    for (const token of [admin.slice(0, -1), `${admin}x`, admin.toUpperCase(), admin.replace('sluice_', '')]) {
      expect((await host.call('tiny.echo', { a: 1 }, token)).status).toBe(401)
    }
  })

  test('by a token in the address, a cookie, another scheme, or twice', async () => {
    const { admin } = host.tokens
    for (const path of [`/api/tiny/echo?token=${admin}`, `/api/tiny/echo?access_token=${admin}`]) {
      expect((await raw({ 'content-type': 'application/json' }, path)).status).toBe(401)
    }
    for (const authorization of [
      admin,
      `Basic ${admin}`,
      `Bearer ${admin} ${admin}`,
      `Bearer ${admin},Bearer ${admin}`,
    ]) {
      expect((await raw({ authorization, 'content-type': 'application/json' })).status).toBe(401)
    }
    expect((await raw({ cookie: `token=${admin}`, 'content-type': 'application/json' })).status).toBe(401)
    expect(memory.text()).not.toContain(admin)
  })

  test('by the session of a page, with both of its halves', async () => {
    const { cookie, pageKey } = await enter(host.port, new URL(host.server.url).pathname)
    expect((await raw({ cookie, 'sluice-key': pageKey, 'content-type': 'application/json' })).status).toBe(401)
  })

  test('by a token that was revoked, or a file that others may read', async () => {
    host.keep('viewer')
    expect((await host.call('tiny.echo', { a: 1 }, host.tokens.admin)).status).toBe(401)
    expect((await host.call('tiny.echo', { a: 1 }, host.tokens.viewer)).status).toBe(200)
    host.keep()
    expect((await host.call('tiny.echo', { a: 1 }, host.tokens.viewer)).status).toBe(401)
  })

  test('where there are no tokens at all: there is no such path', async () => {
    const without = await start({ tokens: null })
    expect((await without.call('tiny.echo', { a: 1 }, host.tokens.admin)).status).toBe(405)
  })
})

describe('whose request it is', () => {
  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', ''])('none of a page: origin %j', async (origin) => {
    const response = await raw({ ...bearer(host.tokens.admin), origin })
    expect(response.status).toBe(403)
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('none of our own page either, and no question of a browser is answered', async () => {
    expect((await raw({ ...bearer(host.tokens.admin), origin: `http://127.0.0.1:${host.port}` })).status).toBe(403)
    const asked = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const preflight = await raw(asked, '/api/tiny/echo', '', 'OPTIONS')
    expect(preflight.status).toBe(403)
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('another host is refused before the token is looked at', async () => {
    for (const name of ['evil.example', `evil.example:${host.port}`, null]) {
      expect((await raw({ ...bearer(host.tokens.admin), host: name })).status).toBe(403)
    }
  })
})

describe('what is sent', () => {
  test('a megabyte and no more, also where no length is told', async () => {
    const most = JSON.stringify('x'.repeat(MOST_INPUT_BYTES - 2))
    expect((await host.call('tiny.echo', most, host.tokens.viewer)).status).toBe(200)
    const larger = await raw(bearer(host.tokens.viewer), '/api/tiny/echo', `${most} `)
    expect([larger.status, larger.headers.connection]).toEqual([413, 'close'])
    const piece = 'x'.repeat(65_536)
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(piece)),
    })
    const endless = host
      .call('tiny.echo', undefined, host.tokens.viewer, {
        ...{ body, duplex: 'half', headers: { 'content-type': 'application/json' } },
      })
      .then(({ status }) => status)
    // Where the connection is cut before all was sent, a client may not see why.
    expect(await endless.catch(() => 413)).toBe(413)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/event-stream',
    '',
  ])('nothing but JSON: %j', async (type) => {
    expect((await raw({ ...bearer(host.tokens.viewer), 'content-type': type })).status).toBe(415)
  })

  test('JSON that is none is refused, and neither told nor logged', async () => {
    const response = await host.call('tiny.echo', '{"password": hunter2', host.tokens.viewer)
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toMatchObject([400, { code: 'BAD_REQUEST' }])
    expect(`${text}${memory.text()}`).not.toContain('hunter2')
  })

  test('what would reach the prototype of everything does not', async () => {
    await host.call(
      'tiny.echo',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      host.tokens.viewer,
    )
    expect('polluted' in {}).toBe(false)
  })

  test('by POST alone', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
      const response = await raw({ authorization: `Bearer ${host.tokens.admin}` }, '/api/tiny/echo', '', method)
      expect([method, response.status, response.headers.allow]).toEqual([method, 405, 'POST'])
    }
  })

  test.each([
    '/api/tiny/nothing',
    '/api/tiny',
    '/api/tiny/echo/',
    '/api/tiny/%65cho',
    '/api/../api/tiny/echo',
    '/api//tiny/echo',
    '/api/constructor/call',
    '/api/tiny/__proto__',
  ])('to a procedure that is there: not %s', async (path) => {
    expect((await raw(bearer(host.tokens.admin), path)).status).toBe(404)
  })

  test('what should not have happened is not told', async () => {
    const response = await host.call('tiny.crash', undefined, host.tokens.admin)
    const text = await response.text()
    // It may have after something was sent: nothing that clients send again.
    expect([response.status, JSON.parse(text)]).toMatchObject([422, { code: 'INTERNAL_SERVER_ERROR', status: 422 }])
    expect(text).not.toContain('secret-inside')
  })
})

describe('wrong tokens', () => {
  test('are slowed down, and then refused, while a right one goes on', async () => {
    host = await start({ loginLimit: { firstDelayMs: 1_000, mostDelayMs: 60_000, mostWaitMs: 500 } })
    const statuses = []
    for (let n = 0; n < 8; n += 1) statuses.push((await host.call('tiny.echo', { a: 1 }, `wrong-${n}`)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    const refused = await host.call('tiny.echo', { a: 1 }, 'wrong')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await host.call('tiny.echo', { a: 1 }, host.tokens.viewer)).status).toBe(200)
    // Who shows none has guessed nothing.
    expect((await host.call('tiny.echo', { a: 1 }, null)).status).toBe(401)
    expect(memory.text()).not.toMatch(/wrong-\d/)
  })
})

describe('streams of events', () => {
  test('come as text/event-stream, with what they end by', async () => {
    const response = await host.call('tiny.count', { to: 3 }, host.tokens.viewer)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const events = (await response.text()).split('\n\n').filter((event) => event.includes('event: '))
    expect(events).toEqual(
      [1, 2, 3].map(
        (n) => `event: message
data: ${n}`,
      ),
    )
  })

  test('an error in their midst is told as one', async () => {
    const text = await (await host.call('tiny.failing', undefined, host.tokens.viewer)).text()
    expect(text).toMatch(/event: error\ndata: .*"code":"READ_ONLY"/)
  })

  test('hanging up ends them at the source', async () => {
    const leave = new AbortController()
    const response = await host.call('tiny.watch', undefined, host.tokens.viewer, { signal: leave.signal })
    const reader = response.body!.getReader()
    await expect.poll(() => tiny.watching).toBe(1)
    leave.abort()
    await reader.read().catch(() => undefined)
    await expect.poll(() => tiny.watching).toBe(0)
  })

  test('the token’s end is theirs, and of no other token’s', async () => {
    const [ended, other] = await Promise.all([
      host.call('tiny.watch', undefined, host.tokens.operator),
      host.call('tiny.watch', undefined, host.tokens.viewer),
    ])
    await expect.poll(() => tiny.watching).toBe(2)
    host.keep('viewer')
    await ended.text().catch(() => '')
    await expect.poll(() => tiny.watching).toBe(1)
    await other.body?.cancel()
    await expect.poll(() => tiny.watching).toBe(0)
  })

  test('one that nobody takes is not made', async () => {
    const response = await host.call('tiny.flood', undefined, host.tokens.viewer)
    await expect.poll(() => tiny.flooded).toBeGreaterThan(2)
    let before = -1
    await expect.poll(() => [before, (before = tiny.flooded)].every((n) => n === tiny.flooded)).toBe(true)
    expect(tiny.flooded).toBeLessThan(1_000)
    await response.body?.cancel()
  })
})

describe('what is told of it', () => {
  const told = (path: string, headers: Readonly<Record<string, string>>) => request(host.port, { path, headers })

  test('to nobody who has neither a session nor a token', async () => {
    for (const path of ['/api', '/api/', '/api/openapi.json', '/api/style.css']) {
      expect([path, (await told(path, {})).status]).toEqual([path, 401])
      expect((await told(path, { authorization: 'Bearer wrong' })).status).toBe(401)
    }
    expect((await told('/api', { accept: 'text/html' })).headers.location).toBe('/')
  })

  test('to a token, and to a page that has a session', async () => {
    const { cookie } = await enter(host.port, new URL(host.server.url).pathname)
    for (const headers of [{ authorization: `Bearer ${host.tokens.viewer}` }, { cookie }]) {
      const page = await told('/api', headers)
      expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.headers['content-security-policy']).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      )
      const document = await told('/api/openapi.json', headers)
      expect(JSON.parse(document.body)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) as string })
      expect((await told('/api/style.css', headers)).status).toBe(200)
    }
  })

  test('below the base path', async () => {
    host = await start({ basePath: '/tools/sluice' })
    expect((await host.call('tiny.echo', { a: 1 }, host.tokens.viewer)).status).toBe(200)
    const document = await told('/tools/sluice/api/openapi.json', { authorization: `Bearer ${host.tokens.viewer}` })
    expect(JSON.parse(document.body)).toMatchObject({ servers: [{ url: '/tools/sluice/api' }] })
    expect((await raw(bearer(host.tokens.viewer))).status).toBe(404)
  })
})
