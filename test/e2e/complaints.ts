import axe, { type RunOptions, type Result } from 'axe-core'
import type { Page } from 'playwright-core'

/** WCAG 2.2 A and AA, and what axe calls good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The themes differ in their colours alone, so the second is asked only for what has to do with them. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

/** What axe has against what is on the screen, in the light and in the dark. Empty is what is wanted. */
export async function complaints(page: Page): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
    const asked = colorScheme === 'light' ? TAGS : OF_COLOURS
    for (const { id, nodes } of await violations(page, asked)) {
      found.push([colorScheme, id, nodes.map(({ html, failureSummary }) => [html, failureSummary])])
    }
  }
  return found
}

/** What axe has against a page without frames, by these tags or rules. */
export async function violations(page: Page, runOnly: string[] = TAGS): Promise<readonly Result[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  // To name each node that passed as well takes it as long as to look at all of them.
  const options: RunOptions = { runOnly, resultTypes: ['violations'], selectors: false }
  const { violations: found } = await page.evaluate(
    (asked) => (window as unknown as { axe: typeof axe }).axe.run(asked),
    options,
  )
  return found
}
