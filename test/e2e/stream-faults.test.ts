import { expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { notice, words } from './app'
import { stale, useOwnServer } from './own-server'
import { goToGroup, goToStream } from './views'

// What others do to a stream while one looks at it.
const server = useOwnServer({}, 5)

test('a group that is destroyed is said to be gone; what was read of it stays, marked as old', async () => {
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    await server.client.xgroup('DESTROY', 'jobs', 'workers')
    await words(page.locator('#view').getByRole('alert').first()).toMatch(
      /The group workers doesn’t exist|group is gone/,
    )
    await page.getByRole('grid', { name: 'Consumers' }).getByText('ann').waitFor()
    await expect.poll(() => stale(page).count()).toBeGreaterThan(1)

    // And back: as after a consumer that creates its group when it starts.
    await server.client.xgroup('CREATE', 'jobs', 'workers', '0')
    await page.getByText('No consumer has joined this group').waitFor()
    await page.getByText('Nothing is pending').waitFor()
    await expect.poll(() => page.locator('#view').getByRole('alert').count()).toBe(0)
  })
})

test('a claim for a group that was just destroyed says so, and brings nothing back', async () => {
  await server.on(async (page) => {
    await page.getByRole('button', { name: /^Refresh interval/ }).click()
    await page.getByRole('menuitem', { name: /^Off/ }).click()
    await goToGroup(page, 'jobs', 'workers')
    await server.client.xgroup('DESTROY', 'jobs', 'workers')
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toMatch(/doesn’t exist|gone/)
    expect(await server.client.xinfo('GROUPS', 'jobs')).toEqual([])
    await page.getByRole('button', { name: /^Refresh interval/ }).click()
    await page.getByRole('menuitem', { name: /^Every 5 s/ }).click()
  })
})

test('a stream that is deleted is said to be gone; its entries stay on screen, marked as old', async () => {
  await server.on(async (page) => {
    await goToStream(page, 'jobs')
    await page.getByRole('tab', { name: 'Entries' }).click()
    const entries = page.getByRole('grid', { name: /^Entries/ })
    await entries.getByText('30-0').waitFor()
    await server.client.del('jobs')
    await words(page.locator('#view').getByRole('alert').first()).toMatch(
      /The stream jobs doesn’t exist|stream is gone/,
    )
    await expect.poll(() => page.locator('.stream-facts.stale').count()).toBe(1)
    await entries.getByText('30-0').waitFor()
    await expect.poll(() => page.locator('.data-table.stale').count()).toBe(1)
    await words(page.locator('#view')).not.toMatch(/Length 0/)
  })
})

test('a key that becomes a string is told of as no stream any more', async () => {
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    await server.client.set('jobs', 'not a stream')
    await words(page.locator('#view').getByRole('alert').first()).toContain('jobs is not a stream any more')
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('jobs is not a stream any more')
  })
  expect(await server.client.get('jobs')).toBe('not a stream')
})

test('a stream that is made anew under an open view is shown as it is now', async () => {
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await server.client
      .multi()
      .del('jobs')
      .xadd('jobs', '7-7', 'new', 'stream')
      .xgroup('CREATE', 'jobs', 'workers', '0')
      .xreadgroup('GROUP', 'workers', 'cat', 'COUNT', 1, 'STREAMS', 'jobs', '>')
      .exec()
    const pending = page.getByRole('grid', { name: /^Pending entries/ })
    await pending.getByText('7-7').waitFor()
    await words(page.getByRole('grid', { name: 'Consumers' })).toMatch(/cat 1/)
    expect(await pending.getByText('1-0').count()).toBe(0)
    // What was ticked is gone with the stream it was of.
    await words(page.getByRole('toolbar', { name: 'Actions on pending entries' })).not.toContain('selected')
  })
})

test('a claim of entries that others acked meanwhile leaves them alone, and says so', async () => {
  await server.on(async (page) => {
    await page.getByRole('button', { name: /^Refresh interval/ }).click()
    await page.getByRole('menuitem', { name: /^Off/ }).click()
    await goToGroup(page, 'jobs', 'workers')
    for (const row of [1, 2, 3]) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
    await server.client.xack('jobs', 'workers', '2-0')
    await page.getByRole('button', { name: /^Claim to [^:]*$/ }).click()
    await words(notice(page, 'Claimed')).toMatch(
      /Claimed 2 entries for bob.*1 of the selected were not pending any more/,
    )
    const list = await pendingList(server.client, 'jobs', 'workers')
    expect(list.filter(({ consumer }) => consumer === 'bob').map(({ id }) => id)).toEqual(['1-0', '3-0', '21-0'])
    expect(list.some(({ id }) => id === '2-0')).toBe(false)
    await page.getByRole('button', { name: /^Refresh interval/ }).click()
    await page.getByRole('menuitem', { name: /^Every 5 s/ }).click()
  })
})
