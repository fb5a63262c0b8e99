import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { since } from '../electron/services/every-action/test-bed'
import { newestRedis } from '../helpers/available-servers'
import { describeUnless } from '../helpers/describe-unless'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, switchTo, words, type App } from './app'
import { useOwnServer } from './own-server'
import { goToEntries, goToStream } from './views'

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Delete entries' })
const effect = (page: Page): Locator => dialog(page).getByRole('region', { name: 'What it would do' })
const bar = (page: Page): Locator => page.getByRole('toolbar', { name: 'Entries' })
const grid = (page: Page): Locator => page.getByRole('grid', { name: /^Entries/ })
const tick = (page: Page, row: number): Locator =>
  grid(page).getByRole('checkbox', { name: `Select row ${row}`, exact: true })
const table = async (page: Page): Promise<readonly (readonly string[])[]> => {
  const rows = await effect(page).getByRole('table', { name: 'What the groups lose' }).locator('tbody tr').all()
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()))
}

/** Opens the entries of a stream from wherever one is, and waits for its rows. */
async function showEntries(page: Page, key: string): Promise<void> {
  await goToStream(page, key)
  await page.getByRole('tab', { name: 'Entries' }).click()
  await tick(page, 1).waitFor()
}

describe('on a server without XDELEX', () => {
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
  const newest = async (key: string, count: number): Promise<readonly string[]> =>
    (await host.redis.xrevrange(key, '+', '-', 'COUNT', count)).map(([id]) => id)

  test('rows ticked with Shift are looked at, saved, and deleted; the ticks go with them', async () => {
    const all = await newest('user_events', 8)
    const length = await host.redis.xlen('user_events')
    await app.on(async (page) => {
      await goToEntries(page, 'user_events')
      await tick(page, 2).click()
      await tick(page, 5).click({ modifiers: ['Shift'] })
      await words(bar(page)).toContain('4 selected')
      await bar(page).getByRole('button', { name: 'Delete…' }).click()
      await words(effect(page)).toContain('Deletes 4 entries from the stream')
      await words(dialog(page)).toContain('/backups; the journal names the file')
      await words(dialog(page)).toContain('XDEL user_events')
      await words(dialog(page)).toContain('The other ways are off here. This server has no XDELEX.')
      const modes = dialog(page).getByRole('combobox', { name: 'Pending lists' })
      expect(await modes.locator('option:disabled').allInnerTexts()).toEqual([
        expect.stringContaining('DELREF'),
        expect.stringContaining('ACKED'),
      ])
      expect(await host.redis.xlen('user_events')).toBe(length)

      await dialog(page).getByRole('button', { name: 'Delete 4 entries' }).click()
      await words(notice(page, 'Deleted')).toContain('Deleted 4 entries')
      expect(await newest('user_events', 4)).toEqual([all[0], ...all.slice(5)])
      await expect.poll(() => bar(page).getByText('selected').count()).toBe(0)
      await notice(page, 'Deleted').getByRole('button', { name: 'Commands and counts in the journal' }).click()
      const record = page.getByRole('complementary', { name: /^Record/ })
      const file = (await record.locator('dt:text-is("Backup") + dd').innerText()).trim()
      const saved = readFileSync(file, 'utf8')
      for (const id of all.slice(1, 5)) expect(saved).toContain(`"${id}"`)
    })
    expect(await host.redis.xlen('user_events')).toBe(length - 4)
  })

  test('one entry is deleted from its drawer, with the groups that hold it named first', async () => {
    const [held] = await pendingList(host.redis, 'work_queue', 'workers')
    await app.on(async (page) => {
      await goToEntries(page, 'work_queue')
      await page.getByRole('textbox', { name: 'Jump to id or time' }).fill(held?.id ?? '')
      await page.keyboard.press('Enter')
      await grid(page)
        .getByRole('row')
        .filter({ hasText: held?.id ?? '' })
        .click()
      const drawer = page.getByRole('complementary', { name: 'Entry' })
      await drawer.getByRole('button', { name: 'Delete…' }).click()
      await words(effect(page)).toContain('1 group holds some of them, or has not read them yet')
      expect(await table(page)).toEqual([['workers', '1', '0']])
      await words(effect(page)).toContain('stay on the pending lists without a body')
      await dialog(page).getByRole('button', { name: 'Delete 1 entry' }).click()
      await words(notice(page, 'Deleted')).toContain('Deleted 1 entry')
      await words(drawer).toContain('deleted or trimmed away meanwhile')
    })
    expect(await host.redis.xrange('work_queue', held?.id ?? '', held?.id ?? '')).toEqual([])
    expect((await pendingList(host.redis, 'work_queue', 'workers')).map(({ id }) => id)).toContain(held?.id)
  })

  test('a range from one id to another is deleted, without a backup when told so', async () => {
    const ids = (await host.redis.xrange('notifications', '-', '+', 'COUNT', 4)).map(([id]) => id)
    await app.on(async (page) => {
      await goToEntries(page, 'notifications')
      await bar(page).getByRole('button', { name: 'Delete…' }).click()
      await dialog(page)
        .getByRole('textbox', { name: 'From' })
        .fill(ids[2] ?? '')
      await words(dialog(page)).toContain('Give both ends of the range to see what it would do')
      await dialog(page).getByRole('textbox', { name: 'To', exact: true }).fill('the end')
      await words(dialog(page)).toContain('An id, 2021-05-15 06:55, 03:00')
      await dialog(page)
        .getByRole('textbox', { name: 'To', exact: true })
        .fill(ids[0] ?? '')
      await words(dialog(page)).toContain('This is before the other end')
      await dialog(page)
        .getByRole('textbox', { name: 'From' })
        .fill(ids[0] ?? '')
      await dialog(page)
        .getByRole('textbox', { name: 'To', exact: true })
        .fill(ids[2] ?? '')
      await words(effect(page)).toContain('Deletes 3 entries')
      await dialog(page).getByRole('checkbox', { name: 'Save what goes first' }).uncheck()
      await words(dialog(page)).toContain('nothing keeps what went')
      await dialog(page).getByRole('button', { name: 'Delete 3 entries' }).click()
      await words(notice(page, 'Deleted')).toContain('Deleted 3 entries')
    })
    expect((await host.redis.xrange('notifications', '-', '+', 'COUNT', 1)).map(([id]) => id)).toEqual([ids[3]])
  })

  test('what vanished meanwhile is counted, not claimed: before the preview, and after it', async () => {
    const ids = await newest('example-stream', 3)
    await app.on(async (page) => {
      await goToEntries(page, 'example-stream')
      for (const row of [1, 2, 3]) await tick(page, row).click()
      await host.redis.xdel('example-stream', ids[1] ?? '')
      await grid(page).focus()
      await page.keyboard.press('Delete')
      await words(effect(page)).toContain('Deletes 2 entries')
      await words(effect(page)).toContain('1 of those chosen is not in the stream any more')
      await host.redis.xdel('example-stream', ids[0] ?? '')
      await dialog(page).getByRole('button', { name: 'Delete 2 entries' }).click()
      await words(notice(page, 'Deleted')).toContain(
        'Deleted 1 of 2 entries Sandbox example-stream 1 no longer exists in the stream and was left out',
      )
    })
  })

  test('on a production connection only the stream’s name, typed, deletes anything', async () => {
    const length = await host.redis.xlen('example-stream')
    await app.on(async (page) => {
      await switchTo(page, 'Sandbox as production')
      await showEntries(page, 'example-stream')
      await tick(page, 1).click()
      await bar(page).getByRole('button', { name: 'Delete…' }).click()
      const remove = dialog(page).getByRole('button', { name: 'Delete 1 entry' })
      const confirm = dialog(page).getByRole('textbox', { name: /^Production.*type example-stream/ })
      await remove.waitFor()
      for (const wrong of ['', 'example', 'Example-stream', 'example-stream ']) {
        await confirm.fill(wrong)
        expect(await remove.getAttribute('aria-disabled')).toBe('true')
        await remove.click({ force: true })
        await confirm.press('Enter')
      }
      expect(await remove.getAttribute('aria-description')).toContain('Type the stream’s name')
      expect(await host.redis.xlen('example-stream')).toBe(length)
      await confirm.fill('example-stream')
      await remove.click()
      await words(notice(page, 'Deleted')).toContain('Deleted 1 entry')
    })
    expect(await host.redis.xlen('example-stream')).toBe(length - 1)
  })

  test('on a read-only connection the buttons are off and say why', async () => {
    await app.on(async (page) => {
      await switchTo(page, 'Sandbox, read-only')
      await showEntries(page, 'orders')
      await tick(page, 1).click()
      const button = bar(page).getByRole('button', { name: 'Delete…' })
      expect(await button.getAttribute('aria-description')).toBe('Sandbox, read-only is read-only in Sluice')
      await button.click({ force: true })
      await grid(page).focus()
      await page.keyboard.press('Delete')
      expect(await page.getByRole('dialog').count()).toBe(0)
    })
  })
})

