import { rmSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  changingNothing,
  choose,
  effect,
  openRecover,
  recordOf,
  SEEDED,
  tick,
  undo,
  useWorkplace,
} from './actions/action-kit'
import { notice, words } from './app'

const KEYS = [
  'back:swap',
  'back:copies',
  'back:taken',
  'back:behind',
  'back:doubt',
  'back:prod',
  'back:gone',
  'back:keys',
]
const work = useWorkplace(KEYS)

const entries = async (key: string): Promise<readonly string[]> =>
  (await work.redis.xrange(key, '-', '+')).map(([id]) => id)
const ALL = Array.from({ length: 12 }, (_, at) => `${at + 1}-0`)
const restoreDialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Restore from a backup' })
const swapDialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Swap with the restored key' })

/** Trims the stream on the screen to so many entries, with a backup, and opens what it can be restored as. */
async function trimAndRestore(page: Page, keep: number): Promise<Locator> {
  await page.getByRole('button', { name: 'Trim…' }).click()
  const trim = page.getByRole('dialog', { name: 'Trim stream' })
  await trim.getByRole('checkbox', { name: 'Approximate' }).uncheck()
  await trim.getByRole('textbox', { name: 'How many' }).fill(String(keep))
  await trim.getByRole('button', { name: `Remove ${12 - keep} entries` }).click()
  const record = await recordOf(notice(page, 'Removed'))
  await record.getByRole('button', { name: 'Restore…' }).click()
  await restoreDialog(page).waitFor()
  return restoreDialog(page)
}

async function restoreIntoNewKey(page: Page): Promise<Locator> {
  const dialog = await trimAndRestore(page, 3)
  await choose(dialog, 'How', 'Into a new key, with the original ids')
  await dialog.getByRole('button', { name: 'Restore 12 entries' }).click()
  const done = notice(page, 'Made a new key')
  await words(done).toContain('Made a new key: 12 entries')
  return done
}

test('a trimmed stream is restored into a new key, swapped, and both are taken back', async () => {
  await work.onStream('back:swap', async (page) => {
    const dialog = await trimAndRestore(page, 3)
    await changingNothing(work.redis, 'back:swap', async () => {
      await choose(dialog, 'How', 'Into a new key, with the original ids')
      await words(effect(page)).toContain('Makes back:swap:restored with 12 entries by their original ids')
      await words(effect(page)).toContain('9 from the backup, 3 that back:swap holds now.')
      await words(effect(page).getByRole('row', { name: /^workers/ })).toBe('workers 3 8 0')
      await words(effect(page)).toContain('What consumers do while it runs is not carried over')
    })
    expect(await work.redis.exists('back:swap:restored')).toBe(0)
    await dialog.getByRole('button', { name: 'Restore 12 entries' }).click()
    const made = notice(page, 'Made a new key')
    await words(made).toContain('Made a new key: 12 entries')
    expect(await entries('back:swap:restored')).toEqual(ALL)
    expect(await entries('back:swap')).toEqual(['10-0', '11-0', '12-0'])

    await made.getByRole('button', { name: 'Swap…' }).click()
    await words(effect(page)).toContain('Gives the name back:swap to back:swap:restored')
    await words(effect(page).getByRole('row', { name: /^Entries of/ })).toBe('Entries of back:swap 3 12')
    await swapDialog(page).getByRole('button', { name: 'Swap', exact: true }).click()
    const swapped = notice(page, 'Swapped the streams')
    await swapped.waitFor()
    expect(await entries('back:swap')).toEqual(ALL)
    expect(await entries('back:swap:before-restore')).toEqual(['10-0', '11-0', '12-0'])
    expect(await work.pending('back:swap')).toEqual(SEEDED)

    await undo(swapped, 'Gave back')
    await expect.poll(() => entries('back:swap')).toEqual(['10-0', '11-0', '12-0'])
    expect(await entries('back:swap:restored')).toEqual(ALL)
    await made.getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await words(preview).toContain('Removes back:swap:restored, with 12 entries')
    await preview.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(() => work.redis.exists('back:swap:restored')).toBe(0)
    expect(await entries('back:swap')).toEqual(['10-0', '11-0', '12-0'])
  })
})

