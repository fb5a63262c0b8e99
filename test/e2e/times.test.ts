import { expect, test } from 'vitest'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

const own = useOwnServer()
const AT = Date.UTC(2021, 9, 31, 0, 30, 15, 250)

test('local and UTC are switched where times stand, by keyboard, for what is shown and what is typed', async () => {
  await own.on(async (page) => {
    await own.client.del('jobs')
    await own.client.xadd('jobs', `${AT}-0`, 'n', '1')
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    const table = page.getByRole('grid')
    await page.keyboard.press('Control+f')
    const from = page.getByRole('search').getByRole('textbox', { name: 'From' })
    await from.fill('2021-10-31 00:00')
    const status = page.getByRole('contentinfo', { name: 'Status' })

    await status.getByRole('button', { name: /^Times: / }).focus()
    await page.keyboard.press('Enter')
    expect(await complaints(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await status.getByRole('button', { name: 'Times: UTC' }).waitFor()
    await table.getByRole('columnheader', { name: 'Time (UTC)' }).waitFor()
    await table.getByText('2021-10-31 00:30:15.250Z').waitFor()
    await page.getByText('Means 2021-10-31 00:00:00.000 UTC').waitFor()
    await page.reload()
    await status.getByRole('button', { name: 'Times: UTC' }).waitFor()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await table.getByText('2021-10-31 00:30:15.250Z').waitFor()

    await page.keyboard.press('Control+,')
    await page.getByRole('combobox', { name: 'Times' }).selectOption('Local times')
    await status.getByRole('button', { name: 'Times: UTC', exact: true }).waitFor({ state: 'detached' })
  })
})
