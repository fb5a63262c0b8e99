import type { Locator, Page } from 'playwright-core'
import { openGroup, type View } from './views'

/** What a job leaves on the screen: its notice, its record, and what its undo would give back. */
export const jobViews: readonly View[] = [
  { name: 'job-notice', open: ackTwo },
  {
    name: 'journal-record',
    async open(page) {
      await ackTwo(page)
      await acked(page).getByRole('button', { name: 'Commands and counts in the journal' }).click()
      await page.getByRole('complementary', { name: /^Record: / }).waitFor()
    },
  },
  {
    name: 'undo',
    async open(page) {
      await ackTwo(page)
      await acked(page).getByRole('button', { name: 'See what it would give back' }).click()
      await page.getByRole('dialog', { name: 'Undo' }).getByRole('table').waitFor()
    },
  },
]

const acked = (page: Page): Locator => page.locator('[data-test=job-notice]').filter({ hasText: 'Acked 2 entries' })

/** Two more each time: there are enough. */
async function ackTwo(page: Page): Promise<void> {
  await openGroup(page, 'bulk-import', 'importer')
  for (const row of [1, 2]) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
  await page.getByRole('button', { name: 'Ack', exact: true }).click()
  await acked(page).getByRole('button', { name: 'Undo', exact: true }).waitFor()
}
