import type { Page } from 'playwright-core'
import { afterEach, describe, expect, test } from 'vitest'
import { withPage } from '../helpers/chromium'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, type App } from './app'
import { connectBrowser } from './browser'

const PASSWORD = 'correct horse & battery=staple'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(env: Readonly<Record<string, string>> = {}): Promise<WebHost> {
  const host = await startWebHost([], env)
  closing.push(() => host.stop())
  return host
}

async function enter(host: Pick<WebHost, 'origin' | 'launchUrl'>): Promise<App> {
  const app = await openApp(host)
  closing.push(() => app.close())
  return app
}

async function toSettings(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('heading', { name: 'Session' }).waitFor()
}
const signedOut = (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'This page has been signed out' }).waitFor()
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe('by the launch link', () => {
  test('logging out ends every tab of the browser at once, and a new address is printed', async () => {
    const host = await start()
    const app = await enter(host)
    await app.on(async (page, watched) => {
      await toSettings(page)
      const other = await page.context().newPage()
      await other.goto('/')
      await other.getByRole('button', { name: 'Add a connection' }).waitFor()
      await button(page, 'Log out').click()
      await Promise.all([signedOut(page), signedOut(other)])
      expect(await page.context().cookies()).toEqual([])
      const answer = await other.goto('/')
      expect(answer?.status()).toBe(401)
      watched.expectProblems(/401/)
    })
    await expect.poll(() => host.output.match(/Sluice is at \S+/g)?.length).toBe(2)
    const [launchUrl = ''] = host.output.match(/http\S+\/launch\/\S+/g)?.slice(-1) ?? []
    const again = await enter({ origin: host.origin, launchUrl })
    await again.on((page) => page.getByRole('button', { name: 'Add a connection' }).waitFor())
  })

  test('a page that lost its half of the session is told that it is signed out', async () => {
    const app = await enter(await start())
    await app.on(async (page, watched) => {
      await page.getByRole('button', { name: 'Add a connection' }).waitFor()
      await page.evaluate('localStorage.clear()')
      await page.reload()
      await signedOut(page)
      watched.expectProblems(/WebSocket|401/)
    })
  })

  test('by the palette', async () => {
    const app = await enter(await start())
    await app.on(async (page, watched) => {
      await page.getByRole('button', { name: 'Add a connection' }).waitFor()
      await page.keyboard.press('ControlOrMeta+k')
      await page.keyboard.type('Log out')
      await page.getByRole('option', { name: /^Log out/ }).waitFor()
      await page.keyboard.press('Enter')
      await signedOut(page)
      watched.expectProblems(/401/)
    })
  })

  test('says so where the host does not answer, and stays', async () => {
    const app = await enter(await start())
    await app.on(async (page, watched) => {
      await toSettings(page)
      await page.route('**/log-out', (route) => route.abort())
      await button(page, 'Log out').click()
      await page.getByText('Sluice’s own process didn’t answer').waitFor()
      expect(await button(page, 'Log out').isVisible()).toBe(true)
      watched.expectProblems(/ERR_FAILED/)
    })
  })
})

test('with a password, logging out everywhere ends the sessions of all browsers, and one logs in again', async () => {
  const host = await start({ SLUICE_WEB_PASSWORD: PASSWORD })
  const browser = await connectBrowser()
  closing.push(() => browser.close())
  const logIn = async (page: Page): Promise<void> => {
    await page.goto(`${host.origin}/`)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Add a connection' }).waitFor()
  }
  await withPage(browser, async (mine, watched) => {
    await withPage(browser, async (theirs, theirsWatched) => {
      await logIn(mine)
      await logIn(theirs)
      await toSettings(mine)
      await button(mine, 'Log out everywhere').click()
      await Promise.all([signedOut(mine), signedOut(theirs)])
      await button(theirs, 'Reload').click()
      await theirs.waitForURL((url) => url.pathname === '/login')
      await logIn(theirs)
      for (const each of [watched, theirsWatched]) each.expectProblems(/WebSocket|401/)
    })
  })
})
