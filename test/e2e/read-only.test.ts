import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, switchTo, words, type App } from './app'
import { bury, goTo, redriveButton } from './redrive-kit'
import { goToGroup, goToStream, openBackups } from './views'

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

const WHY = 'Sandbox, read-only is read-only in Sluice'
const CHANGING = /^cmdstat_(xadd|xack|xclaim|xautoclaim|xtrim|xdel|xgroup\|\w+|del|eval|multi):calls=(\d+)/gm

/** How often each command that changes something was called so far, refused or not. */
async function changes(): Promise<readonly string[]> {
  return [...(await host.redis.info('commandstats')).matchAll(CHANGING)].map(([text]) => text).sort()
}

/**
 * Runs `use` on the read-only connection, and gives the procedures that the page asked for meanwhile. No command that
 * changes something may reach the server, beside those by which a connection that opens finds out what there is.
 */
async function onReadOnly(use: (page: Page) => Promise<void>): Promise<readonly string[]> {
  const asked: string[] = []
  await app.on(async (page) => {
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) =>
        asked.push(/"u":"([^"]+)"/.exec(String(payload))?.[1] ?? String(payload)),
      ),
    )
    await page.reload()
    await switchTo(page, 'Sandbox, read-only')
    const before = await changes()
    await use(page)
    expect(await changes()).toEqual(before)
  })
  return asked
}

/** It is off, says why, and does nothing when it is clicked or pressed all the same. */
async function expectOff(page: Page, control: Locator): Promise<void> {
  expect(await control.getAttribute('aria-disabled')).toBe('true')
  expect(await control.getAttribute('aria-description')).toBe(WHY)
  await control.click({ force: true })
  await control.press('Enter')
  expect(await page.getByRole('dialog').count()).toBe(0)
}

test('every control that changes something is off and says why, and nothing of the kind reaches the server', async () => {
  const asked = await onReadOnly(async (page) => {
    const finding = page.getByRole('listitem').filter({ hasText: 'worker-3' })
    await expectOff(page, finding.getByRole('button', { name: 'Reassign', exact: true }))

    await goToStream(page, 'orders')
    await expectOff(page, page.getByRole('button', { name: 'Trim…' }))
    await expectOff(page, page.getByRole('button', { name: 'Create group' }))
    await page.getByRole('tab', { name: 'Entries' }).click()
    await expectOff(page, page.getByRole('button', { name: 'Add entry' }))

    await page.getByRole('tab', { name: 'Groups' }).click()
    await goToGroup(page, 'orders', 'billing')
    await expectOff(page, page.getByRole('button', { name: 'Reassign worker-3' }))
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    const bar = page.getByRole('toolbar', { name: 'Actions on pending entries' })
    await expectOff(page, bar.getByRole('button', { name: /^Claim to [^:]*$/ }))
    await expectOff(page, bar.getByRole('button', { name: 'Ack', exact: true }))
    await expectOff(page, bar.getByRole('button', { name: 'Recover…' }))
    await page.getByRole('button', { name: 'Group', exact: true }).click()
    const items = page.getByRole('menuitem')
    await items.first().waitFor()
    for (const item of await items.all()) {
      expect(await item.getAttribute('aria-disabled')).toBe('true')
      expect(await item.innerText()).toContain(WHY)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: 'Held by' }).selectOption({ label: 'worker-3 (1\u202f204)' })
    await expectOff(page, bar.getByRole('button', { name: /^Reassign all [^:]*$/ }))
  })
  expect(asked.some((name) => name === '/pending/page')).toBe(true)
  expect(asked.filter((name) => /run|undo|add|create/.test(name))).toEqual([])
})

