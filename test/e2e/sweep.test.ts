import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

const own = useOwnServer()
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover everywhere' })

/** Three groups, each with two entries of a consumer that died an hour ago. */
async function fill(): Promise<void> {
  for (const key of ['app:a', 'app:b', 'other']) {
    await own.client.xgroup('CREATE', key, 'g', '0', 'MKSTREAM')
    const ids: string[] = []
    for (let n = 0; n < 2; n += 1) ids.push((await own.client.xadd(key, '*', 'n', String(n)))!)
    await own.client.xreadgroup('GROUP', 'g', 'dead', 'COUNT', 2, 'STREAMS', key, '>')
    await own.client.xclaim(key, 'g', 'dead', 0, ...ids, 'IDLE', 3_600_000, 'JUSTID')
  }
}
async function holders(): Promise<readonly unknown[]> {
  const all = await Promise.all(['app:a', 'app:b', 'other'].map((key) => own.client.xpending(key, 'g')))
  return all.map((pending) => pending[3])
}

test('one recovery in many groups by its dialog, and its undo from the notice and from the journal', async () => {
  await own.on(async (page) => {
    await fill()
    await page.getByRole('tab', { name: 'Triage' }).click()
    await page.keyboard.press('r')
    await page.getByRole('button', { name: 'Recover everywhere…' }).click()
    await dialog(page).getByRole('textbox', { name: 'Streams like' }).fill('app:*')
    await dialog(page).getByRole('combobox', { name: 'Which pending entries' }).selectOption('all')
    await dialog(page).getByText('Name the consumer').waitFor({ state: 'hidden' })
    await dialog(page).getByRole('combobox').first().selectOption('claim')
    await dialog(page).getByText('Name the consumer to see what it would do.').waitFor()
    expect(await complaints(page)).toEqual([])
    await dialog(page).getByRole('textbox', { name: 'Consumer that gets them' }).fill('rescue')
    await dialog(page).getByText('4 entries in 2 groups').waitFor()
    expect(await complaints(page)).toEqual([])
    await dialog(page).getByRole('button', { name: 'Recover 4 entries' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    const notice = page.locator('[data-test=job-notice]').filter({ hasText: 'Claimed 4 entries' })
    await notice.getByText('app:* / *, 2 of 2 groups').waitFor()
    expect(await holders()).toEqual([[['rescue', '2']], [['rescue', '2']], [['dead', '2']]])
    await notice.getByRole('button', { name: 'Undo…' }).click()
    const undo = page.getByRole('dialog', { name: 'Undo everywhere' })
    await undo.getByText('Gives back 4 entries in 2 groups').waitFor()
    expect(await complaints(page)).toEqual([])
    await undo.getByRole('button', { name: 'Cancel' }).click()

    await page.keyboard.press('g')
    await page.keyboard.press('j')
    const rows = page.getByRole('grid', { name: 'Journal' }).getByRole('row')
    await rows.filter({ hasText: '2 groups: claim to rescue' }).getByRole('button', { name: 'Undo…' }).waitFor()
    await rows.getByRole('button', { name: 'Show its groups' }).click()
    await rows.filter({ hasText: 'app:b' }).waitFor()
    expect(await complaints(page)).toEqual([])
    await rows.filter({ hasText: 'app:a' }).click()
    await page.getByText('One of 2 groups like app:* / * that were recovered as one').waitFor()
    expect(await complaints(page)).toEqual([])
    await page.getByRole('button', { name: 'Undo in all its groups…' }).click()
    await undo.getByRole('button', { name: 'Give back 4 entries' }).click()
    await undo.waitFor({ state: 'detached' })
    await expect.poll(holders).toEqual([[['dead', '2']], [['dead', '2']], [['dead', '2']]])
  })
})