const newest = newestRedis().name
const noXdelex = since(8, 2)(newest) ? null : 'there is no server with XDELEX here'
describeUnless(
  noXdelex,
  'on a server with XDELEX',
  () => {
    const own = useOwnServer({ version: newest })

    test('only what every group has acked goes, and what is kept is listed', async () => {
      await own.on(async (page) => {
        await own.client.xack('jobs', 'workers', '1-0', '2-0')
        await showEntries(page, 'jobs')
        await bar(page).getByRole('button', { name: 'Delete…' }).click()
        await dialog(page).getByRole('textbox', { name: 'From' }).fill('1-0')
        await dialog(page).getByRole('textbox', { name: 'To', exact: true }).fill('4-0')
        await dialog(page).getByRole('combobox', { name: 'Pending lists' }).selectOption('ACKED')
        await words(effect(page)).toContain('Deletes at most 4 entries')
        expect(await table(page)).toEqual([['workers', '2', '0']])
        await words(effect(page)).toContain('is kept; the job tells which these were')
        await words(dialog(page)).toContain('XDELEX jobs ACKED IDS 4 1-0 2-0 3-0 4-0')
        await dialog(page).getByRole('button', { name: 'Delete at most 4 entries' }).click()
        const done = notice(page, 'Deleted')
        await words(done).toContain('Deleted 2 of 4 entries')
        await done.getByText('2 entries kept').click()
        expect(await done.getByRole('listitem').allInnerTexts()).toEqual([
          '3-0 A group holds it, or has not read it yet.',
          '4-0 A group holds it, or has not read it yet.',
        ])
        expect((await own.client.xrange('jobs', '-', '4-0')).map(([id]) => id)).toEqual(['3-0', '4-0'])

        await own.client.xack('jobs', 'workers', '3-0', '4-0')
        await done.getByRole('button', { name: 'Retry failed only…' }).click()
        await words(effect(page)).toContain('Deletes 2 entries')
        await dialog(page).getByRole('combobox', { name: 'Pending lists' }).selectOption('ACKED')
        await dialog(page).getByRole('button', { name: 'Delete at most 2 entries' }).click()
        await words(notice(page, 'Deleted 2 entries')).not.toContain('kept')
      })
      expect((await own.client.xrange('jobs', '-', '4-0')).map(([id]) => id)).toEqual([])
    })

    test('a stream that is deleted while the dialog is open is told of, and nothing runs', async () => {
      await own.on(async (page) => {
        await showEntries(page, 'jobs')
        await tick(page, 1).click()
        await bar(page).getByRole('button', { name: 'Delete…' }).click()
        await words(effect(page)).toContain('Deletes 1 entry')
        await own.client.del('jobs')
        await dialog(page).getByRole('button', { name: 'Delete 1 entry' }).click()
        await words(dialog(page).getByRole('alert').first()).toContain('The stream jobs doesn’t exist')
        expect(await page.locator('[data-test=job-notice]').count()).toBe(0)
      })
    })

    test('pending lists lose them too where that is asked for', async () => {
      await own.on(async (page) => {
        await showEntries(page, 'jobs')
        await bar(page).getByRole('button', { name: 'Delete…' }).click()
        await dialog(page).getByRole('textbox', { name: 'From' }).fill('20-0')
        await dialog(page).getByRole('textbox', { name: 'To', exact: true }).fill('22-0')
        await dialog(page).getByRole('combobox', { name: 'Pending lists' }).selectOption('DELREF')
        await words(effect(page)).toContain('leave the pending lists too')
        expect(await table(page)).toEqual([['workers', '2', '1']])
        await dialog(page).getByRole('button', { name: 'Delete 3 entries' }).click()
        await words(notice(page, 'Deleted')).toContain('Deleted 3 entries')
      })
      expect((await pendingList(own.client, 'jobs', 'workers')).map(({ id }) => id)).not.toContain('20-0')
      expect(await own.client.xlen('jobs')).toBe(27)
    })
  },
  true,
)
