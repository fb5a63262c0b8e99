import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareIds } from '../../shared/entry-id'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { openApp, words, type App } from './app'
import { openEntries, openGroup, openTriage } from './views'

// On a live workload, refreshed every second.
let host: SandboxHost
let app: App
beforeAll(async () => {
  host = await startSandboxHost([])
  app = await openApp(host.web)
  await app.on(async (page) => {
    await page.getByRole('button', { name: /^Refresh interval/ }).click()
    await page.getByRole('menuitem', { name: /^Every 1 s/ }).click()
    await page.getByRole('button', { name: 'Refresh interval: 1 s' }).waitFor()
  })
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

interface Asked {
  count(procedure: string): number
  /** How often the host told of streams by itself. */
  told(): number
  /** How much is asked for while this runs. */
  countIn(run: () => Promise<void>): Promise<number>
}

/** What the page has asked the host for, as it asks. */
function listen(page: Page): Asked {
  const asked: string[] = []
  let told = 0
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => asked.push(/"u":"([^"]+)"/.exec(String(payload))?.[1] ?? ''))
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('"kind":"streams"')) told += 1
    })
  })
  return {
    told: () => told,
    count: (procedure) => asked.filter((one) => one === procedure).length,
    async countIn(run) {
      const before = asked.length
      await run()
      return asked.length - before
    },
  }
}

async function refreshed(asked: Asked, procedure: string, times: number): Promise<void> {
  const before = asked.count(procedure)
  await expect.poll(() => asked.count(procedure), { timeout: 30_000 }).toBeGreaterThanOrEqual(before + times)
}

/** The row at the top of what can be seen of a table: its text up to the first figure that ticks, and where it is, px. */
function topRow(grid: Locator): Promise<{ readonly id: string; readonly top: number }> {
  return grid.evaluate((element) => {
    const edge = element.getBoundingClientRect().top + 28
    const rows = [...element.querySelectorAll('.row')].map((row) => ({
      id: row.querySelector('.mono')?.textContent ?? '',
      top: Math.round(row.getBoundingClientRect().top - edge),
    }))
    return rows.filter(({ top }) => top >= 0).sort((a, b) => a.top - b.top)[0] ?? { id: '', top: -1 }
  })
}

test('a pending list that is scrolled, ticked and focused stays so over every refresh', async () => {
  await app.on(async (page) => {
    const asked = listen(page)
    await openGroup(page, 'orders', 'billing')
    const grid = page.getByRole('grid', { name: /^Pending entries/ })
    await grid.focus()
    for (let presses = 0; presses < 30; presses += 1) await page.keyboard.press('j')
    await page.keyboard.press('Space')
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Shift+ArrowDown')
    const bar = page.getByRole('toolbar', { name: 'Actions on pending entries' })
    await words(bar).toContain('5 selected')
    const before = await topRow(grid)
    const active = await grid.locator('.row.active .id').innerText()

    await refreshed(asked, '/pending/page', 4)
    expect(await topRow(grid)).toEqual(before)
    expect(await grid.locator('.row.active .id').innerText()).toBe(active)
    expect(await bar.innerText()).toContain('5 selected')
    expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true)
  })
})

test('entries that come in above leave those that are looked at where they are', async () => {
  await app.on(async (page) => {
    const asked = listen(page)
    await openEntries(page, 'orders')
    const grid = page.getByRole('grid', { name: /^Entries/ })
    await grid.focus()
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('PageDown')
    await expect.poll(async () => (await topRow(grid)).top).toBeGreaterThanOrEqual(0)
    const before = await topRow(grid)
    const length = await host.redis.xlen('orders')
    await expect.poll(() => host.redis.xlen('orders'), { timeout: 30_000 }).toBeGreaterThan(length + 3)
    await refreshed(asked, '/entry/page', 2)
    expect(await topRow(grid)).toEqual(before)
    await page.keyboard.press('Home')
    const [newest] = await host.redis.xrevrange('orders', '+', '-', 'COUNT', 1)
    await expect.poll(async () => compareIds((await topRow(grid)).id, newest?.[0] ?? '')).toBeGreaterThanOrEqual(0)
  })
})

test('what is typed, and the field it is typed in, outlast a refresh', async () => {
  await app.on(async (page) => {
    const asked = listen(page)
    await openGroup(page, 'orders', 'billing')
    const jump = page.getByRole('textbox', { name: 'Jump to id or time' })
    await jump.pressSequentially('10')
    await refreshed(asked, '/pending/page', 2)
    await page.keyboard.type('m')
    expect(await jump.inputValue()).toBe('10m')
    expect(await jump.evaluate((element) => element === document.activeElement)).toBe(true)
  })
})

test('the first screen keeps its place and its sorting while figures tick', async () => {
  await app.on(async (page) => {
    const asked = listen(page)
    await openTriage(page)
    await page.getByRole('columnheader', { name: 'Stream' }).click()
    const grid = page.getByRole('grid', { name: 'Groups of all streams' })
    await grid.focus()
    for (let presses = 0; presses < 12; presses += 1) await page.keyboard.press('j')
    const active = (): Promise<string> => grid.locator('.row.active .cell').nth(1).innerText()
    const before = await active()
    const scrolled = await grid.evaluate((element) => element.scrollTop)
    const told = asked.told()
    await expect.poll(() => asked.told(), { timeout: 30_000 }).toBeGreaterThanOrEqual(told + 4)
    expect(await active()).toBe(before)
    expect(await grid.evaluate((element) => element.scrollTop)).toBe(scrolled)
  })
})

test('nothing is asked for while the page is hidden, and everything at once when it shows again', async () => {
  await app.on(async (page) => {
    await page.clock.install()
    const asked = listen(page)
    await openGroup(page, 'orders', 'billing')
    const show = (state: 'hidden' | 'visible'): Promise<void> =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)

    await show('hidden')
    await words(page.getByRole('contentinfo')).toContain('paused')
    // What was begun before is brought to its end; then ten minutes go by, in which a page in sight would ask 120 times.
    await expect.poll(() => asked.countIn(() => page.clock.runFor(600_000))).toBe(0)

    const consumers = asked.count('/group/consumers')
    const told = asked.told()
    await show('visible')
    await words(page.getByRole('contentinfo')).not.toContain('paused')
    await expect.poll(() => asked.count('/group/consumers')).toBeGreaterThan(consumers)
    await expect.poll(() => asked.told()).toBeGreaterThan(told)
  })
})
