import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { openApp, words, type App } from './app'
import { goToGroup } from './views'

// 1 200 entries of one millisecond, all pending: their ids differ only behind the dash.
let host: SandboxHost
let app: App
let all: readonly string[]
beforeAll(async () => {
  host = await startSandboxHost()
  app = await openApp(host.web)
  all = (await pendingList(host.redis, 'bulk-import', 'importer')).map(({ id }) => id)
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

/** A walk is some hundred steps, and each waits for its turn on a busy machine. */
const LONG = { timeout: 300_000 }

const grid = (page: Page): Locator => page.getByRole('grid', { name: /^Pending entries/ })

/** The ids of the rows that are in the page now, in order. */
function shownIds(page: Page): Promise<readonly string[]> {
  return grid(page)
    .getByRole('row')
    .evaluateAll((rows) =>
      rows
        .filter((row) => row.getAttribute('aria-rowindex') !== null)
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .flatMap((row) => row.querySelector('.id')?.textContent ?? []),
    )
}

const activeIds = (page: Page): Promise<readonly string[]> => grid(page).locator('.row.active .id').allInnerTexts()

/**
 * Walks the list by a key until the id wanted has the focus. What shows is a stretch of the list at every step, without
 * a hole and without a repeat. Gives every id that was seen.
 */
async function walk(page: Page, key: 'PageDown' | 'PageUp', until: string): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  for (let steps = 0; steps < 400; steps += 1) {
    const shown = await shownIds(page)
    const begin = all.indexOf(shown[0] ?? '')
    expect(shown).toEqual(all.slice(begin, begin + shown.length))
    for (const id of shown) seen.add(id)
    if ((await activeIds(page)).includes(until)) return seen
    await page.keyboard.press(key)
  }
  throw new Error(`${until} was not reached`)
}

test('a list of 1 200 is walked from end to end and back, and every entry shows once', LONG, async () => {
  expect(all).toHaveLength(1_200)
  await app.on(async (page) => {
    await goToGroup(page, 'bulk-import', 'importer')
    await grid(page).focus()
    expect(await walk(page, 'PageDown', all.at(-1) ?? '')).toEqual(new Set(all))
    expect(await walk(page, 'PageUp', all[0] ?? '')).toEqual(new Set(all))
    await expect.poll(() => grid(page).getAttribute('aria-rowcount')).toBe('1201')
  })
})

test('from the middle, where one jumped to, the list of one consumer goes on in both directions', LONG, async () => {
  const middle = all[600] ?? ''
  await app.on(async (page) => {
    await goToGroup(page, 'bulk-import', 'importer')
    await page.getByRole('combobox', { name: 'Held by' }).selectOption({ label: 'importer-1 (1\u202f200)' })
    await page.getByRole('textbox', { name: 'Jump to id or time' }).fill(middle)
    await page.keyboard.press('Enter')
    await expect.poll(() => activeIds(page)).toEqual([middle])
    const up = await walk(page, 'PageUp', all[0] ?? '')
    expect([...up].filter((id) => all.indexOf(id) <= 600)).toHaveLength(601)
    expect(await walk(page, 'PageDown', all.at(-1) ?? '')).toEqual(new Set(all))
  })
})

test('all that is loaded can be ticked, and stays ticked while more comes', async () => {
  await app.on(async (page) => {
    await goToGroup(page, 'bulk-import', 'importer')
    await grid(page).focus()
    await page.keyboard.press('Control+a')
    const said = page.getByRole('toolbar', { name: 'Actions on pending entries' })
    await words(said).toMatch(/^\d+ selected/)
    const ticked = Number.parseInt(await said.innerText(), 10)
    await page.keyboard.press('End')
    await expect.poll(() => shownIds(page)).toContain(all[ticked + 2] ?? '')
    expect(Number.parseInt(await said.innerText(), 10)).toBe(ticked)
  })
  expect(await pendingList(host.redis, 'bulk-import', 'importer')).toHaveLength(1_200)
})
