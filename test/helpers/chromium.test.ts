// The browser starts once, and quickly; the rules about problems are what is tested.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, withPage } from './chromium'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

test('a clean page passes, and has a fresh profile', async () => {
  await withPage(browser, async (page) => {
    expect(await page.context().cookies()).toEqual([])
    await page.setContent('<h1>Triage</h1>')
    expect(await page.getByRole('heading', { name: 'Triage' }).count()).toBe(1)
  })
})

test.each([
  ['an uncaught error', 'setTimeout(() => { throw new Error("oh no") })', /uncaught: Error: oh no/],
  ['a console error', 'console.error("oh no")', /console: oh no/],
])('%s fails the test', async (_, script, message) => {
  const visit = withPage(browser, async (page, watched) => {
    await page.setContent(`<script>${script}</script>`)
    await expect.poll(() => watched.problems.length).toBe(1)
  })
  await expect(visit).rejects.toThrow(message)
})

test('a problem that the test expects does not', async () => {
  await withPage(browser, async (page, watched) => {
    await page.setContent('<script>console.error("socket closed")</script>')
    await expect.poll(() => watched.expectProblems(/socket closed/)).toHaveLength(1)
  })
})

test('what the test itself finds wrong comes first', async () => {
  await expect(withPage(browser, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
})
