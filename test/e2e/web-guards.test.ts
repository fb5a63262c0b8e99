import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium, withPage } from '../helpers/chromium'
import { startTinyWebHost, type TinyWebHost } from '../helpers/tiny-web-host'
import { connectBrowser } from './browser'

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

/** Whether a page of this origin gets a socket. */
function socketOpens(page: Page, port: number): Promise<boolean> {
  return page.evaluate<boolean>(`new Promise((done) => {
    const socket = new WebSocket('ws://127.0.0.1:${port}/rpc')
    socket.onopen = () => done(true)
    socket.onerror = () => done(false)
  })`)
}

describe('the launch link', () => {
  test('opens the page, which has a socket; its cookie is out of reach of scripts and lasts over a reload', async () => {
    const host = await start()
    await withPage(browser, async (page) => {
      await page.goto(host.server.url)
      expect(page.url()).toBe(`${host.origin}/`)
      expect(await page.evaluate('document.cookie')).toBe('')
      expect(await socketOpens(page, host.port)).toBe(true)
      const reloaded = await page.reload()
      expect(reloaded?.status()).toBe(200)
      const [cookie] = await page.context().cookies()
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    })
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
    await page.goto(host.server.url)
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

  test('a name rebound to our address gets nothing', async () => {
    const host = await start()
    const rebinding = await launchChromium(['--host-resolver-rules=MAP rebound.example 127.0.0.1'])
    const page = await rebinding.newPage()
    const response = await page.goto(`http://rebound.example:${host.port}/`)
    expect([response?.status(), await response?.text()]).toEqual([403, 'Forbidden\n'])
    await rebinding.close()
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

  test.each(['light', 'dark'] as const)('is accessible, in the %s theme', async (colorScheme) => {
    const host = await start({ password: PASSWORD })
    await withPage(
      browser,
      async (page) => {
        await page.goto(`${host.origin}/login`)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations).toEqual([])
      },
      { colorScheme, bypassCSP: true },
    )
  })
})
