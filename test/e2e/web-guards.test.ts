import { createServer, request as ask, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withPage } from '../helpers/chromium'
import { trySocket } from '../helpers/page-socket'
import { request } from '../helpers/raw-http'
import { startTinyWebHost, type TinyWebHost } from '../helpers/tiny-web-host'
import { writeLaunchFile } from '../../electron/web/launch-file'
import type { Users } from '../../electron/web/users/users'
import { trustedProxies } from '../../electron/web/who-asks'
import { connectBrowser } from './browser'
import { violations } from './complaints'

// The web host's guards as a real browser meets them: what it sends by itself is what they stand on.
let browser: Browser
beforeAll(async () => {
  browser = await connectBrowser()
})
afterAll(() => browser.close())

const hosts: TinyWebHost[] = []
async function start(options: Parameters<typeof startTinyWebHost>[0] = {}): Promise<TinyWebHost> {
  const host = await startTinyWebHost(options)
  hosts.push(host)
  return host
}
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop()
})

/** Whether a page of this origin gets a socket with what it finds in its own storage, or with this key. */
function socketOpens(page: Page, port: number, key?: string): Promise<boolean> {
  const found = key === undefined ? "localStorage.getItem('sluice.page-key')" : `'${key}'`
  return page.evaluate<boolean>(`new Promise((done) => {
    const socket = new WebSocket('ws://127.0.0.1:${port}/rpc', ['sluice', 'sluice.key.' + ${found}])
    socket.onopen = () => done(true)
    socket.onerror = () => done(false)
  })`)
}

/** Follows the launch link to its end. */
async function launch(page: Page, host: TinyWebHost): Promise<void> {
  await page.goto(host.server.url)
  await page.waitForURL(`${host.origin}/`)
}

describe('the launch link', () => {
  test('opens the page, which has a socket; its cookie is out of reach of scripts and lasts over a reload', async () => {
    const host = await start()
    await withPage(browser, async (page) => {
      await launch(page, host)
      expect(await page.evaluate('document.cookie')).toBe('')
      expect(await socketOpens(page, host.port)).toBe(true)
      const reloaded = await page.reload()
      expect(reloaded?.status()).toBe(200)
      const [cookie] = await page.context().cookies()
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    })
  })

  test('works for another tab of the same browser, which finds what the first one was given', async () => {
    const host = await start()
    await withPage(browser, async (page) => {
      await launch(page, host)
      const tab = await page.context().newPage()
      await tab.goto(`${host.origin}/`)
      expect(await socketOpens(tab, host.port)).toBe(true)
    })
  })

  test('works where it was clicked on another site, and so does a later link from there to the page', async () => {
    const host = await start()
    await withPage(browser, async (page) => {
      const links = `<!doctype html><a href="${host.server.url}">in</a> <a href="${host.origin}/">page</a>`
      await page.route('http://chat.example/', (route) => route.fulfill({ contentType: 'text/html', body: links }))
      for (const link of ['in', 'page']) {
        await page.goto('http://chat.example/')
        await page.getByText(link, { exact: true }).click()
        await page.waitForURL(`${host.origin}/`)
        await page.waitForFunction("document.title === 'page'")
        expect(await socketOpens(page, host.port)).toBe(true)
      }
    })
  })

  test('works from the file that a browser is started with', async () => {
    const host = await start()
    const file = await writeLaunchFile(host.server.url)
    await withPage(browser, async (page) => {
      await page.goto(`file://${file.path}`)
      await page.waitForURL(`${host.origin}/`)
      await page.waitForFunction("document.title === 'page'")
      expect(await socketOpens(page, host.port)).toBe(true)
    })
    await file.remove()
  })

  test('is of no use to a second browser', async () => {
    const host = await start()
    await host.enter()
    const page = await browser.newPage()
    const response = await page.goto(host.server.url)
    expect([response?.status(), await response?.text()]).toEqual([401, 'Unauthorized\n'])
    await page.close()
  })
})

