import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, words, type App } from './app'
import { savedText } from './downloads'

let host: WebHost
let app: App
beforeAll(async () => {
  host = await startWebHost()
  app = await openApp(host)
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

const ANO = Buffer.from(
  JSON.stringify([
    { host: '10.0.0.1', port: '6379', auth: 'hunter2', name: 'Orders', separator: ':' },
    { host: '10.0.0.2', port: '6379', auth: 'hunter2', name: 'By SSH', sshOptions: { host: 'bastion' } },
  ]),
).toString('base64')

test('a file of another program is looked at first, and what is ticked of it is there then; it is exported without secrets', () =>
  app.on(async (page) => {
    await page.getByRole('button', { name: 'Import…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=file]').setInputFiles({
      ...{ name: 'connections.ano', mimeType: 'text/plain', buffer: Buffer.from(ANO) },
    })
    await expect.poll(() => dialog.getByRole('textbox').inputValue()).toBe(ANO)
    await dialog.getByRole('button', { name: 'Look at it' }).click()
    await words(dialog.getByRole('listitem').filter({ hasText: 'By SSH' })).toMatch(/can’t be taken.*ssh\.username/s)
    expect(await dialog.getByRole('checkbox', { name: 'By SSH' }).isDisabled()).toBe(true)
    expect(await page.content()).not.toContain('hunter2')
    await dialog.getByRole('button', { name: 'Add 1 connection' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Orders' }).waitFor()

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^sluice-connections-[\d-]{10}\.json$/)
    const text = await savedText(file)
    expect(text).toContain('Orders')
    expect(text).not.toContain('hunter2')

    await page.getByRole('button', { name: 'Import…' }).click()
    await dialog.getByRole('textbox').fill(text)
    await dialog.getByRole('button', { name: 'Look at it' }).click()
    await words(dialog).toMatch(/already there.*Nothing of it is new/s)
    await dialog.getByRole('button', { name: 'Back' }).click()
    await dialog.getByRole('textbox').fill('{"connections": [')
    await dialog.getByRole('button', { name: 'Look at it' }).click()
    await words(dialog).toContain('It begins like JSON, and is none.')
  }))
