import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, switchTo, words, type App } from './app'
import { open } from './redrive-kit'
import { goToStream } from './views'

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

const effect = (page: Page): Locator => page.getByRole('region', { name: 'What it would do' })

/** Opens the dialog on a stream, and asks to keep so many entries, to the letter. */
async function keep(page: Page, entries: number): Promise<Locator> {
  await page.getByRole('button', { name: 'Trim…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Trim stream' })
  await dialog.getByRole('checkbox', { name: 'Approximate' }).uncheck()
  await dialog.getByRole('textbox', { name: 'How many' }).fill(String(entries))
  return dialog
}

async function groupRow(page: Page, group: string): Promise<readonly string[]> {
  const row = effect(page).getByRole('row').filter({ hasText: group })
  return (await row.locator('th, td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())
}

async function ids(key: string, count: number): Promise<readonly string[]> {
  const entries = await host.redis.xrange(key, '-', '+', 'COUNT', count)
  return entries.map(([id]) => id)
}

test('the preview says who loses what, and nothing is gone for having looked', async () => {
  const removed = new Set(await ids('orders', 10_000))
  const lost = async (group: string): Promise<number> =>
    (await pendingList(host.redis, 'orders', group)).filter(({ id }) => removed.has(id)).length
  const [groups] = [await host.redis.xinfo('GROUPS', 'orders')] as [string[][]]
  const reached = groups.map((facts) => [
    facts[facts.indexOf('name') + 1],
    facts[facts.indexOf('last-delivered-id') + 1],
  ])
  const audit = String(reached.find(([name]) => name === 'audit')?.[1])
  const unread = [...removed].length - [...removed].indexOf(audit) - 1

  await app.on(async (page) => {
    await goToStream(page, 'orders')
    await keep(page, 2_000)
    await words(effect(page)).toContain('Removes 10 000 of 12 000 entries')
    const spaced = (count: number): string => count.toLocaleString('fr').replace(/\s+/g, ' ')
    expect(await groupRow(page, 'billing')).toEqual(['billing', spaced(await lost('billing')), '0'])
    expect(await groupRow(page, 'audit')).toEqual(['audit', spaced(await lost('audit')), spaced(unread)])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })
  expect(await host.redis.xlen('orders')).toBe(12_000)
})

test('what is trimmed away is saved first, and the journal says where', async () => {
  const first = await ids('user_events', 20)
  await app.on(async (page) => {
    await goToStream(page, 'user_events')
    const dialog = await keep(page, 400)
    await words(effect(page)).toContain('Removes 20 of 420 entries')
    await dialog.getByRole('button', { name: 'Remove 20 entries' }).click()
    await words(notice(page, 'Removed')).toContain('Removed 20 entries')
    expect(await host.redis.xlen('user_events')).toBe(400)
    expect(await ids('user_events', 1)).not.toEqual(first.slice(0, 1))

    await notice(page, 'Removed').getByRole('button', { name: 'Commands and counts in the journal' }).click()
    const record = page.getByRole('complementary', { name: /^Record/ })
    const file = (await record.locator('dt:text-is("Backup") + dd').innerText()).trim()
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    for (const id of first) expect(lines.filter((line) => line.includes(`"${id}"`))).toHaveLength(1)
  })
})

test('no further than groups can do without: the preview names who holds it back, and nothing they need goes', async () => {
  const key = 'held'
  const pipeline = host.redis.pipeline()
  for (let n = 1; n <= 300; n += 1) pipeline.xadd(key, `${n}-0`, 'n', n)
  await pipeline.exec()
  await host.redis.xgroup('CREATE', key, 'slow', '0')
  await host.redis.xgroup('CREATE', key, 'quick', '$')
  await host.redis.xreadgroup('GROUP', 'slow', 'alice', 'COUNT', 120, 'STREAMS', key, '>')
  await host.redis.xack(key, 'slow', ...Array.from({ length: 80 }, (_, at) => `${at + 1}-0`))
  await app.on(async (page) => {
    await open(page, key)
    const dialog = await keep(page, 20)
    await words(effect(page)).toContain('Removes 280 of 300 entries')
    await dialog.getByRole('checkbox', { name: 'Keep what any group still needs' }).check()
    await words(effect(page)).toContain('Removes 80 of 300 entries: none that a group still needs')
    await words(effect(page)).toContain('200 entries that the limit would take away stay for the groups')
    await words(effect(page)).toContain('slow needs the first of them: 81-0 is its oldest pending entry')
    const kept = effect(page).getByRole('table', { name: 'Kept for the groups' })
    await words(kept).toContain('slow 40 160')
    await dialog.getByRole('button', { name: 'Remove 80 entries' }).click()
    await words(notice(page, 'Removed')).toContain('Removed 80 entries')
  })
  expect([await host.redis.xlen(key), await ids(key, 1)]).toEqual([220, ['81-0']])
})

test('without a backup, when told so, nothing is saved', async () => {
  await app.on(async (page) => {
    await goToStream(page, 'notifications')
    const dialog = await keep(page, 50)
    await dialog.getByRole('checkbox', { name: 'Save what goes as JSON Lines first' }).uncheck()
    await dialog.getByRole('button', { name: 'Remove 10 entries' }).click()
    await notice(page, 'Removed').getByRole('button', { name: 'Commands and counts in the journal' }).click()
    await page
      .getByRole('complementary', { name: /^Record/ })
      .getByText('Changed')
      .waitFor()
    expect(await page.locator('dt:text-is("Backup")').count()).toBe(0)
  })
  expect(await host.redis.xlen('notifications')).toBe(50)
})

test('a stream that is within the limit already has nothing to remove', async () => {
  await app.on(async (page) => {
    await goToStream(page, 'work_queue')
    const dialog = await keep(page, 9_999)
    await words(effect(page)).toContain('Removes nothing')
    await dialog.getByRole('button', { name: 'Trim', exact: true }).click({ force: true })
    await dialog.waitFor()
  })
  expect(await host.redis.xlen('work_queue')).toBe(260)
})

test('on a production connection only the stream’s name, typed, trims it', async () => {
  await app.on(async (page) => {
    await switchTo(page, 'Sandbox as production')
    await goToStream(page, 'example-stream')
    const dialog = await keep(page, 590)
    const confirm = dialog.getByRole('textbox', { name: 'Production: type example-stream to confirm' })
    const remove = dialog.getByRole('button', { name: 'Remove 10 entries' })
    for (const wrong of ['', 'example', 'Example-stream', 'example-stream ']) {
      await confirm.fill(wrong)
      await remove.waitFor()
      expect(await remove.getAttribute('aria-disabled')).toBe('true')
      await remove.click({ force: true })
      await confirm.press('Enter')
    }
    expect(await remove.getAttribute('aria-description')).toBe('Type the stream’s name to confirm')
    expect(await host.redis.xlen('example-stream')).toBe(600)

    await confirm.fill('example-stream')
    await remove.click()
    await words(notice(page, 'Removed')).toContain('Removed 10 entries')
  })
  expect(await host.redis.xlen('example-stream')).toBe(590)
})
