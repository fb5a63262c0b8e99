import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../electron/web/users/password-hash'
import { usersFileOf, usersText } from '../../electron/web/users/users-file'
import { withPage, type WatchedPage } from '../helpers/chromium'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { words } from './app'
import { connectBrowser } from './browser'
import { complaints } from './complaints'

const PASSWORD = 'correct horse'
const data = mkdtempSync(join(tmpdir(), 'sluice-roles-'))
let redis: TestRedis
let host: WebHost
let browser: Awaited<ReturnType<typeof connectBrowser>>
beforeAll(async () => {
  const password = await hashPassword(PASSWORD)
  const all = new Map((['viewer', 'operator', 'admin'] as const).map((role) => [role, { role, password }]))
  writeFileSync(usersFileOf(data), usersText(all), { mode: 0o600 })
  redis = await startRedis()
  const direct = redis.client()
  await direct.xgroup('CREATE', 'orders', 'billing', '0', 'MKSTREAM')
  await direct.xadd('orders', '*', 'a', '1')
  await direct.xreadgroup('GROUP', 'billing', 'worker-1', 'STREAMS', 'orders', '>')
  host = await startWebHost(['--data-dir', data, '--base-path', '/sluice'], { REDIS_URL: redis.url })
  browser = await connectBrowser()
})
afterAll(async () => {
  await browser.close()
  await host.stop()
  await redis.stop()
  rmSync(data, { recursive: true, force: true })
})

/** Logs in below the base path, as whoever has that role. */
async function as(role: string, use: (page: Page, watched: WatchedPage) => Promise<void>): Promise<void> {
  await withPage(
    browser,
    async (page, watched) => {
      page.setDefaultTimeout(30_000)
      await page.goto('/sluice')
      await page.getByRole('textbox', { name: 'User' }).fill(role)
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.waitForURL((url) => url.pathname === '/sluice/')
      await page.getByRole('treeitem', { name: /orders/ }).waitFor()
      await use(page, watched)
    },
    { baseURL: host.origin, reducedMotion: 'reduce' },
  )
}
async function why(control: Locator): Promise<string | null> {
  const isOff = (await control.getAttribute('aria-disabled')) === 'true'
  return isOff ? control.getAttribute('aria-description') : null
}
async function toConnections(page: Page): Promise<void> {
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Connections' }).waitFor()
}
async function toSettings(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('heading', { name: 'Session' }).waitFor()
}
const shot = async (page: Page, name: string): Promise<void> => {
  const dir = process.env['SLUICE_ROLE_SHOTS']
  if (dir) await page.screenshot({ path: join(dir, `${name}.png`) })
}

describe('a page below a base path, by user', () => {
  test('a viewer looks, and is told why nothing can be done', async () => {
    await as('viewer', async (page) => {
      await page.getByRole('treeitem', { name: /orders/ }).click()
      const add = page.getByRole('button', { name: /Create (a )?group|New group|Add a group/i }).first()
      expect(await why(add)).toContain('you are a viewer')
      await shot(page, 'viewer-stream')
      await toConnections(page)
      for (const name of ['Import', 'Export', 'Add', 'Close']) {
        const button = page
          .getByRole('main')
          .getByRole('button', { name: new RegExp(`^${name}`) })
          .first()
        expect([name, await why(button)]).toEqual([name, expect.stringContaining('you are a viewer')])
      }
      await shot(page, 'viewer-connections')
      await toSettings(page)
      await words(page.getByRole('main')).toContain('You are viewer: a viewer')
      expect(await page.getByLabel('A consumer is stalled after, seconds').isDisabled()).toBe(true)
      expect(await why(page.getByRole('button', { name: 'Log out everybody' }))).toContain('Only admins')
      await page.getByLabel('Theme', { exact: true }).selectOption({ label: 'Dark' })
      await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
      await shot(page, 'viewer-settings')
      await page.reload()
      await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    })
  })

  test('an admin changes what a viewer may not', async () => {
    await as('admin', async (page) => {
      await toSettings(page)
      expect(await page.getByLabel('A consumer is stalled after, seconds').isDisabled()).toBe(false)
      await toConnections(page)
      const add = page.getByRole('main').getByRole('button', { name: /^Add/ }).first()
      expect(await why(add)).toBeNull()
    })
  })

  test('an admin sees who is logged in, and ends it: the page of whoever it was says so', async () => {
    await as('viewer', async (theirs, watched) => {
      await toSettings(theirs)
      expect(await theirs.getByRole('heading', { name: 'Who is logged in' }).count()).toBe(0)
      await as('admin', async (page) => {
        await toSettings(page)
        const table = page.getByRole('table', { name: 'Who is logged in' })
        await words(table.getByRole('row', { name: /^viewer/ }).first()).toContain('1 page open')
        await words(table.getByRole('row', { name: /this browser/ })).toContain('admin')
        expect(await complaints(page)).toEqual([])
        await table.scrollIntoViewIfNeeded()
        await shot(page, 'admin-sessions')
        await table
          .getByRole('row', { name: /^viewer.*1 page open/ })
          .getByRole('button', { name: /^End the session of viewer/ })
          .click()
        await theirs.getByRole('heading', { name: 'This page has been signed out' }).waitFor()
        watched.expectProblems(/401/)
        await page.getByText('Ended 1 session of viewer').waitFor()
        await expect.poll(() => table.getByRole('row', { name: /1 page open/ }).count()).toBe(1)
      })
    })
  })
})
