import type { Page } from 'playwright-core'
import { launchChromium } from '../helpers/chromium'
import { openBenchPage, type PageBench } from './bench-page'
import { atMost, median, spread, type Figure } from './figures'

/** Before all others: the tree shows what there is room for. */
const KEY = 'a-wide'
const FIELDS = 10_000
const RUNS = 5

declare global {
  interface Window {
    /** How long each task beyond 50 ms took, ms: https://www.w3.org/TR/longtasks-1/. */
    longTasks?: number[]
  }
}

/** The longest time that the page answers nobody while an entry of 10 000 fields is opened, turned and searched. */
export async function measureWideEntry(bench: PageBench): Promise<readonly Figure[]> {
  const { bare, client, connectionId, host } = bench
  const fields = Array.from({ length: FIELDS }, (_, at) => [
    `field-${at}`,
    JSON.stringify({ at, text: 'x'.repeat(80) }),
  ])
  await bare.xadd(KEY, '1-1', ...fields.flat())
  const browser = await launchChromium()
  try {
    const longest: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      await client.connection.close({ connectionId })
      const { page, close } = await openBenchPage(browser, bench)
      await page.goto(host.origin)
      longest.push(await longestBlock(page))
      await close()
    }
    const name = 'longest block of the page at an entry of 10 000 fields'
    return [{ name, value: median(longest), unit: 'ms', aim: atMost(100), from: spread(longest) }]
  } finally {
    await browser.close()
    await bare.del(KEY)
  }
}

async function longestBlock(page: Page): Promise<number> {
  await page.getByRole('tree', { name: 'Streams' }).getByRole('treeitem').filter({ hasText: KEY }).click()
  await page.getByRole('tab', { name: 'Entries' }).click()
  const row = page.getByRole('grid', { name: /^Entries/ }).getByText('1-1')
  await row.waitFor()
  await page.evaluate(() => {
    window.longTasks = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks?.push(duration)
    }).observe({ entryTypes: ['longtask'] })
  })
  await row.click()
  const drawer = page.getByRole('complementary', { name: 'Entry' })
  const shows = (at: number): Promise<void> =>
    drawer.getByRole('region', { name: `Field field-${at}`, exact: true }).waitFor()
  await shows(0)
  await drawer.getByRole('button', { name: 'Last fields' }).click()
  await shows(FIELDS - 1)
  await drawer.getByRole('searchbox', { name: 'Find fields by name' }).fill('field-4711')
  await shows(4_711)
  const all = await page.evaluate(() => window.longTasks ?? [])
  // None was beyond 50 ms, or it was not told.
  return Math.max(0, ...all)
}
