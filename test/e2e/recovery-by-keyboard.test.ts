import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { heldBy, pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, words, type App } from './app'

// Keys only: no mouse, no touch, and no focus that the keys did not bring about.
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

const MOST_TABS = 60

/** Presses a key, as often as it takes, until the focus is on this. */
async function pressUntilFocused(page: Page, key: 'Tab' | 'Shift+Tab', target: Locator): Promise<void> {
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    await page.keyboard.press(key)
    const there = await target.evaluateAll((found) => found.some((element) => element === document.activeElement))
    if (there) return
  }
  throw new Error(`${MOST_TABS} times ${key}, and the focus was never on ${String(target)}`)
}

test('the stalled consumer of the first screen gives up all it holds, and U gives it back', async () => {
  const before = await pendingList(host.redis, 'orders', 'billing')
  await app.on(async (page) => {
    const finding = page.getByRole('list', { name: 'Findings' }).getByRole('listitem').filter({ hasText: 'worker-3' })
    await finding.waitFor()
    await pressUntilFocused(page, 'Tab', finding.getByRole('button', { name: 'Reassign', exact: true }))
    await page.keyboard.press('Enter')
    await words(notice(page, 'Claimed')).toContain('Claimed 1 204 entries')
    expect(await heldBy(host.redis, 'orders', 'billing')).not.toHaveProperty('worker-3')

    await page.keyboard.press('u')
    await words(notice(page, 'Gave back')).toContain('Gave back 1 204 entries')
  })
  expect(await pendingList(host.redis, 'orders', 'billing')).toEqual(before)
})

test('a stream is opened by name, its group and its stalled consumer by J, and what it holds moves by Shift C', async () => {
  const before = await pendingList(host.redis, 'checkout-input', 'checkout-group')
  await app.on(async (page) => {
    await page.getByRole('list', { name: 'Findings' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('checkout-input')
    await page.getByRole('option', { name: /^checkout-input\s*stream$/, selected: true }).waitFor()
    await page.keyboard.press('Enter')

    await page.getByRole('grid', { name: 'Groups', exact: true }).getByRole('row', { name: 'checkout-group' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')

    const consumers = page.getByRole('grid', { name: 'Consumers' })
    await consumers.getByRole('row').nth(1).getByText('redis-consumer-checkout').waitFor()
    await page.keyboard.press('j')
    await consumers.getByRole('row', { selected: true }).getByText('z9dead').waitFor()
    await page.keyboard.press('Shift+C')

    const done = notice(page, 'Claimed')
    await words(done).toContain('Claimed 4 entries')
    expect(Object.keys(await heldBy(host.redis, 'checkout-input', 'checkout-group')).join()).not.toContain('z9dead')

    await pressUntilFocused(page, 'Shift+Tab', done.getByRole('button', { name: 'Undo' }))
    await page.keyboard.press('Space')
    await words(notice(page, 'Gave back')).toContain('Gave back 4 entries')
  })
  expect(await pendingList(host.redis, 'checkout-input', 'checkout-group')).toEqual(before)
})

test('the preview says what would go where, and Esc leaves everything as it was', async () => {
  const before = await pendingList(host.redis, 'work_queue', 'workers')
  await app.on(async (page) => {
    await page.getByRole('list', { name: 'Findings' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('work_queue')
    await page.getByRole('option', { name: /^work_queue\s*stream$/, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('grid', { name: 'Groups', exact: true }).getByRole('row').nth(1).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const list = page.getByRole('grid', { name: /^Pending entries/ })
    await list.getByRole('row').nth(1).waitFor()
    await pressUntilFocused(page, 'Tab', list)
    await page.keyboard.press('j')
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    await words(page.getByRole('toolbar', { name: 'Actions on pending entries' })).toContain('2 selected')

    await pressUntilFocused(page, 'Shift+Tab', page.getByRole('button', { name: 'Ack: preview' }))
    await page.keyboard.press('Enter')
    const preview = page.getByRole('dialog', { name: 'Ack: preview' })
    await words(preview.getByRole('region', { name: 'What it would do' })).toContain('Acks 2 entries')
    await page.keyboard.press('Escape')
    await preview.waitFor({ state: 'hidden' })
  })
  expect(await pendingList(host.redis, 'work_queue', 'workers')).toEqual(before)
})
