import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, type App } from './app'
import { complaints } from './complaints'

let host: WebHost
let app: App
beforeAll(async () => {
  host = await startWebHost(['--sandbox', '--static'])
  app = await openApp(host)
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

async function goToAlerts(page: Page): Promise<void> {
  await page.getByRole('grid', { name: 'Groups of all streams' }).getByRole('row').nth(1).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.getByRole('tab', { name: 'Alerts', selected: true }).waitFor()
}

test('an alert is made by mouse, tells what stands with the way to it, is paused, and deleted', async () => {
  await app.on(async (page) => {
    await goToAlerts(page)
    await page.getByRole('button', { name: 'Add an alert' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Add an alert' })
    await dialog.getByRole('button', { name: 'Add an alert' }).click()
    await dialog.getByText('A name is needed').waitFor()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Consumers down')
    await dialog.getByRole('checkbox', { name: 'Stalled consumer', exact: true }).check()
    await dialog.getByRole('checkbox', { name: 'Consumer that is gone for good' }).check()
    await dialog.getByRole('textbox', { name: 'Streams like' }).fill('orders')
    await dialog.getByRole('textbox', { name: 'Groups like' }).fill('bill*')
    await dialog.getByRole('textbox', { name: 'Told once it has stood for' }).fill('0')
    await dialog.getByRole('switch', { name: 'Quiet hours' }).check()
    await dialog.getByRole('textbox', { name: 'From' }).fill('25:00')
    await dialog.getByRole('button', { name: 'Add an alert' }).click()
    await dialog.getByText('Give a time of the day').waitFor()
    expect(await complaints(page)).toEqual([])
    await dialog.getByRole('switch', { name: 'Quiet hours' }).uncheck()
    await dialog.getByRole('button', { name: 'Add an alert' }).click()
    await dialog.waitFor({ state: 'hidden' })

    const told = page.getByRole('list', { name: 'Told lately' })
    await told.getByText(/worker-\d holds .* of orders \/ billing/).waitFor()
    const list = page.getByRole('list', { name: 'Alerts there are' })
    await list.getByText('1 finding told, and there now').waitFor()
    const notices = page.getByRole('region', { name: 'Notices' })
    await notices.getByText(/^Consumers down: 1 finding on /).waitFor()
    expect(await complaints(page)).toEqual([])
    await told.getByRole('button', { name: 'Open orders / billing' }).click()
    await page.getByRole('tab', { name: 'orders / billing', selected: true }).waitFor()

    await page.getByRole('tab', { name: 'Alerts' }).click()
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    const hook = page.getByRole('dialog', { name: 'Add a webhook' })
    await hook.getByRole('textbox', { name: 'Name' }).fill('Ops')
    await hook.getByLabel('Address').fill('https://127.0.0.1:9/T0P/SECRET-PATH')
    await hook.getByLabel('Key to sign with').fill('short')
    await hook.getByRole('button', { name: 'Add a webhook' }).click()
    await hook.getByText('At least 16 letters, at most 256').waitFor()
    await hook.getByLabel('Key to sign with').fill('a key of sixteen letters')
    expect(await complaints(page)).toEqual([])
    await hook.getByRole('button', { name: 'Add a webhook' }).click()
    const hooks = page.getByRole('list', { name: 'Webhooks there are' })
    await hooks.getByText('https://127.0.0.1:9 · JSON with all of it · signed').waitFor()
    await hooks.getByRole('button', { name: 'Test Ops' }).click()
    await hooks.getByText(/^127\.0\.0\.1 is an address of this machine/).waitFor()
    expect(await complaints(page)).toEqual([])
    expect(await page.content()).not.toContain('SECRET-PATH')
    await list.getByRole('switch', { name: 'Consumers down is on' }).uncheck()
    await list.getByText('paused').waitFor()
    await list.getByRole('button', { name: 'Edit Consumers down' }).click()
    const edit = page.getByRole('dialog', { name: 'Edit the alert' })
    expect(await edit.getByRole('textbox', { name: 'Groups like' }).inputValue()).toBe('bill*')
    await edit.getByRole('button', { name: 'Cancel' }).click()
    await list.getByRole('button', { name: 'Delete Consumers down' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('There are no alerts').waitFor()
    await told.getByText(/orders \/ billing/).waitFor()
  })
})
