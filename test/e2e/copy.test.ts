import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

const own = useOwnServer()
let other: TestRedis
let staging: string
beforeAll(async () => {
  other = await startRedis({})
})
afterAll(() => other.stop())

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Copy to another stream' })
const field = (page: Page, name: string): Locator => dialog(page).getByRole('combobox', { name })
const stream = (page: Page): Locator => dialog(page).getByRole('textbox', { name: 'To the stream' })
const notices = (page: Page): Locator => page.getByRole('region', { name: 'Notices' })

async function openDialog(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: 'jobs' }).click()
  await page.getByRole('tab', { name: 'Entries' }).click()
  await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Copy to another stream…' }).click()
}

async function openOther(environment: 'dev' | 'prod'): Promise<void> {
  const profile = other.connection({ name: `staging ${environment}`, environment })
  const { id } = await own.app.api.connection.save({ profile, secrets: { password: null } })
  await own.app.api.connection.open({ connectionId: id })
  staging = id
}

test('what a search finds, by mouse: refused where ids can’t be kept, copied as new ones, and taken back', async () => {
  await own.on(async (page) => {
    await own.client.xadd('copies', '25-0', 'n', 'theirs')
    await own.client.xgroup('CREATE', 'copies', 'mailer', '$')
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('n>=20')
    await page.keyboard.press('Enter')
    await page.getByRole('grid', { name: /found/i }).or(page.getByRole('grid')).first().waitFor()
    await openDialog(page)
    expect(await complaints(page)).toEqual([])
    await stream(page).fill('copies')
    await dialog(page).getByText('Adds 11 entries').waitFor()
    await dialog(page).getByText('all of them, as new: mailer.').waitFor()
    await field(page, 'Ids').selectOption({ label: 'Their own (all above those of the target)' })
    await dialog(page).getByText('the target has given out ids up to 25-0').waitFor()
    expect(await complaints(page)).toEqual([])
    await field(page, 'Ids').selectOption({ label: 'New ones, given by the server' })
    await dialog(page).getByRole('button', { name: 'Copy 11 entries' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await expect.poll(() => own.client.xlen('copies')).toBe(12)
    await notices(page).getByText('Copied 11 entries').waitFor()
    await notices(page).getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => own.client.xlen('copies')).toBe(1)
  })
})

test('all of it to production, by keyboard: the stream’s name is typed, and a pace that ids don’t tell is refused', async () => {
  await openOther('prod')
  await own.on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('button', { name: 'Copy…' }).focus()
    await page.keyboard.press('Enter')
    await field(page, 'Connection').selectOption(staging)
    await stream(page).fill('jobs')
    await field(page, 'Pace').selectOption({ label: 'As they came, by the times in their ids' })
    await dialog(page).getByText('holds no time').waitFor()
    await field(page, 'Pace').selectOption({ label: 'As fast as the servers bear it' })
    await dialog(page).getByText('Makes jobs with 30 entries').waitFor()
    const typed = dialog(page).getByRole('textbox').last()
    await typed.fill('jobs')
    await page.keyboard.press('Enter')
    const there = other.client()
    await expect.poll(() => there.xlen('jobs')).toBe(30)
    expect(await own.client.xlen('jobs')).toBe(30)
  })
})

test('one that waits is cancelled in its notice, and gone on with from the journal', async () => {
  await own.on(async (page) => {
    await own.client.del('jobs')
    for (const at of [0, 1, 3_600_000]) await own.client.xadd('jobs', `${1_700_000_000_000 + at}-0`, 'n', at)
    await openDialog(page)
    await stream(page).fill('replay')
    await field(page, 'Pace').selectOption({ label: 'As they came, by the times in their ids' })
    await dialog(page).getByText('it takes 1 h').waitFor()
    await dialog(page).getByRole('button', { name: 'Copy 3 entries' }).click()
    await expect.poll(() => own.client.xlen('replay')).toBe(2)
    await notices(page).getByRole('button', { name: 'Cancel' }).click()
    await notices(page).getByText('Cancelled').first().waitFor()
    await notices(page).getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('dialog', { name: 'Go on with a copy' }).getByText('Adds 1 entry').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('j')
    await page
      .getByRole('row', { name: /copy 3 entries/ })
      .first()
      .click()
    await page.getByRole('complementary').getByRole('button', { name: 'Resume' }).click()
    const rest = page.getByRole('dialog', { name: 'Go on with a copy' })
    await rest.getByText('Adds 1 entry').waitFor()
    expect(await complaints(page)).toEqual([])
    await rest.getByRole('button', { name: 'Copy 1 entry' }).click()
    await expect.poll(() => own.client.xlen('replay')).toBe(3)
  })
})
