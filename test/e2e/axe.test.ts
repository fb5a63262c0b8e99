import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage, type WatchedPage } from '../helpers/chromium'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { connectBrowser } from './browser'
import { complaints } from './complaints'
import { jobViews } from './job-views'
import { views } from './views'

let host: WebHost
let browser: Browser
let watched: WatchedPage
beforeAll(async () => {
  host = await startWebHost(['--sandbox', '--static'])
  browser = await connectBrowser()
  watched = await openPage(browser, { baseURL: host.origin, reducedMotion: 'reduce' })
  await watched.page.goto(host.launchUrl)
})
afterAll(async () => {
  await browser.close()
  await host.stop()
})

test.each([...views, ...jobViews])('$name has nothing to complain of, light or dark', async ({ open }) => {
  const { page } = watched
  await open(page)
  expect(await complaints(page)).toEqual([])
  expect(watched.problems).toEqual([])
})
