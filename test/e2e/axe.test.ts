import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

describe.each(views)('$name', ({ open }) => {
  test.each(['light', 'dark'] as const)('has nothing to complain of in %s', async (colorScheme) => {
    const { page } = watched
    await page.emulateMedia({ colorScheme })
    await open(page)
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
    expect(
      violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]),
    ).toEqual([])
    expect(watched.problems).toEqual([])
  })
})