test('an entry that was acked and deleted is added again as a new one, found among the backups', async () => {
  await work.onGroup('back:copies', async (page) => {
    await tick(page, 1, 2)
    await openRecover(page, 'Ack and delete')
    await page.getByRole('button', { name: 'Ack and delete 2 entries' }).click()
    await words(notice(page, 'Acked and deleted')).toContain('Acked and deleted 2 entries')
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    const row = page.getByRole('grid', { name: 'Backups' }).getByRole('row').filter({ hasText: 'back:copies' })
    await words(row).toContain('Before an ack and delete')
    await row.getByRole('button', { name: 'Restore…' }).click()
    const dialog = restoreDialog(page)
    await words(effect(page)).toContain('Adds 2 entries')
    const only = dialog.getByRole('textbox', { name: 'Only these ids' })
    await only.fill('two')
    await words(dialog).toContain('two is no id')
    expect(await dialog.getByRole('button', { name: 'Add', exact: true }).getAttribute('aria-disabled')).toBe('true')
    await only.fill('2-0 77-0')
    await words(effect(page)).toContain('Adds 1 entry')
    await words(effect(page)).toContain('The backup does not hold 1 of these ids')
    await words(effect(page)).toContain('Its group will be given all of them, as new: workers.')
    expect(await entries('back:copies')).toHaveLength(10)
    await dialog.getByRole('button', { name: 'Add 1 entry' }).click()
    const done = notice(page, 'Added 1 entry')
    await words(done).toContain('Added 1 entry')
    const [last] = await work.redis.xrevrange('back:copies', '+', '-', 'COUNT', 1)
    expect(last?.[1].slice(0, 2)).toEqual(['order', '2'])
    expect(last?.[1].slice(4)).toEqual(['sluice:restored-id', '2-0'])
    await undo(done, 'Gave back 1 entry')
    expect(await entries('back:copies')).toEqual(ALL.slice(2))
  })
})

test('a name that is taken is refused in the dialog, and one that is taken meanwhile by the job', async () => {
  await work.redis.set('back:taken:restored', 'theirs')
  await work.onStream('back:taken', async (page) => {
    const dialog = await trimAndRestore(page, 3)
    await choose(dialog, 'How', 'Into a new key, with the original ids')
    await words(effect(page)).toContain('back:taken:restored exists already (string). Choose another name.')
    const run = dialog.getByRole('button', { name: 'Restore', exact: true })
    expect(await run.getAttribute('aria-disabled')).toBe('true')
    await run.click({ force: true })
    await dialog.getByRole('textbox', { name: 'New key' }).fill('back:taken:mine')
    await words(effect(page)).toContain('Makes back:taken:mine with 12 entries')
    await work.redis.set('back:taken:mine', 'theirs too')
    await dialog.getByRole('button', { name: 'Restore 12 entries' }).click()
    await words(dialog.getByRole('alert')).toContain('back:taken:mine exists already')
  })
  expect(await work.redis.mget('back:taken:restored', 'back:taken:mine')).toEqual(['theirs', 'theirs too'])
})

test('a swap tells what came since, and brings it over', async () => {
  await work.onStream('back:behind', async (page) => {
    const made = await restoreIntoNewKey(page)
    await work.redis.xadd('back:behind', '13-0', 'order', '13')
    await work.redis.xack('back:behind', 'workers', '1-0')
    await made.getByRole('button', { name: 'Swap…' }).click()
    const dialog = swapDialog(page)
    await words(effect(page)).toContain('1 entry came since: the swap brings')
    const swap = dialog.getByRole('button', { name: 'Swap', exact: true })
    await dialog.getByRole('button', { name: 'Catch up' }).click()
    await words(effect(page)).toContain('Entries of back:behind 4 13')
    // As long as it was looked at.
    await work.redis.xadd('back:behind', '14-0', 'order', '14')
    await swap.click()
    await notice(page, 'Swapped the streams').waitFor()
    expect(await entries('back:behind')).toEqual([...ALL, '13-0', '14-0'])
    expect(await work.pending('back:behind')).toEqual(SEEDED.filter(({ id }) => id !== '1-0'))
  })
})

