import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { words } from './app'
import { banner, stale, useOwnServer } from './own-server'
import { goToGroup, goToStream } from './views'

// Kept on disk, so that a server that is killed comes back with what it had.
const server = useOwnServer({ config: ['appendonly yes', 'appendfsync always'] }, 5)

test('a server that dies under an open view is told of, and what was read stays on screen, marked as old', async () => {
  await server.on(async (page, name) => {
    await goToGroup(page, 'jobs', 'workers')
    expect(await stale(page).count()).toBe(0)
    await server.redis.kill()

    await words(banner(page)).toContain(`${name} was lost`)
    await words(banner(page)).toContain('what you see is of before')
    await expect.poll(() => stale(page).count()).toBe(3)
    await words(page.getByRole('grid', { name: 'Consumers' })).toMatch(/ann 20.*bob 1/)
    await page
      .getByRole('grid', { name: /^Pending entries/ })
      .getByText('21-0')
      .waitFor()
    const reassign = page.getByRole('button', { name: 'Reassign ann' })
    await expect.poll(() => reassign.getAttribute('aria-description')).toBe(`${name} is not connected just now`)
  })
})

test('a server that comes back is gone on with by itself', async () => {
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    await server.redis.kill()
    await banner(page).waitFor()
    await server.redis.restart({ keepData: 'as saved' })

    await banner(page).waitFor({ state: 'hidden' })
    await expect.poll(() => stale(page).count(), { timeout: 30_000 }).toBe(0)
    await server.client.xack('jobs', 'workers', '1-0', '2-0')
    await words(page.getByRole('grid', { name: 'Consumers' })).toContain('ann 18')
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await words(page.locator('[data-test=job-notice]')).toContain('Claimed 18 entries for bob')
  })
})

test('a live tail whose server dies is not called live, and goes on with what it shows once the server is back', async () => {
  await server.on(async (page) => {
    await goToStream(page, 'jobs')
    await page.getByRole('tab', { name: /^Entries/ }).click()
    await page.getByRole('button', { name: 'Live tail' }).click()
    const bar = page.getByRole('toolbar', { name: 'Entries' })
    const grid = page.getByRole('grid', { name: 'Entries as they come' })
    await grid.getByText('30-0', { exact: true }).waitFor()
    await words(bar).toContain('● Live')
    await server.client.xadd('jobs', '31-0', 'n', 31)
    await grid.getByText('31-0', { exact: true }).waitFor()

    await server.redis.kill()
    await words(bar).toContain('Not live')
    expect(await bar.innerText()).not.toContain('●')
    await grid.getByText('31-0', { exact: true }).waitFor()

    await server.redis.restart({ keepData: 'as saved' })
    await banner(page).waitFor({ state: 'hidden' })
    await words(bar).toContain('● Live')
    await server.client.xadd('jobs', '32-0', 'n', 32)
    await grid.getByText('32-0', { exact: true }).waitFor()
    await grid.getByText('31-0', { exact: true }).waitFor()
  })
})

test('with the refresh off, what is on screen is still told to be old, and read again once the server is back', async () => {
  await server.on(async (page) => {
    await setRefresh(page, /^Off/)
    try {
      await goToStream(page, 'jobs')
      await words(page.locator('.stream-facts')).toMatch(/Length 30/)
      // Not seen yet, as nothing is read again: what comes back is read, or it stays so.
      await server.client.xadd('jobs', '31-0', 'n', 31)
      await server.redis.kill()
      await banner(page).waitFor()
      await expect.poll(() => stale(page).count()).toBe(2)
      await words(page.locator('.stream-facts')).toMatch(/Length 30/)
      await server.redis.restart({ keepData: 'as saved' })
      await banner(page).waitFor({ state: 'hidden' })
      await words(page.locator('.stream-facts')).toMatch(/Length 31/)
      await expect.poll(() => stale(page).count()).toBe(0)
    } finally {
      await setRefresh(page, /^Every 5 s/)
    }
  })
})

test('every view keeps its content while the server is away, and a new view says why it has none', async () => {
  await server.on(async (page) => {
    await goToStream(page, 'jobs')
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page
      .getByRole('grid', { name: /^Entries/ })
      .getByText('30-0')
      .waitFor()
    await server.redis.kill()
    await banner(page).waitFor()

    await page
      .getByRole('grid', { name: /^Entries/ })
      .getByText('30-0')
      .waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.getByRole('grid', { name: 'Groups of all streams' }).getByText('workers').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Go to' }).fill('jobs / workers')
    await page.keyboard.press('Enter')
    await words(page.locator('#view').getByRole('alert').first()).toMatch(/./)
    expect((await page.locator('#view').innerText()).trim()).not.toBe('')

    await server.redis.restart({ keepData: 'as saved' })
    await page.getByRole('grid', { name: 'Consumers' }).getByText('bob').waitFor()
    await page.locator('#view').getByRole('alert').waitFor({ state: 'hidden' })
  })
})

test('a server that stands still is told of, and the page goes on when it moves again', async () => {
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    server.redis.freeze()
    await expect.poll(() => stale(page).count(), { timeout: 60_000 }).toBeGreaterThan(0)
    await page.getByRole('grid', { name: 'Consumers' }).getByText('ann').waitFor()
    server.redis.thaw()
    await expect.poll(() => stale(page).count(), { timeout: 60_000 }).toBe(0)
    await banner(page).waitFor({ state: 'hidden' })
  })
})

test('a server that comes back without its data shows that there is nothing, and keeps what was read apart', async () => {
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    await server.client.flushall()
    await words(page.locator('#view').getByRole('alert').first()).toMatch(/gone|doesn’t exist/)
    expect(await page.locator('.group-facts.stale').count()).toBe(1)
    await page.getByRole('button', { name: 'Scan for streams again' }).click()
    await words(page.getByRole('navigation', { name: 'Streams' })).toContain('No streams here')
  })
})

/** It is a setting of Sluice, so it would stay for the tests after this one. */
async function setRefresh(page: Page, interval: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Refresh interval/ }).click()
  await page.getByRole('menuitem', { name: interval }).click()
}
