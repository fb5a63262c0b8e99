import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage, type WatchedPage } from '../helpers/chromium'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { connectBrowser } from './browser'
import { complaints } from './complaints'
import { jobViews } from './job-views'
import { views } from './views'

/** Files that share the views: one of them with all would be the last to end by far. */
const FILES = 2

/** axe looks at every second view, from this one on, each in a sandbox that the file has for itself. */
export function testViewsFrom(first: 0 | 1): void {
  let host: WebHost
  let browser: Browser
  let watched: WatchedPage
  beforeAll(async () => {
    host = await startWebHost(['--sandbox', '--static'])
    browser = await connectBrowser()
    watched = await openPage(browser, { baseURL: host.origin, reducedMotion: 'reduce' })
    await watched.page.goto(host.launchUrl)
    await watched.page.waitForURL((url) => url.pathname === '/')
  })
  afterAll(async () => {
    await browser.close()
    await host.stop()
  })

  const some = [...views, ...jobViews].filter((_, at) => at % FILES === first)
  test.each(some)('$name has nothing to complain of, light or dark', async ({ open }) => {
    const { page } = watched
    await open(page)
    expect(await complaints(page)).toEqual([])
    // Each is this view's: those after it, and a second try, begin with none.
    expect(watched.expectProblems(/^/)).toEqual([])
  })
}
