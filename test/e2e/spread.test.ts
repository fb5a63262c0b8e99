import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { setLastSeen } from '../../electron/sandbox/last-seen'
import { heldBy } from '../helpers/pel'
import { notice, words } from './app'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const own = useOwnServer({ config: ['rdbcompression no'] })
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })
const effect = (page: Page): Locator => dialog(page).getByRole('region', { name: 'What it would do' })
const MINUTE = 60_000

/** Nobody of the group was seen for some minutes. */
async function quieten(minutes: Readonly<Record<string, number>>): Promise<void> {
  const now = Date.now()
  const seen = Object.entries(minutes).map(([consumer, ago]) => ({ key: 'jobs', consumer, at: now - ago * MINUTE }))
  const call = (command: string, ...args: (string | number | Buffer)[]): Promise<unknown> =>
    own.client.callBuffer(command, ...args)
  expect(
    await setLastSeen({ call } as Parameters<typeof setLastSeen>[0], seen, { from: now - MINUTE, to: now }),
  ).toEqual([])
}

async function askToSpread(page: Page): Promise<void> {
  await goToGroup(page, 'jobs', 'workers')
  await page.getByRole('button', { name: 'Recover…' }).click()
  await dialog(page).getByRole('combobox', { name: 'What to do' }).selectOption('Spread over consumers')
}

test('where nobody is active, those that hold nothing and were seen last are offered, and it says so', async () => {
  for (const name of ['cyd', 'dan', 'old']) await own.client.xgroup('CREATECONSUMER', 'jobs', 'workers', name)
  await quieten({ ann: 40, bob: 3, cyd: 5, dan: 5, old: 9_000 })
  await own.on(async (page) => {
    await askToSpread(page)
    await words(effect(page)).toContain('Spreads 21 entries over 2 consumers')
    await words(effect(page)).toContain('None of these consumers was seen of late')
    const over = dialog(page).getByRole('combobox', { name: 'Spread over' })
    expect(await over.locator('option').allInnerTexts()).toEqual([
      'None is active: those seen last that hold nothing',
      'These…',
    ])
    await dialog(page).getByRole('button', { name: 'Spread 21 entries' }).click()
    await words(notice(page, 'Spread')).toContain('Spread 21 entries')
  })
  expect(await heldBy(own.client, 'jobs', 'workers')).toEqual({ cyd: 11, dan: 10 })
})

test('where all are stalled none of them is taken by itself: they are ticked, or a new one is named', async () => {
  await quieten({ ann: 40, bob: 3 })
  await own.on(async (page) => {
    await askToSpread(page)
    await words(dialog(page).getByRole('alert')).toContain('No other consumer is active, and all of them hold entries')
    await dialog(page).getByRole('combobox', { name: 'Spread over' }).selectOption('These…')
    await words(dialog(page)).toContain('Choose the consumers to see what it would do')
    const list = dialog(page).getByRole('group', { name: 'Spread over' })
    expect(await list.getByRole('checkbox', { checked: true }).count()).toBe(0)
    await dialog(page).getByRole('textbox', { name: 'A new consumer' }).fill('eve')
    await dialog(page).getByRole('textbox', { name: 'A new consumer' }).press('Enter')
    await words(effect(page)).toContain('Spreads 21 entries over 1 consumer')
    await list.getByRole('checkbox', { name: 'bob' }).check()
    await words(effect(page)).toContain('Spreads 20 entries over 2 consumers')
    await words(effect(page)).toContain('One of the consumers gave no sign of life either')
    await dialog(page).getByRole('button', { name: 'Spread 20 entries' }).click()
    await words(notice(page, 'Spread')).toContain('Spread 20 of 21 entries')
  })
  expect(await heldBy(own.client, 'jobs', 'workers')).toEqual({ bob: 10, eve: 11 })
})
