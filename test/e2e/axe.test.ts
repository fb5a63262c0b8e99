import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, openPage, type WatchedPage } from '../helpers/chromium'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { views } from './views'

/** WCAG 2.2 A and AA, and what axe calls good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let host: WebHost
let browser: Browser
let watched: WatchedPage
beforeAll(async () => {
  host = await startWebHost(['--sandbox', '--static'])
  browser = await launchChromium()
  watched = await openPage(browser, { baseURL: host.origin, reducedMotion: 'reduce' })
  await watched.page.goto(host.launchUrl)
})
afterAll(async () => {
  await browser.close()
  await host.stop()
})

test.each(views)('$name has nothing to complain of, light or dark', async ({ open }) => {
  const { page } = watched
  await open(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
    const complaints = violations.map(({ id, nodes }) => [
      id,
      nodes.map(({ html, failureSummary }) => [html, failureSummary]),
    ])
    expect(complaints, colorScheme).toEqual([])
  }
  expect(watched.problems).toEqual([])
})
