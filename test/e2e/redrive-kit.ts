import type { Redis } from 'ioredis'
import type { Locator, Page } from 'playwright-core'
import { openTriage } from './views'

export const ORIGIN = 'shop'
export const DEAD = 'shop:dead'
export const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Redrive dead letters' })
export const effect = (page: Page): Locator => dialog(page).getByRole('region', { name: 'What it would do' })
export const redriveButton = (page: Page): Locator => page.getByRole('button', { name: 'Redrive…' })
export const run = (page: Page): Locator => dialog(page).getByRole('button', { name: /^Redrive( \d+ entr(y|ies))?$/ })
export const whereTo = async (page: Page): Promise<readonly (readonly string[])[]> => {
  const rows = await effect(page).getByRole('table', { name: 'Where they go' }).locator('tbody tr').all()
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()))
  return cells.map((row) => row.map((text) => text.replace(/\s+/g, ' ').trim()))
}

/** Looks at a stream, which need not have a group. */
export async function goTo(page: Page, key: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(key)
  await page.getByRole('option', { name: new RegExp(`^${key}\\s*stream$`) }).click()
  await page.getByRole('tab', { name: 'Entries' }).waitFor()
}

export async function open(page: Page, key: string): Promise<void> {
  await openTriage(page)
  // It came since the host looked for streams.
  await page.getByRole('button', { name: 'Scan for streams again' }).click()
  await goTo(page, key)
}

export const ids = async (redis: Redis, key: string): Promise<readonly string[]> =>
  (await redis.xrange(key, '-', '+')).map(([id]) => id)

/** What each entry of a stream is a copy of, oldest first, with its count; nothing for other entries. */
export async function copiesIn(
  redis: Redis,
  key: string,
): Promise<readonly (readonly [string | undefined, string | undefined])[]> {
  const entries = await redis.xrange(key, '-', '+')
  const value = (fields: readonly string[], name: string): string | undefined => fields[fields.lastIndexOf(name) + 1]
  return entries
    .filter(([, fields]) => fields.includes('sluice:redrives'))
    .map(([, fields]) => [value(fields, 'sluice:dead-id'), value(fields, 'sluice:redrives')] as const)
}

interface Buried {
  readonly from?: string | null
  readonly redrives?: number
}

/** Dead letters 1-0, 2-0, … as Sluice writes them. `from` null: of somebody else's making. */
export async function bury(redis: Redis, letters: readonly Buried[], key = DEAD): Promise<void> {
  for (const [at, { from = ORIGIN, redrives = 0 }] of letters.entries()) {
    const own = ['n', String(at), ...(redrives === 0 ? [] : ['sluice:redrives', String(redrives)])]
    const behind = from === null ? [] : ['sluice:stream', from, 'sluice:id', '1-0', 'sluice:reason', 'poison']
    await redis.xadd(key, `${at + 1}-0`, ...own, ...behind)
  }
}

export const letters = (count: number): Buried[] => Array.from({ length: count }, () => ({}))
