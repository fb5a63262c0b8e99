import { execFileSync } from 'node:child_process'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { requireBinary } from '../helpers/find-binary'
import { heldBy, pendingList } from '../helpers/pel'
import { savedText } from './downloads'
import { words } from './app'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const own = useOwnServer()
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })
const makeIt = (page: Page): Locator => dialog(page).getByRole('button', { name: 'All commands as a script…' })

async function claimTo(page: Page, consumer: string): Promise<void> {
  await goToGroup(page, 'jobs', 'workers')
  await page.getByRole('button', { name: 'Recover…' }).click()
  await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
  await dialog(page).getByRole('textbox', { name: 'Name of the new consumer' }).fill(consumer)
  await makeIt(page).waitFor()
}

test('the whole script is saved as a file, and redis-cli does with it what the job would do', async () => {
  const before = await pendingList(own.client, 'jobs', 'workers')
  await own.on(async (page) => {
    await claimTo(page, 'rescuer')
    await makeIt(page).click()
    await words(dialog(page)).toMatch(/Script: 21 entries, \d+ B/)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog(page).getByRole('button', { name: 'Save', exact: true }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^sluice-claim-20\d\d-\d\d-\d\d\.txt$/)
    expect(await pendingList(own.client, 'jobs', 'workers')).toEqual(before)
    const input = await savedText(download)
    expect(input).toContain('ECHO "Sluice: claim to rescuer')
    const cli = requireBinary('redis-cli', 'valkey-cli')
    execFileSync(cli, ['-h', own.redis.host, '-p', String(own.redis.port)], { input })
    expect(await heldBy(own.client, 'jobs', 'workers')).toEqual({ rescuer: 21 })
  })
})

test('the script is copied, and made anew for another plan', async () => {
  await own.on(async (page) => {
    await page.context().grantPermissions(['clipboard-write'])
    await claimTo(page, 'rescuer')
    await makeIt(page).click()
    await dialog(page).getByRole('button', { name: 'Copy the script' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('Sluice: claim to rescuer')
    // The page may not read the clipboard; a person can paste.
    const name = dialog(page).getByRole('textbox', { name: 'Name of the new consumer' })
    await name.fill('')
    await name.press('Control+V')
    await expect
      .poll(() => name.inputValue())
      .toMatch(/^ECHO "Sluice: claim to rescuer.*XCLAIM jobs workers rescuer \d+ 1-0 2-0 .*21 entries\."/)
    await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Ack')
    await makeIt(page).click()
    await words(dialog(page)).toContain('Script: 21 entries')
    await dialog(page).getByRole('button', { name: 'Copy the script' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('Sluice: ack, in jobs / workers')
  })
})

test('a stream that is gone is told of, and the script can be asked for once more', async () => {
  await own.on(async (page) => {
    await claimTo(page, 'rescuer')
    await own.client.del('jobs')
    await makeIt(page).click()
    await words(dialog(page).getByRole('alert')).toContain('doesn’t exist')
    await dialog(page).getByRole('button', { name: 'Try again' }).click()
    await words(dialog(page).getByRole('alert')).toContain('doesn’t exist')
  })
})