describe('a hostile page in the browser that has the session', () => {
  let neighbour: Server
  let neighbourPort: number
  beforeAll(async () => {
    neighbour = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    )
    neighbour.listen(0, '127.0.0.1')
    await once(neighbour, 'listening')
    neighbourPort = (neighbour.address() as AddressInfo).port
  })
  afterAll(() => neighbour.close())

  test.each([
    ['on another site', () => 'http://evil.example/'],
    // The same site to a browser, which does not look at ports: it sends our cookie along.
    ['on another port of this machine', () => `http://127.0.0.1:${neighbourPort}/`],
  ])('%s gets no socket and reads nothing', async (_where, address) => {
    const host = await start()
    const page = await browser.newPage()
    await launch(page, host)
    await page.route('http://evil.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
    )
    await page.goto(address())
    expect(await socketOpens(page, host.port)).toBe(false)
    const read = (mode: string): Promise<string> =>
      page.evaluate(
        `fetch('${host.origin}/', { mode: '${mode}', credentials: 'include' }).then(() => 'read', () => 'refused')`,
      )
    expect([await read('cors'), await read('no-cors')]).toEqual(['refused', 'refused'])
    const framed = await page.evaluate(`new Promise((done) => {
      const frame = document.createElement('iframe')
      frame.src = '${host.origin}/'
      frame.onload = () => done(frame.contentDocument === null ? 'refused' : 'framed')
      document.body.append(frame)
    })`)
    expect(framed).toBe('refused')
    expect(host.tiny.watching).toBe(0)
    await page.close()
  })

  test('who listens on another port is sent the cookie, and gets no further with it', async () => {
    const host = await start()
    const page = await browser.newPage()
    await launch(page, host)
    const seen = once(neighbour, 'request')
    await page.goto(`http://127.0.0.1:${neighbourPort}/`)
    const [{ headers }] = (await seen) as [IncomingMessage]
    const cookie = headers.cookie ?? ''
    expect(cookie).toMatch(/^sluice-\d+=[\w-]{43}$/)
    expect(await page.evaluate("localStorage.getItem('sluice.page-key')")).toBeNull()
    const url = `ws://127.0.0.1:${host.port}/rpc`
    const stolen = { headers: { cookie }, origin: host.origin }
    expect((await trySocket(url, stolen)).status).toBe(401)
    expect((await trySocket(url, stolen, ['sluice', `sluice.key.${cookie.split('=')[1] ?? ''}`])).status).toBe(401)
    const asked = await request(host.port, { headers: { cookie, accept: 'text/html' } })
    expect(asked.body).not.toContain('sluice-key')
    await page.close()
  })

  test('a name rebound to our address gets nothing', async () => {
    const host = await start()
    const page = await browser.newPage()
    const response = await page.goto(`http://rebound.example:${host.port}/`)
    expect([response?.status(), await response?.text()]).toEqual([403, 'Forbidden\n'])
    await page.close()
  })
})

describe('where the cookie of a session does not come back', () => {
  const users: Users = {
    has: () => true,
    byPassword: () => Promise.resolve(null),
    byName: (name) => ({ name, role: 'admin', stands: () => true }),
    onChange: () => undefined,
    close: () => undefined,
  }
  let host: TinyWebHost
  let proxy: Server
  let entries = 0
  beforeAll(async () => {
    host = await startTinyWebHost({ users, authHeader: 'x-user', proxies: trustedProxies(['127.0.0.1'])! })
    proxy = createServer(({ method, url, headers }, response) => {
      const told = { ...headers, host: `127.0.0.1:${host.port}`, 'x-user': 'anna' }
      ask({ port: host.port, host: '127.0.0.1', method, path: url, headers: told }, (answer) => {
        const { 'set-cookie': cookie, ...passed } = answer.headers
        if (cookie !== undefined) entries += 1
        answer.pipe(response.writeHead(answer.statusCode ?? 502, passed))
      }).end()
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
  })
  afterAll(async () => {
    proxy.close()
    await host.stop()
  })

  test('a page says so, instead of coming in for ever', async () => {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`)
    await page.getByRole('alert').getByText('Allow cookies').waitFor({ timeout: 10_000 })
    expect(entries).toBe(1)
    await page.close()
  })

  test('and so where the browser keeps nothing for pages', async () => {
    await withPage(browser, async (page) => {
      await page.addInitScript(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })",
      )
      const own = await start()
      await page.goto(own.server.url)
      await page.getByRole('alert').getByText('Allow cookies').waitFor({ timeout: 10_000 })
    })
  })
})

describe('the login page', () => {
  const PASSWORD = 'correct horse & battery=staple'

  test('lets in whoever knows the password, and says so to whoever does not', async () => {
    const host = await start({ password: PASSWORD })
    const page = await browser.newPage()
    await page.goto(host.server.url)
    expect(page.url()).toBe(`${host.origin}/login`)
    const field = page.getByLabel('Password')
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)

    await field.fill('wrong password')
    await page.getByRole('button', { name: 'Log in' }).click()
    expect(await page.getByRole('alert').innerText()).toBe('That is not the password.')

    await page.getByLabel('Password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${host.origin}/`)
    expect(await socketOpens(page, host.port)).toBe(true)
    await page.close()
  })

  test('leads on to where the address said, also after a wrong password', async () => {
    const host = await start({ password: PASSWORD })
    await withPage(browser, async (page, watched) => {
      await page.goto(`${host.server.url}#/c1/stream/orders`)
      for (const typed of ['wrong password', PASSWORD]) {
        await page.getByLabel('Password').fill(typed)
        await page.keyboard.press('Enter')
        if (typed !== PASSWORD) await page.getByRole('alert').waitFor()
      }
      await page.waitForURL(`${host.origin}/#/c1/stream/orders`)
      await page.waitForFunction("document.title === 'page'")
      watched.expectProblems(/401/)
    })
  })

  test.each(['light', 'dark'] as const)('is accessible, in the %s theme', async (colorScheme) => {
    const host = await start({ password: PASSWORD })
    await withPage(
      browser,
      async (page) => {
        await page.goto(`${host.origin}/login`)
        expect(await violations(page)).toEqual([])
      },
      { colorScheme },
    )
  })
})
