import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { notice, words } from './app'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const own = useOwnServer()
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })
const again = (page: Page): Locator => page.getByRole('dialog', { name: 'Retry what failed' })
const pending = async (): Promise<readonly string[]> =>
  (await pendingList(own.client, 'jobs', 'workers')).map(({ id, consumer }) => `${id} ${consumer}`)

/** All that is pending, and idle for an hour, is handled as `monitor`; `job:2` and `job:5` can't be written. */
async function failSome(page: Page): Promise<Locator> {
  await own.client.mset('job:2', 'text', 'job:5', 'text')
  const ids = (await pending()).map((line) => line.split(' ')[0] ?? '')
  await own.client.call('XCLAIM', 'jobs', 'workers', 'ann', 0, ...ids, 'IDLE', 3_600_000, 'JUSTID')
  await goToGroup(page, 'jobs', 'workers')
  await page.getByRole('button', { name: 'Recover…' }).click()
  await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Write to hashes and ack')
  await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
  await dialog(page).getByRole('textbox', { name: 'Name of the new consumer' }).fill('monitor')
  await dialog(page).getByRole('textbox', { name: 'Keys begin with' }).fill('job:')
  await dialog(page).getByRole('textbox', { name: 'Field', exact: true }).fill('n')
  await dialog(page).getByRole('textbox', { name: 'Idle for at least, in seconds' }).fill('60')
  await dialog(page).getByRole('button', { name: 'Write 21 entries' }).click()
  const done = notice(page, 'Handled 19 of 21')
  await words(done).toContain('2 entries not handled')
  expect(await pending()).toEqual(['2-0 monitor', '5-0 monitor'])
  return done
}

test('only what failed is tried again, as it was tried, and what fails once more is listed once more', async () => {
  await own.on(async (page) => {
    const done = await failSome(page)
    await own.client.del('job:2')
    await done.getByRole('button', { name: 'Retry failed only…' }).click()
    await words(again(page)).toContain('Writes 2 entries to hashes as monitor')
    await again(page).getByRole('button', { name: 'Retry 2 entries' }).click()
    const second = notice(page, 'Handled 1 of 2')
    await words(second).toContain('1 entry not handled')
    expect(await own.client.hgetall('job:2')).toEqual({ n: '2' })
    expect(await pending()).toEqual(['5-0 monitor'])

    await own.client.del('job:5')
    await second.getByRole('button', { name: 'Retry failed only…' }).click()
    await again(page).getByRole('button', { name: 'Retry 1 entry' }).click()
    const third = notice(page, 'Handled 1 entry')
    await words(third).toContain('for monitor')
    await words(third).not.toContain('Retry failed only')
  })
  expect(await pending()).toEqual([])
  expect(await own.client.hgetall('job:5')).toEqual({ n: '5' })
})

test('what was acked since is not there to be tried again, and the journal still lists what failed after a reload', async () => {
  await own.on(async (page, name) => {
    await failSome(page)
    await own.client.xack('jobs', 'workers', '2-0', '5-0')
    await page.reload()
    await page.getByRole('button', { name: `Connection: ${name}`, exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('Journal')
    await page.getByRole('option', { name: /^Journal/ }).click()
    await page.getByRole('grid', { name: 'Journal' }).getByRole('row').filter({ hasText: 'handle as' }).first().click()
    const record = page.getByRole('complementary', { name: /^Record/ })
    await record.getByText('2 entries not handled').click()
    await words(record.getByRole('list', { name: 'Entries that failed' })).toContain('5-0 It could not be written')
    await record.getByRole('button', { name: 'Retry failed only…' }).click()
    await words(again(page)).toContain('none of these entries is pending any more')
    const retry = again(page).getByRole('button', { name: 'Retry', exact: true })
    expect(await retry.getAttribute('aria-description')).toBe('Nothing is left to do')
    await retry.click({ force: true })
    await again(page).waitFor()
  })
  expect(await own.client.mget('job:2', 'job:5')).toEqual(['text', 'text'])
})
