import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, type App } from './app'

let host: WebHost
let app: App
let dataDir: string
const of = (name: string, color: string, more: object = {}) => ({
  ...{ id: name, name, color, environment: 'dev', readOnly: false, username: '', db: 0, tls: null, ssh: null },
  ...{ endpoint: { kind: 'tcp', host: `${name.toLowerCase()}.example`, port: 6379 }, ...more },
})
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-list-'))
  const connections = [
    of('Orders', 'red', { environment: 'prod', folder: 'Shop', notes: 'Ask Ada before anything is trimmed.' }),
    of('Local', 'green'),
    of('Mail', 'amber', { folder: 'Back office', readOnly: true }),
    of('Payments', 'purple', { folder: 'Shop', environment: 'test' }),
    of('Scratch', 'slate'),
  ]
  writeFileSync(join(dataDir, 'connections.json'), JSON.stringify({ version: 1, connections }))
  host = await startWebHost([], { SLUICE_DATA_DIR: dataDir })
  app = await openApp(host)
})
afterAll(async () => {
  await app.close()
  await host.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const names = (page: Page): Promise<readonly string[]> => page.locator('.connection-row strong').allInnerTexts()
const handle = (page: Page, name: string) => page.getByRole('button', { name: `Move ${name}`, exact: true })

test('connections are put in order by the mouse and by keys, and stay so', () =>
  app.on(async (page) => {
    await expect.poll(() => names(page)).toEqual(['Local', 'Scratch', 'Orders', 'Payments', 'Mail'])
    const target = page.locator('[data-id=Payments]')
    await handle(page, 'Scratch').dragTo(target, { targetPosition: { x: 200, y: 4 } })
    await expect.poll(() => names(page)).toEqual(['Local', 'Orders', 'Scratch', 'Payments', 'Mail'])
    await handle(page, 'Mail').focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => names(page)).toEqual(['Local', 'Orders', 'Scratch', 'Payments', 'Mail'])
    await expect.poll(() => page.getByRole('button', { name: /Back office/ }).count()).toBe(0)
    // The row is another one in another folder; the focus follows it there.
    await expect.poll(() => handle(page, 'Mail').evaluate((each) => each === document.activeElement)).toBe(true)
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => names(page)).toEqual(['Local', 'Orders', 'Scratch', 'Mail', 'Payments'])
    await page.reload()
    await expect.poll(() => names(page)).toEqual(['Local', 'Orders', 'Scratch', 'Mail', 'Payments'])
    await page.getByRole('searchbox', { name: 'Filter connections' }).fill('ada')
    await expect.poll(() => names(page)).toEqual(['Orders'])
  }))
