import { expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { words } from './app'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const own = useOwnServer()

test('a server without XNACK is not asked to release anything, and the form says why', async () => {
  const before = await pendingList(own.client, 'jobs', 'workers')
  await own.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    await page.getByRole('button', { name: 'Recover…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Recover entries' })
    await dialog.getByRole('button', { name: /^Claim \d/ }).waitFor()
    await dialog.getByRole('combobox', { name: 'What to do' }).selectOption('Release to the group (not here)')
    await words(dialog).toContain('This server has no XNACK.')
    expect(
      (await dialog.getByRole('combobox', { name: 'This delivery' }).locator('option').allInnerTexts()).join(),
    ).toMatch(/SILENT.*FAIL.*FATAL/)
    const run = dialog.getByRole('button', { name: 'Release', exact: true })
    expect(await run.getAttribute('aria-disabled')).toBe('true')
    expect(await run.getAttribute('aria-description')).toBe('This server has no XNACK.')
    await run.click({ force: true })
    await run.press('Enter')
    await dialog.waitFor()
    expect(await dialog.getByRole('region', { name: 'What it would do' }).count()).toBe(0)
  })
  expect(await pendingList(own.client, 'jobs', 'workers')).toEqual(before)
  expect(await own.client.info('commandstats')).not.toMatch(/cmdstat_xnack/)
})
