import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { heldBy, pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, words, type App } from './app'
import { goToGroup } from './views'

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

const grid = (page: Page): Locator => page.getByRole('grid', { name: /^Pending entries/ })
const effect = (page: Page): Locator => page.getByRole('region', { name: 'What it would do' })

async function tick(page: Page, ...rows: readonly number[]): Promise<void> {
  for (const row of rows)
    await grid(page)
      .getByRole('checkbox', { name: `Select row ${row}`, exact: true })
      .check()
}

async function openPreview(page: Page, action: RegExp): Promise<Locator> {
  await page.getByRole('toolbar', { name: 'Actions on pending entries' }).getByRole('button', { name: action }).click()
  const card = page.getByRole('dialog')
  await card.waitFor()
  return card
}

/** Their line in the list tells how they are, which changes while the test runs; their name stands first in it. */
async function claimTo(card: Locator, consumer: string): Promise<void> {
  const list = card.getByRole('combobox', { name: 'Claim to' })
  const option = list.locator('option', { hasText: new RegExp(`^\\s*${consumer}\\b`) })
  await list.selectOption((await option.getAttribute('value')) ?? '')
}

/** A line of the before-and-after table: name, pending, after. */
async function effectOn(page: Page, consumer: string): Promise<readonly string[]> {
  const row = effect(page).getByRole('row').filter({ hasText: consumer })
  return (await row.locator('th, td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())
}

test('ticked entries go to a consumer that is named for the first time, and come back by Undo', async () => {
  const before = await pendingList(host.redis, 'work_queue', 'workers')
  await app.on(async (page) => {
    await goToGroup(page, 'work_queue', 'workers')
    await tick(page, 1, 2, 4)
    const card = await openPreview(page, /^Claim to .*: preview$/)
    await card.getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
    await card.getByRole('textbox', { name: 'Name of the new consumer' }).fill('rescuer')
    await words(effect(page)).toContain('Gives 3 entries to rescuer')
    await words(effect(page)).toContain('rescuer does not exist yet and will be created')
    expect(await effectOn(page, 'rescuer')).toEqual(['rescuer', '0', '3'])
    expect(await effectOn(page, 'recovery_worker')).toEqual(['recovery_worker', '2', '0'])
    expect(await pendingList(host.redis, 'work_queue', 'workers')).toEqual(before)

    await card.getByRole('button', { name: 'Claim 3 entries' }).click()
    await words(notice(page, 'Claimed')).toContain('Claimed 3 entries for rescuer')
    const expected = before.map((entry, at) => ([0, 1, 3].includes(at) ? { ...entry, consumer: 'rescuer' } : entry))
    expect(await pendingList(host.redis, 'work_queue', 'workers')).toEqual(expected)

    await notice(page, 'Claimed').getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 3 entries')
  })
  expect(await pendingList(host.redis, 'work_queue', 'workers')).toEqual(before)
})

test('acked entries leave the pending list, and are pending again with owner and deliveries by Undo', async () => {
  const before = await pendingList(host.redis, 'example-stream', 'example-group-2')
  await app.on(async (page) => {
    await goToGroup(page, 'example-stream', 'example-group-2')
    await tick(page, 3)
    await grid(page)
      .getByRole('checkbox', { name: 'Select row 7', exact: true })
      .click({ modifiers: ['Shift'] })
    await words(page.getByRole('toolbar', { name: 'Actions on pending entries' })).toContain('5 selected')
    await page.getByRole('button', { name: 'Ack', exact: true }).click()
    await words(notice(page, 'Acked')).toContain('Acked 5 entries')
    const left = before.filter((_, at) => at < 2 || at > 6)
    expect(await pendingList(host.redis, 'example-stream', 'example-group-2')).toEqual(left)

    await notice(page, 'Acked').getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 5 entries')
  })
  expect(await pendingList(host.redis, 'example-stream', 'example-group-2')).toEqual(before)
})

test('the preview of a claim tells what each consumer would hold, and sends nothing that changes anything', async () => {
  const before = await pendingList(host.redis, 'orders', 'billing')
  await app.on(async (page) => {
    await goToGroup(page, 'orders', 'billing')
    await page.getByRole('combobox', { name: 'Held by' }).selectOption({ label: 'worker-3 (1\u202f204)' })
    const card = await openPreview(page, /^Reassign all .*: preview$/)
    await claimTo(card, 'worker-2')
    await words(effect(page)).toContain('Gives 1 204 entries to worker-2')
    expect(await effectOn(page, 'worker-2')).toEqual(['worker-2', '4', '1 208'])
    expect(await effectOn(page, 'worker-3')).toEqual(['worker-3', '1 204', '0'])
    const commands = await card.getByRole('region', { name: 'Commands as redis-cli takes them' }).innerText()
    expect(commands).toMatch(/^XCLAIM orders billing worker-2 \d+ \d+-0/)
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'hidden' })
  })
  expect(await pendingList(host.redis, 'orders', 'billing')).toEqual(before)
})

test('entries gone from the stream are marked, left out of a claim, and told of before and after', async () => {
  const before = await pendingList(host.redis, 'orders', 'shipping')
  await app.on(async (page) => {
    await goToGroup(page, 'orders', 'shipping')
    await expect.poll(() => grid(page).getByText('gone from stream').count()).toBeGreaterThan(10)
    await grid(page).getByRole('row').nth(1).click()
    await page.getByRole('complementary', { name: 'Entry' }).getByText('doesn’t exist').waitFor()
    await page.keyboard.press('Escape')
    // The last three of the 38 that are gone, and two that are still there.
    for (const _ of before.slice(0, 35)) await page.keyboard.press('j')
    for (const _ of before.slice(35, 39)) await page.keyboard.press('Shift+ArrowDown')
    await words(page.getByRole('toolbar', { name: 'Actions on pending entries' })).toContain('5 selected')

    const card = await openPreview(page, /^Claim to .*: preview$/)
    await claimTo(card, 'packer-3')
    await words(effect(page)).toContain('Gives 2 entries to packer-3')
    await words(effect(page)).toContain('3 entries no longer in the stream: left out')
    await card.getByRole('button', { name: 'Claim 2 entries' }).click()
    await words(notice(page, 'Claimed')).toContain('Claimed 2 of 5 entries for packer-3')
    await words(notice(page, 'Claimed')).toContain('3 no longer exist in the stream and were left out')
    expect(await heldBy(host.redis, 'orders', 'shipping')).toMatchObject({ 'packer-7': 38, 'packer-3': 6 })

    await notice(page, 'Claimed').getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 2 entries')
  })
  expect(await pendingList(host.redis, 'orders', 'shipping')).toEqual(before)
})
