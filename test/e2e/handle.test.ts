import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { notice, words } from './app'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const own = useOwnServer()
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })
const effect = (page: Page): Locator => dialog(page).getByRole('region', { name: 'What it would do' })
const pending = async (): Promise<readonly (readonly [string, string, number])[]> =>
  (await pendingList(own.client, 'jobs', 'workers')).map(({ id, consumer, deliveries }) => [id, consumer, deliveries])

/** Opens the form for all that is pending, with a new consumer to claim to. */
async function askToHandle(page: Page, consumer: string): Promise<void> {
  await goToGroup(page, 'jobs', 'workers')
  await page.getByRole('button', { name: 'Recover…' }).click()
  await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Write to hashes and ack')
  await words(dialog(page)).toContain('Name the consumer to see what it would do')
  await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
  await dialog(page).getByRole('textbox', { name: 'Name of the new consumer' }).fill(consumer)
}

test('entries are written to hashes named by a field, what can’t be written stays pending and is listed, and undo gives back the rest', async () => {
  await own.client.set('job:3', 'text')
  const before = await pending()
  await own.on(async (page) => {
    await askToHandle(page, 'monitor')
    await dialog(page).getByRole('textbox', { name: 'Keys begin with' }).fill('job:')
    await dialog(page).getByRole('textbox', { name: 'Field', exact: true }).fill('')
    await words(dialog(page)).toContain('Fill in “Field” to see what it would do')
    await dialog(page).getByRole('textbox', { name: 'Field', exact: true }).fill('n')
    await words(effect(page)).toContain('Writes 21 entries to hashes as monitor, and acks what was written')
    await words(effect(page)).toContain('monitor does not exist yet and will be created')
    await words(dialog(page)).toContain('HSET job:<n> with its fields')
    expect(await pending()).toEqual(before)
    expect(await own.client.exists('job:1')).toBe(0)

    await dialog(page).getByRole('button', { name: 'Write 21 entries' }).click()
    const done = notice(page, 'Handled')
    await words(done).toContain('Handled 20 of 21 entries for monitor')
    await words(done).not.toContain('left alone')
    await done.getByText('1 entry not handled').click()
    await words(done.getByRole('list')).toMatch(/3-0 It could not be written: \S+: WRONGTYPE/)
    expect(await pending()).toEqual([['3-0', 'monitor', 1]])
    expect(await own.client.hgetall('job:21')).toEqual({ n: '21' })
    expect(await own.client.get('job:3')).toBe('text')

    await done.getByRole('button', { name: 'Undo', exact: true }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 20 entries')
  })
  expect(await pending()).toEqual(
    before.map(([id, consumer, count]) => [id, id === '3-0' ? 'monitor' : consumer, count]),
  )
})

test('hashes can be named by the entries’ own ids, and an entry without the field is left pending', async () => {
  await own.client.xadd('jobs', '31-0', 'name', 'odd')
  await own.client.xreadgroup('GROUP', 'workers', 'cyd', 'COUNT', 100, 'STREAMS', 'jobs', '>')
  await own.on(async (page) => {
    await askToHandle(page, 'monitor')
    await dialog(page).getByRole('textbox', { name: 'Field', exact: true }).fill('n')
    await dialog(page).getByRole('textbox', { name: 'Keys begin with' }).fill('by-field:')
    await dialog(page).getByRole('button', { name: 'Write 31 entries' }).click()
    const done = notice(page, 'Handled')
    await words(done).toContain('Handled 30 of 31 entries')
    await done.getByText('1 entry not handled').click()
    await words(done.getByRole('list')).toContain('31-0 It has no such id field')
    expect(await pending()).toEqual([['31-0', 'cyd', 1]])

    await page.getByRole('button', { name: 'Recover…' }).click()
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Write to hashes and ack')
    await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('scyd')
    await dialog(page).getByRole('textbox', { name: 'Keys begin with' }).fill('by-id:')
    await dialog(page).getByRole('combobox', { name: 'And end with' }).selectOption('The entry’s own id')
    await words(dialog(page)).toContain('HSET by-id:<entry id>')
    await dialog(page).getByRole('button', { name: 'Write 1 entry' }).click()
    await words(notice(page, 'Handled 1 entry')).toContain('for cyd')
  })
  expect(await own.client.hgetall('by-id:31-0')).toEqual({ name: 'odd' })
  expect(await pending()).toEqual([])
})

test('what hashes hold already is shown before it is overwritten, and the undo says that it gives it back, and does', async () => {
  await own.client.hset('seen:2', 'n', 'old', 'other', 'kept')
  await own.on(async (page) => {
    await askToHandle(page, 'monitor')
    await dialog(page).getByRole('textbox', { name: 'Field', exact: true }).fill('n')
    await dialog(page).getByRole('textbox', { name: 'Keys begin with' }).fill('none:')
    await words(effect(page)).toContain('None of the hashes exists yet')
    await dialog(page).getByRole('textbox', { name: 'Keys begin with' }).fill('seen:')
    await words(effect(page)).toContain('1 hash exists already: values in it are overwritten')
    const table = effect(page).getByRole('table', { name: 'The hashes, before and after' })
    await words(table).toContain('seen:2 n old 2')
    await dialog(page).getByRole('button', { name: 'Write 21 entries' }).click()
    await words(notice(page, 'Handled')).toContain('Handled 21 entries for monitor')
    expect(await own.client.hgetall('seen:2')).toEqual({ n: '2', other: 'kept' })

    await notice(page, 'Handled').getByRole('button', { name: 'See what it would give back' }).click()
    const undo = page.getByRole('dialog', { name: 'Undo' })
    await words(undo).toMatch(/Would give back 21 entries; .*21 hashes get back what they held/)
    await undo.getByRole('button', { name: 'Give back 21 entries' }).click()
    await words(notice(page, 'Gave back')).toContain('21 hashes hold again what they held')
  })
  expect(await own.client.hgetall('seen:2')).toEqual({ n: 'old', other: 'kept' })
  expect(await own.client.exists('seen:1')).toBe(0)
})
