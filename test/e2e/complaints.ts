import { AxeBuilder } from '@axe-core/playwright'
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
    // There are no frames; without this another page is opened for each run to gather what they say.
    const axe = new AxeBuilder({ page }).setLegacyMode()
    const { violations } = await (colorScheme === 'light' ? axe.withTags(TAGS) : axe.withRules(OF_COLOURS)).analyze()
    for (const { id, nodes } of violations) {
      found.push([colorScheme, id, nodes.map(({ html, failureSummary }) => [html, failureSummary])])
    }
  }
  return found
}
