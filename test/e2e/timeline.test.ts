import { expect, test } from 'vitest'
import { words } from './app'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

const MINUTE = 60_000
const server = useOwnServer({}, 5)

/** An entry a minute for five hours; `billing` was given the first hundred, and its reader acked half of them and fell silent. */
async function seed(): Promise<number> {
  const { client } = server
  const now = Date.now()
  const pipeline = client.pipeline().del('jobs')
  for (let n = 300; n > 0; n -= 1) pipeline.xadd('jobs', `${now - n * MINUTE}-0`, 'order', `no-${n}`)
  await pipeline.exec()
  await client.xgroup('CREATE', 'jobs', 'billing', '0')
  await client.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 100, 'STREAMS', 'jobs', '>')
  for (let n = 300; n > 250; n -= 1) await client.xack('jobs', 'billing', `${now - n * MINUTE}-0`)
  return now
}

test('entries are drawn by time, a part of it finer, and the entries of that part are a step away', async () => {
  const now = await seed()
  await server.on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Timeline' }).click()
    const panel = page.getByRole('region', { name: 'Timeline' })
    await panel.getByRole('img', { name: /^300 entries from .* Most: \d+ from/ }).waitFor()
    await panel.getByText('All of these entries were counted.').waitFor()
    await panel.getByRole('list').getByText('billing has been given all up to here').waitFor()
    expect(await complaints(page)).toEqual([])

    await panel.getByRole('button', { name: 'Entries by time as a table' }).click()
    const table = panel.getByRole('region', { name: /table/ })
    await table.getByRole('columnheader', { name: 'Pending in billing' }).waitFor()
    const pending = await table.locator('tbody tr td:last-child').allInnerTexts()
    expect(pending.reduce((sum, text) => sum + Number(text), 0)).toBe(50)
    await panel.getByRole('button', { name: 'Entries by time as a chart' }).click()

    await panel.getByRole('textbox', { name: 'From: id or time' }).fill('2h')
    await panel.getByRole('textbox', { name: 'To: id or time' }).fill('3h')
    await page.keyboard.press('Enter')
    await panel.getByText('This is before the other end').waitFor()
    await panel.getByRole('textbox', { name: 'From: id or time' }).fill(String(now - 120 * MINUTE))
    await panel.getByRole('textbox', { name: 'To: id or time' }).fill(String(now - 111 * MINUTE))
    await page.keyboard.press('Enter')
    await panel.getByRole('img', { name: /^10 entries from/ }).waitFor()
    await panel.getByRole('button', { name: 'Show these entries' }).click()
    await page.getByRole('grid', { name: 'Entries found' }).getByText('no-111').waitFor()
    await words(page.getByRole('search').getByRole('status')).toMatch(/^10 found · 10 entries read/)
  })
})

test('ids that are no times have no timeline, and it says why', async () => {
  await server.client.xadd('numbered', '1-1', 'a', 'b')
  await server.on(async (page) => {
    await page.getByRole('treeitem', { name: 'numbered' }).click()
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('The ids of this stream are no times').waitFor()
  })
})