test('a swap with a key that may be another by now says so, and asks', async () => {
  await work.onStream('back:doubt', async (page) => {
    const made = await restoreIntoNewKey(page)
    await work.redis.del('back:doubt:restored')
    for (const id of ALL) await work.redis.xadd('back:doubt:restored', id, 'order', 'another')
    await made.getByRole('button', { name: 'Swap…' }).click()
    const dialog = swapDialog(page)
    await words(dialog).toContain('of back:doubt:restored is another one than it was then')
    await work.redis.del('back:doubt:restored')
    for (let n = 13; n <= 24; n += 1) await work.redis.xadd('back:doubt:restored', `${n}-0`, 'order', 'another')
    await work.redis.xtrim('back:doubt', 'MAXLEN', 0)
    await page.keyboard.press('Escape')
    await made.getByRole('button', { name: 'Swap…' }).click()
    await words(dialog).toContain('None of the entries that back:doubt:restored would be known by is there')
    const swap = dialog.getByRole('button', { name: 'Swap', exact: true })
    expect(await swap.getAttribute('aria-disabled')).toBe('true')
    await swap.click({ force: true })
    expect(await work.redis.exists('back:doubt:before-restore')).toBe(0)
    await dialog.getByRole('checkbox', { name: 'It is the same: go on' }).check()
    await swap.click()
    await notice(page, 'Swapped the streams').waitFor()
    expect(await entries('back:doubt')).toHaveLength(12)
  })
})

test('on production a swap asks for the stream’s name, typed', async () => {
  await work.onProduction('back:prod', async (page) => {
    await page
      .getByRole('link', { name: 'back:prod' })
      .or(page.getByRole('treeitem', { name: 'prod' }))
      .first()
      .waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('back:prod')
    await page.getByRole('option', { name: /^back:prod\s*stream$/ }).click()
    await page.getByRole('button', { name: 'Trim…' }).click()
    const trim = page.getByRole('dialog', { name: 'Trim stream' })
    await trim.getByRole('checkbox', { name: 'Approximate' }).uncheck()
    await trim.getByRole('textbox', { name: 'How many' }).fill('3')
    await trim.getByRole('textbox', { name: /^Production/ }).fill('back:prod')
    await trim.getByRole('button', { name: 'Remove 9 entries' }).click()
    const record = await recordOf(notice(page, 'Removed'))
    await record.getByRole('button', { name: 'Restore…' }).click()
    await choose(restoreDialog(page), 'How', 'Into a new key, with the original ids')
    await restoreDialog(page).getByRole('button', { name: 'Restore 12 entries' }).click()
    await notice(page, 'Made a new key').getByRole('button', { name: 'Swap…' }).click()
    const dialog = swapDialog(page)
    const swap = dialog.getByRole('button', { name: 'Swap', exact: true })
    const confirm = dialog.getByRole('textbox', { name: 'Production: type back:prod to confirm' })
    for (const wrong of ['', 'back', 'back:prod ']) {
      await confirm.fill(wrong)
      expect(await swap.getAttribute('aria-disabled')).toBe('true')
      await confirm.press('Enter')
    }
    expect(await entries('back:prod')).toHaveLength(3)
    await confirm.fill('back:prod')
    await swap.click()
    await notice(page, 'Swapped the streams').waitFor()
  })
  expect(await entries('back:prod')).toEqual(ALL)
})

test('a backup that vanished says so where it was chosen', async () => {
  await work.onStream('back:gone', async (page) => {
    await trimAndRestore(page, 3)
    await page.keyboard.press('Escape')
    const record = page.getByRole('complementary', { name: /^Record/ })
    rmSync((await record.locator('dt:text-is("Backup") + dd').innerText()).trim())
    await record.getByRole('button', { name: 'Restore…' }).click()
    await words(restoreDialog(page).getByRole('alert')).toContain(
      'It was moved or removed from Sluice’s data directory',
    )
  })
})

test('all of it goes by the keyboard', async () => {
  await work.onStream('back:keys', async (page) => {
    await trimAndRestore(page, 3)
    await page.keyboard.press('Escape')
    await restoreDialog(page).waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Backups')
    await page.keyboard.press('Enter')
    const table = page.getByRole('grid', { name: 'Backups' })
    await page.getByRole('searchbox').or(page.getByPlaceholder('Stream, connection or text')).last().fill('back:keys')
    await expect.poll(() => table.getByRole('row').count()).toBe(2)
    await table.focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await restoreDialog(page).waitFor()
    await words(effect(page)).toContain('Adds 9 entries')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await restoreDialog(page).waitFor({ state: 'hidden' })
    await words(notice(page, 'Added 9 entries')).toContain('Added 9 entries')
  })
  expect(await entries('back:keys')).toHaveLength(12)
})
