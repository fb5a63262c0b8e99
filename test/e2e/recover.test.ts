import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { heldBy, pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, words, type App } from './app'
import { filterPending, goToGroup } from './views'

let host: SandboxHost
let app: App
beforeAll(async () => {
  host = await startSandboxHost()
  app = await openApp(host.web)
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

const actions = (page: Page): Locator => page.getByRole('toolbar', { name: 'Actions on pending entries' })
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })
const effect = (page: Page): Locator => page.getByRole('region', { name: 'What it would do' })

async function selectMatching(page: Page): Promise<void> {
  await actions(page)
    .getByRole('button', { name: /^Select/ })
    .click()
  await page.getByRole('menuitem', { name: /^All that match/ }).click()
}

test('all that idle for long are spread from a filter, and undone from the journal after a look, exactly', async () => {
  const before = await pendingList(host.redis, 'orders', 'billing')
  await app.on(async (page) => {
    await goToGroup(page, 'orders', 'billing')
    await filterPending(page, { 'Idle for at least': '30' })
    // The view is full: the rest is not looked at before it is asked for.
    await words(page.getByRole('region', { name: 'Pending entries', exact: true })).toMatch(
      /\d+ match of \d+ looked at so far/,
    )
    await selectMatching(page)
    await words(actions(page)).toContain('All that match (about 1 2')
    await actions(page).getByRole('button', { name: 'Recover…' }).click()
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Spread over consumers')
    await words(effect(page)).toContain('Spreads 1 204 entries over 2 consumers')
    await words(effect(page)).toContain('Can be undone')
    expect(await pendingList(host.redis, 'orders', 'billing')).toEqual(before)

    await dialog(page).getByRole('button', { name: 'Spread 1 204 entries' }).click()
    await words(notice(page, 'Spread')).toContain('Spread 1 204 entries')
    expect(await heldBy(host.redis, 'orders', 'billing')).toEqual({ 'worker-1': 607, 'worker-2': 606 })
  })
  await app.on(async (page) => {
    await page.getByRole('list', { name: 'Findings' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('j')
    const record = page.getByRole('grid', { name: 'Journal' }).getByRole('row').filter({ hasText: 'spread over' })
    await record.getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await words(preview).toContain('Would give back 1 204 entries')
    await preview.getByRole('button', { name: 'Give back 1 204 entries' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 1 204 entries')
  })
  expect(await pendingList(host.redis, 'orders', 'billing')).toEqual(before)
})

test('what was acked between spread and undo is told beforehand, and stays acked', async () => {
  const before = await pendingList(host.redis, 'checkout-input', 'checkout-group')
  await app.on(async (page) => {
    await goToGroup(page, 'checkout-input', 'checkout-group')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Recover entries')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Claim to one consumer')
    await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
    await words(dialog(page)).toContain('Name the consumer to see')
    await dialog(page).getByRole('textbox', { name: 'Name of the new consumer' }).fill('rescuer')
    await dialog(page)
      .getByRole('button', { name: `Claim ${before.length} entries` })
      .click()
    await words(notice(page, 'Claimed')).toContain(`Claimed ${before.length} entries for rescuer`)
    await host.redis.xack('checkout-input', 'checkout-group', before[0]?.id ?? '')
    await notice(page, 'Claimed').getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await words(preview).toContain(`Would give back ${before.length - 1} entries; 1 moved since and stays`)
    await preview.getByRole('button', { name: /^Give back/ }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back')
  })
  expect(await pendingList(host.redis, 'checkout-input', 'checkout-group')).toEqual(before.slice(1))
})

test('an auto-claim asks for its consumer, and says why it can’t be of what is ticked', async () => {
  const before = await pendingList(host.redis, 'bulk-import', 'importer')
  await app.on(async (page) => {
    await goToGroup(page, 'bulk-import', 'importer')
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await page.getByRole('grid', { name: /^Pending entries/ }).press('Shift+R')
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Auto-claim')
    await words(dialog(page)).toContain('Name the consumer to see what it would do')
    await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
    await dialog(page).getByRole('textbox', { name: 'Name of the new consumer' }).fill('sweeper')
    await dialog(page).getByRole('alert').waitFor()
    await dialog(page).getByRole('combobox', { name: 'Which entries' }).selectOption('All that is pending (1\u202f200)')
    await words(effect(page)).toContain('Gives 1 200 entries to sweeper')
    await dialog(page).getByRole('button', { name: 'Auto-claim 1 200 entries' }).click()
    await expect
      .poll(() => heldBy(host.redis, 'bulk-import', 'importer'), { timeout: 30_000 })
      .toEqual({ sweeper: 1_200 })
    await notice(page, 'sweeper').getByRole('button', { name: 'Undo', exact: true }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 1 200 entries')
  })
  expect(await pendingList(host.redis, 'bulk-import', 'importer')).toEqual(before)
})

test('what is acked and deleted leaves the stream, too', async () => {
  const [first] = await pendingList(host.redis, 'work_queue', 'workers')
  await app.on(async (page) => {
    await goToGroup(page, 'work_queue', 'workers')
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await page.getByRole('button', { name: 'Recover…' }).click()
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Ack and delete')
    await words(effect(page)).toContain('Acks 1 entry and deletes')
    await dialog(page).getByRole('button', { name: 'Ack and delete 1 entry' }).click()
    await expect
      .poll(() => host.redis.xrange('work_queue', first?.id ?? '', first?.id ?? ''), { timeout: 30_000 })
      .toEqual([])
  })
  expect((await pendingList(host.redis, 'work_queue', 'workers')).map(({ id }) => id)).not.toContain(first?.id)
})

test('what is dead-lettered is copied and acked, and is pending again with no copy left by Undo', async () => {
  const before = await pendingList(host.redis, 'example-stream', 'example-group-2')
  await app.on(async (page) => {
    await goToGroup(page, 'example-stream', 'example-group-2')
    await page.getByRole('checkbox', { name: 'Select row 2', exact: true }).check()
    await page.getByRole('button', { name: 'Recover…' }).click()
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Dead-letter')
    await dialog(page).getByRole('textbox', { name: 'To the stream' }).fill('example-failed')
    await dialog(page).getByRole('textbox', { name: 'Why' }).fill('fails each time')
    await words(effect(page)).toContain('Copies 1 entry to example-failed')
    await dialog(page).getByRole('button', { name: 'Dead-letter 1 entry' }).click()
    await expect.poll(() => host.redis.xlen('example-failed'), { timeout: 30_000 }).toBe(1)
    await expect
      .poll(() => pendingList(host.redis, 'example-stream', 'example-group-2'))
      .toEqual(before.filter((_, at) => at !== 1))
    await page.locator('[data-test=job-notice]').getByRole('button', { name: 'Undo', exact: true }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 1 entry')
  })
  expect(await host.redis.xlen('example-failed')).toBe(0)
  expect(await pendingList(host.redis, 'example-stream', 'example-group-2')).toEqual(before)
})

test('a filter by deliveries and by field is taken away by its chip, and an unreadable time is not applied', async () => {
  await app.on(async (page) => {
    await goToGroup(page, 'orders', 'shipping')
    const list = page.getByRole('region', { name: 'Pending entries', exact: true })
    await filterPending(page, { Entry: 'Gone from the stream' })
    await words(list).toMatch(/38 match of \d+ looked at/)
    await filterPending(page, { 'Deliveries at least': '1000' })
    await words(list).toContain('Nothing matches')
    await page.getByRole('button', { name: 'Remove the filter: deliveries ≥ 1 000' }).click()
    await words(list).toMatch(/38 match of \d+ looked at/)

    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const form = page.getByRole('form', { name: 'Filter pending entries' })
    await form.getByLabel('From id or time').fill('the day before yesterday')
    await form.getByRole('button', { name: 'Apply' }).click()
    await words(form).toContain('An id, 2021-05-15 06:55, 03:00')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Remove the filter: gone from stream' }).click()
    await list.getByRole('list', { name: 'Filters' }).waitFor({ state: 'detached' })
  })
})
