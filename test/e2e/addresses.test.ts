import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, type App } from './app'

let redis: TestRedis
let host: WebHost
let app: App
let dataDir: string
const HOSTILE = 'a/b?c#d%\u202e <b>'

beforeAll(async () => {
  redis = await startRedis()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-addresses-'))
  const of = (id: string, more: object = {}) => ({
    ...{
      id,
      name: `On ${id}`,
      color: 'slate',
      environment: 'dev',
      readOnly: false,
      username: '',
      tls: null,
      ssh: null,
    },
    ...{ endpoint: { kind: 'tcp', host: '127.0.0.1', port: redis.port }, db: 0, ...more },
  })
  const connections = [of('one'), of('two'), of('locked', { username: 'ada' })]
  writeFileSync(join(dataDir, 'connections.json'), JSON.stringify({ version: 1, connections }))
  const direct = redis.client()
  for (const key of ['orders', HOSTILE]) {
    await direct.xadd(key, '1-0', 'n', '1')
    await direct.xgroup('CREATE', key, 'billing', '0')
  }
  await direct.call('ACL', 'SETUSER', 'ada', 'on', '>secret-of-ada', '~*', '&*', '+@all')
  host = await startWebHost([], { SLUICE_DATA_DIR: dataDir })
  app = await openApp(host)
})
afterAll(async () => {
  await app.close()
  await host.stop()
  await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const hash = (page: Page): Promise<string> => page.evaluate('location.hash')
const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true, selected: true })

async function goTo(page: Page, fragment: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`/${fragment}`)
}

describe('every place has an address', () => {
  test('Back and Forward go through views, parts and connections, and a reload stays', () =>
    app.on(async (page) => {
      await page.getByRole('button', { name: /^(Open|Go to) On one/ }).click()
      await tab(page, 'Triage').waitFor()
      await expect.poll(() => hash(page)).toBe('#/one/triage')
      await page.getByRole('treeitem', { name: /^orders/ }).click()
      await tab(page, 'orders').waitFor()
      await page.getByRole('tab', { name: /^Entries/ }).click()
      await expect.poll(() => hash(page)).toBe('#/one/stream/orders?part=entries')
      await page.keyboard.press('g')
      await page.keyboard.press('j')
      await tab(page, 'Journal').waitFor()
      await page.goBack()
      await page.getByRole('grid', { name: /^Entries/ }).waitFor()
      await page.reload()
      await page.getByRole('grid', { name: /^Entries/ }).waitFor()
      await expect.poll(() => hash(page)).toBe('#/one/stream/orders?part=entries')
      await page.goBack()
      await page.getByRole('grid', { name: /^Groups/ }).waitFor()
      await page.goBack()
      await tab(page, 'Triage').waitFor()
      await page.goForward()
      await tab(page, 'orders').waitFor()
      await goTo(page, '#/two/group/orders/billing')
      await tab(page, 'orders / billing').waitFor()
      await page.getByRole('button', { name: 'Connection: On two', exact: true }).waitFor()
    }))

  test('a tab that was closed comes back by Back; the first one has no way to be closed', () =>
    app.on(async (page) => {
      await goTo(page, `#/one/stream/${encodeURIComponent(HOSTILE)}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.keyboard.press('w')
      await tab(page, 'Triage').waitFor()
      await page.keyboard.press('w')
      await tab(page, 'Triage').waitFor()
      await page.goBack()
      await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toContain('a/b?c#d%')
      expect(await hash(page)).toBe(`#/one/stream/${encodeURIComponent(HOSTILE)}`)
    }))

  test('a link to a connection that wants a password leads on once it has it', () =>
    app.on(async (page) => {
      await goTo(page, '#/locked/stream/orders?part=entries')
      const dialog = page.getByRole('dialog')
      for (const typed of ['wrong', 'secret-of-ada']) {
        await dialog.getByLabel('Password').fill(typed)
        await dialog.getByRole('button', { name: 'Open', exact: true }).click()
        if (typed === 'wrong') await dialog.getByText(/refused/).waitFor()
      }
      await page.getByRole('grid', { name: /^Entries/ }).waitFor()
      expect(await hash(page)).toBe('#/locked/stream/orders?part=entries')
    }))

  test.each([
    ['a connection that is not here', '#/gone/stream/orders', 'This address leads to a connection that is not here'],
    ['nowhere', '#/one/%E0%A4', 'On one'],
    ['the name of a thing every object has', '#/constructor/__proto__', 'On one'],
  ])('a link to %s leaves one where one is', (_what, fragment, says) =>
    app.on(async (page) => {
      await goTo(page, fragment)
      await page.getByText(new RegExp(says)).first().waitFor()
      await page.getByRole('button', { name: /^(Open|Go to) On one/ }).waitFor()
    }),
  )
})
