import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { words } from './app'
import { useOwnServer } from './own-server'

const own = useOwnServer()
const table = (page: Page): Locator => page.getByRole('grid', { name: 'Commands sent' })
const rows = (page: Page): Locator => table(page).locator('[role=row][aria-rowindex]:not([aria-rowindex="1"])')
const SECRET = 'tell-nobody-4711'

async function openLog(page: Page): Promise<void> {
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await page.getByRole('tab', { name: 'Command log', selected: true }).waitFor()
  await rows(page).first().waitFor()
}
async function find(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Filter commands' }).fill(text)
}
/** What the page copied last. */
async function copied(page: Page, press: Locator): Promise<string> {
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => Promise.resolve(void Object.assign(window, { copiedText: text })) },
    })
  })
  await press.click()
  return page.evaluate(() => (window as unknown as { copiedText: string }).copiedText)
}

test('what a person does shows as it is sent, without its values; it can be filtered, opened and copied', async () => {
  await own.on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.getByRole('button', { name: 'Add entry' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: /field/i }).first().fill('card')
    await dialog.getByRole('textbox', { name: /value/i }).first().fill(SECRET)
    await dialog.getByRole('button', { name: /^Add/ }).last().click()
    await dialog.waitFor({ state: 'hidden' })
    await openLog(page)
    await find(page, 'xadd jobs')
    await expect.poll(() => rows(page).count()).toBe(1)
    await words(rows(page).first()).toContain('Page entry.add XADD jobs')
    await words(rows(page).first()).toContain('<2 values, 20 B>')
    expect(await page.content()).not.toContain(SECRET)

    const one = await copied(page, rows(page).first().getByRole('button', { name: 'Copy the command' }))
    expect(one).toMatch(/^# XADD jobs /)
    await rows(page).first().getByText('XADD').click()
    const drawer = page.getByRole('complementary', { name: 'Command XADD' })
    await words(drawer).toContain('Values, bodies, passwords and scripts are never kept')
    await page.keyboard.press('Escape')

    await find(page, '')
    await page.getByRole('checkbox', { name: 'Only writes' }).check()
    // Beside it there is what asks a new connection what it can do: writes that are refused.
    const isRead = /^(XINFO|XRANGE|XREVRANGE|XLEN|XPENDING|PING|SCAN|EVAL_RO|INFO|TYPE|TIME|COMMAND)\b/m
    await expect
      .poll(() =>
        rows(page)
          .allInnerTexts()
          .then((all) => all.filter((text) => text.includes('XADD jobs'))),
      )
      .toHaveLength(1)
    await expect
      .poll(() =>
        rows(page)
          .allInnerTexts()
          .then((all) => all.filter((text) => isRead.test(text))),
      )
      .toEqual([])
    const all = await copied(page, page.getByRole('button', { name: 'Copy all' }))
    expect(all.split('\n').filter((line) => line.startsWith('# XADD jobs'))).toHaveLength(1)
  })
})

test('it is live, stands still while paused, and goes on; a filter that nothing meets says so', async () => {
  await own.on(async (page) => {
    await openLog(page)
    await page.getByRole('combobox', { name: 'By whom' }).selectOption('Connection upkeep')
    await find(page, 'ping')
    // The latency is asked for every two seconds while somebody watches.
    const newest = async (): Promise<string> => rows(page).first().innerText()
    const before = await newest()
    await expect.poll(newest, { timeout: 20_000 }).not.toBe(before)

    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText(/^Paused at/).waitFor()
    const count = await rows(page).count()
    await own.client.ping()
    await find(page, 'nothing says this')
    await page.getByText('No command matches').waitFor()
    await find(page, 'ping')
    await expect.poll(() => rows(page).count()).toBeGreaterThanOrEqual(count)
    await page.getByRole('button', { name: 'Go on' }).click()
    const paused = await newest()
    await expect.poll(newest, { timeout: 20_000 }).not.toBe(paused)
    await words(page.getByRole('list', { name: 'Per second, by whom' })).toMatch(/Connection upkeep .*\/s/)
  })
})

test('names that turn direction are shown escaped', async () => {
  await own.on(async (page) => {
    await own.client.xadd('over\u202eride', '1-0', 'a', 'b')
    await openLog(page)
    await find(page, 'ride')
    await page
      .getByRole('button', { name: 'Refresh now' })
      .click()
      .catch(() => undefined)
    await page.getByRole('button', { name: 'Scan for streams again' }).click()
    const named = rows(page).filter({ hasText: 'ride' }).first()
    await words(named).toContain('over\\u{202e}ride')
    expect(await named.innerText()).not.toContain('\u202e')
  })
})
