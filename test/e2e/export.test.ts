import type { Download, Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { complaints } from './complaints'
import { savedText } from './downloads'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const own = useOwnServer()
const dialog = (page: Page, name = 'Export entries'): Locator => page.getByRole('dialog', { name })
const toast = (page: Page): Locator => page.getByRole('region', { name: 'Notices' })

async function toEntries(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: 'jobs' }).click()
  await page.getByRole('tab', { name: 'Entries' }).click()
  await page.getByRole('grid', { name: 'Entries, newest first' }).getByText('30-0').waitFor()
}
async function run(page: Page, form: Locator): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    form.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  return download
}
const idsIn = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => (JSON.parse(line) as { id: string }).id)

test('all, ticked, or found entries, by mouse; the file is the browser’s own download', async () => {
  await own.on(async (page) => {
    await toEntries(page)
    await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Export…' }).click()
    expect(await complaints(page)).toEqual([])
    const [all] = await Promise.all([run(page, dialog(page)), toast(page).getByText('30 rows exported').waitFor()])
    expect(all.suggestedFilename()).toMatch(/^jobs-entries-20\d{6}T\d{6}\.jsonl$/)
    expect(idsIn(await savedText(all))).toEqual(Array.from({ length: 30 }, (_, at) => `${at + 1}-0`))

    const rows = page.getByRole('grid', { name: /^Entries/ })
    await rows.getByRole('checkbox', { name: 'Select row 1', exact: true }).click()
    await rows.getByRole('checkbox', { name: 'Select row 3', exact: true }).click()
    await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Export…' }).click()
    await dialog(page).getByRole('combobox', { name: 'Order' }).selectOption('Newest first')
    expect(idsIn(await savedText(await run(page, dialog(page))))).toEqual(['30-0', '28-0'])

    await page.getByRole('button', { name: 'Search all entries of the stream' }).click()
    const field = page.getByRole('searchbox', { name: 'Search the entries' })
    await field.fill('n>=29')
    await field.press('Enter')
    await page.getByRole('grid', { name: 'Entries found' }).getByText('29-0').waitFor()
    await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Export…' }).click()
    await dialog(page).getByRole('combobox', { name: 'What' }).selectOption('All that the search finds')
    await dialog(page).getByRole('combobox', { name: 'Format' }).selectOption('CSV')
    expect(await savedText(await run(page, dialog(page)))).toBe('id,time,n,others\r\n29-0,,29,\r\n30-0,,30,\r\n')
  })
})

test('by keyboard: a script of the stream with its groups; what is pending with a filter; groups', async () => {
  await own.on(async (page) => {
    await toEntries(page)
    const button = page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Export…' })
    await button.focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('combobox', { name: 'Format' }).selectOption('redis-cli script')
    await dialog(page).getByRole('combobox', { name: 'With it' }).selectOption('Groups, consumers and what is pending')
    expect(await complaints(page)).toEqual([])
    await dialog(page).getByRole('combobox', { name: 'With it' }).focus()
    const script = page.waitForEvent('download')
    for (const _ of ['Tab', 'Tab', 'Tab']) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await savedText(await script)).toMatch(
      /XADD jobs 30-0 n 30\nXSETID jobs 30-0[^]*XCLAIM jobs workers ann 0 1-0 /,
    )

    await page.getByRole('tab', { name: 'Groups' }).click()
    await page.getByRole('region', { name: 'Groups of the stream' }).getByRole('button', { name: 'Export…' }).click()
    expect(await savedText(await run(page, dialog(page, 'Export groups')))).toContain('{"group":"workers"')

    await goToGroup(page, 'jobs', 'workers')
    await page.getByRole('combobox', { name: 'Held by' }).selectOption('bob (1)')
    await page
      .getByRole('toolbar', { name: 'Actions on pending entries' })
      .getByRole('button', { name: 'Export…' })
      .click()
    expect(await complaints(page)).toEqual([])
    const pending = await savedText(await run(page, dialog(page, 'Export pending entries')))
    expect(idsIn(pending)).toEqual(['21-0'])
  })
})

test('one that is running is shown, and is stopped, one whose server dies is told to be none: the browser has no file', async () => {
  for (let n = 0; n < 30; n += 1) {
    const pipeline = own.client.pipeline()
    for (let at = 0; at < 500; at += 1) pipeline.xadd('large', '*', 'body', `{"v":"${'x'.repeat(3_000)}"}`)
    await pipeline.exec()
  }
  await own.on(async (page) => {
    await page.getByRole('button', { name: 'Scan for streams again' }).click()
    await page.getByRole('treeitem', { name: 'large' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    const status = page.getByRole('contentinfo', { name: 'Status' })
    /** In its midst the server says no more. */
    const begun = async (): Promise<Download> => {
      await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Export…' }).click()
      const download = await run(page, dialog(page))
      own.redis.freeze()
      await status.getByText(/^Export of large · /).waitFor()
      return download
    }
    const stopped = await begun()
    await status.getByRole('button', { name: 'Stop the export' }).click()
    expect(await stopped.failure()).not.toBeNull()
    await expect.poll(() => status.getByText(/^Export of large/).count()).toBe(0)
    own.redis.thaw()
    // It was stopped at once, and not by a reply that took too long.
    expect(await page.getByText(/\d reconnect/).count()).toBe(0)

    const broken = await begun()
    await own.redis.kill()
    await toast(page).getByText('There is no export of large').waitFor()
    expect(await broken.failure()).not.toBeNull()
    await expect.poll(() => status.getByText(/^Export of large/).count()).toBe(0)
  })
})