test('redriving, deleting and restoring are off as well, by button and by key', async () => {
  await bury(host.redis, [{}], 'shop:dead')
  await app.on((page) => openBackups(page))
  const asked = await onReadOnly(async (page) => {
    await page.getByRole('button', { name: 'Scan for streams again' }).click()
    await goTo(page, 'shop:dead')
    await expectOff(page, redriveButton(page))
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await expectOff(page, page.getByRole('button', { name: 'Delete…' }))
    await page.getByRole('grid', { name: 'Entries, newest first' }).press('Delete')
    await page.getByRole('grid', { name: 'Entries, newest first' }).getByRole('row').nth(1).click()
    const drawer = page.getByRole('complementary', { name: 'Entry' })
    await expectOff(page, drawer.getByRole('button', { name: 'Delete…' }))
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    const backups = page.getByRole('grid', { name: 'Backups' })
    await expectOff(page, backups.getByRole('button', { name: 'Restore…' }).first())
  })
  expect(asked.filter((name) => /plan|delete|redrive|restore/i.test(name) && !name.endsWith('/backups'))).toEqual([])
  expect(await host.redis.xlen('shop:dead')).toBe(1)
})

test('the shortcuts for claim, reassign, ack and undo change nothing either', async () => {
  const asked = await onReadOnly(async (page) => {
    await goToGroup(page, 'orders', 'billing')
    const consumers = page.getByRole('grid', { name: 'Consumers' })
    await consumers.focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Shift+C')
    await page.getByRole('grid', { name: /^Pending entries/ }).focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Space')
    await words(page.getByRole('toolbar', { name: 'Actions on pending entries' })).toContain('1 selected')
    await page.keyboard.press('Shift+C')
    await page.keyboard.press('Shift+A')
    await page.keyboard.press('u')
    // What was asked for before this is answered has been sent before it.
    await page.keyboard.press('r')
    await page.getByRole('checkbox', { name: 'Select row 2', exact: true }).check()
  })
  expect(asked.filter((name) => /run|undo|plan/.test(name))).toEqual([])
})

test('what would be done can be looked at, and not run', async () => {
  const asked = await onReadOnly(async (page) => {
    await goToGroup(page, 'orders', 'billing')
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await page.getByRole('button', { name: 'Ack: preview' }).click()
    await words(page.getByRole('region', { name: 'What it would do' })).toContain('Acks 1 entry')
    const run = page.getByRole('dialog').getByRole('button', { name: 'Ack 1 entry' })
    expect(await run.getAttribute('aria-disabled')).toBe('true')
    await run.click({ force: true })
  })
  expect(asked.filter((name) => name.includes('run'))).toEqual([])
})

test('what was done before the connection became read-only can’t be undone from the notice, by U, or from the journal', async () => {
  await app.on(async (page) => {
    await page.getByRole('list', { name: 'Findings' }).waitFor()
    await switchTo(page, 'Sandbox as production')
    await goToGroup(page, 'example-stream', 'example-group-2')
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await page.getByRole('button', { name: 'Ack', exact: true }).click()
    await words(notice(page, 'Acked')).toContain('Acked 1 entry')

    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.getByRole('button', { name: 'Edit Sandbox as production' }).click()
    await page.getByRole('checkbox', { name: 'Read-only' }).check()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const before = await changes()

    const why = 'Sandbox as production is read-only in Sluice'
    const undo = notice(page, 'Acked').getByRole('button', { name: 'Undo' })
    await expect.poll(() => undo.getAttribute('aria-description')).toBe(why)
    await undo.click({ force: true })
    await page.keyboard.press('u')
    await words(page.getByRole('region', { name: 'Notices' })).toContain(why)

    await page.keyboard.press('g')
    await page.keyboard.press('j')
    await page.getByRole('row').filter({ hasText: 'example-stream' }).click()
    const inJournal = page.getByRole('complementary', { name: /^Record/ }).getByRole('button', { name: 'Undo' })
    expect(await inJournal.getAttribute('aria-description')).toBe(why)
    await inJournal.click({ force: true })
    expect(await changes()).toEqual(before)
  })
  expect(await pendingList(host.redis, 'example-stream', 'example-group-2')).toHaveLength(24)
})
