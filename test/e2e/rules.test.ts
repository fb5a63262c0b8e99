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

test('a rule is made by mouse, tried, turned on, acts by itself, is undone in the journal, and stops for it', async () => {
  await app.on(async (page) => {
    await page.getByRole('grid', { name: 'Groups of all streams' }).getByRole('row').nth(1).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('k')
    await page.getByRole('tab', { name: 'Rules', selected: true }).waitFor()
    await page.getByText('There are no rules').waitFor()
    await page.getByRole('button', { name: 'Add a rule' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Add a rule' })
    await dialog.getByRole('button', { name: 'Add a rule' }).click()
    await dialog.getByText('A name is needed').waitFor()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Monitor')
    await dialog.getByRole('textbox', { name: 'Streams like' }).fill('order?')
    await dialog.getByRole('textbox', { name: 'Groups like' }).fill('bill*')
    await dialog.getByRole('textbox', { name: 'Consumer that gets them' }).fill('rescue')
    await dialog.getByRole('textbox', { name: 'Every, seconds' }).fill('5')
    await dialog.getByRole('textbox', { name: 'Entries per run, at most' }).fill('3')
    expect(await complaints(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Add a rule' }).click()
    await dialog.waitFor({ state: 'hidden' })

    const list = page.getByRole('list', { name: 'Rules there are' })
    await list.getByText('off', { exact: true }).waitFor()
    await list.getByRole('button', { name: 'Dry run of Monitor' }).click()
    const trial = page.getByRole('dialog', { name: 'Dry run of Monitor' })
    await trial.getByText(/^3 entries in 1 group/).waitFor()
    await trial.getByText('orders / billing').waitFor()
    expect(await complaints(page)).toEqual([])
    await trial.getByRole('button', { name: 'Turn it on' }).click()
    await trial.waitFor({ state: 'hidden' })
    await list.getByText('3 entries in 1 group').first().waitFor()
    await list.getByText(/^Turned on by .*, in the browser/).waitFor()
    // That a rule did what it is for is no news.
    expect(await page.locator('[data-test=job-notice]').count()).toBe(0)
    expect(await complaints(page)).toEqual([])

    await list.getByRole('button', { name: 'What Monitor did, in the journal' }).click()
    await page.getByRole('tab', { name: 'Journal', selected: true }).waitFor()
    expect(await page.getByLabel('Filter by stream, group, text or who it was').inputValue()).toBe('rule Monitor')
    const record = page.getByRole('grid', { name: 'Journal' }).getByRole('row').filter({ hasText: 'rescue' }).last()
    await record.getByText('rule Monitor').waitFor()
    await record.getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await preview.getByRole('button', { name: /^Give back/ }).click()
    await preview.waitFor({ state: 'hidden' })
    await page.getByRole('tab', { name: 'Rules' }).click()
    await list.getByText('Turned itself off: what it did was undone').waitFor()
    await page.getByText('What they did in the last 12 hours').click()
    await page.getByText(/^Monitor claimed .* of 1 stream in .*undone since\); turned on by/).waitFor()
    expect(await complaints(page)).toEqual([])
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    const more = page.getByRole('button', { name: /more findings?$/ })
    const finding = page.locator('[data-test=finding-rule-stopped]')
    // The button goes with the last of them.
    await more.click()
    await expect
      .poll(async () => {
        if (!(await finding.isVisible())) await more.click({ timeout: 500 }).catch(() => undefined)
        return finding.isVisible()
      })
      .toBe(true)
    await finding.getByText('turned itself off: what it did was undone.').waitFor()
    expect(await complaints(page)).toEqual([])
    await finding.getByRole('button', { name: 'Open the rules' }).click()
    await page.getByRole('tab', { name: 'Rules', selected: true }).waitFor()
  })
})
