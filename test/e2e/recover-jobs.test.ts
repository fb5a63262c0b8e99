import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { heldBy, pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { savedText } from './downloads'
import { notice, openApp, words, type App } from './app'
import { complaints } from './complaints'
import { goToGroup } from './views'

let host: SandboxHost
let app: App
beforeAll(async () => {
  host = await startSandboxHost()
  app = await openApp(host.web)
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

const STREAM = 'bulk-import'
const GROUP = 'importer'
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })

async function claimAllTo(page: Page, consumer: string): Promise<void> {
  await page.getByRole('button', { name: 'Recover…' }).click()
  await dialog(page).getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
  await dialog(page).getByRole('textbox', { name: 'Name of the new consumer' }).fill(consumer)
  await dialog(page)
    .getByRole('button', { name: /^Claim \d.* entries$/ })
    .click()
}

async function openJournal(page: Page): Promise<void> {
  await page.keyboard.press('g')
  await page.keyboard.press('j')
  await page.getByRole('grid', { name: 'Journal' }).waitFor()
}

async function limitTo(job: Locator, page: Page, label: RegExp): Promise<void> {
  await job.getByRole('button', { name: /^(Limit|≤)/ }).click()
  await page.getByRole('menuitem', { name: label }).click()
}

test('a job is limited, paused, told of, cancelled between batches, and resumed to its end from the journal', async () => {
  const all = await pendingList(host.redis, STREAM, GROUP)
  expect(all).toHaveLength(1_200)
  await app.on(async (page) => {
    await goToGroup(page, STREAM, GROUP)
    // The host sends nothing while its server makes writers wait: there is time to say how fast it may go.
    await host.redis.call('CLIENT', 'PAUSE', '60000', 'WRITE')
    await claimAllTo(page, 'rescuer')
    const job = notice(page, 'Claiming for rescuer')
    await limitTo(job, page, /^10 entries\/s at most/)
    await words(job).toContain('≤ 10/s')
    await host.redis.call('CLIENT', 'UNPAUSE')
    await expect.poll(() => heldBy(host.redis, STREAM, GROUP), { timeout: 30_000 }).toMatchObject({ rescuer: 500 })
    await words(job).toContain('500 of 1 200')

    await job.getByRole('button', { name: 'Pause' }).click()
    await words(job).toContain('Paused')
    expect(await complaints(page)).toEqual([])
    await limitTo(job, page, /^As fast as/)
    await words(job).toContain('500 of 1 200')
    expect(await heldBy(host.redis, STREAM, GROUP)).toMatchObject({ rescuer: 500 })

    await job.getByRole('button', { name: 'Cancel' }).click()
    await words(notice(page, 'Cancelled')).toContain('Claimed 500 of 1 200 entries')
    expect(await heldBy(host.redis, STREAM, GROUP)).toMatchObject({ rescuer: 500 })

    await openJournal(page)
    const record = page.getByRole('grid', { name: 'Journal' }).getByRole('row').filter({ hasText: 'claim to rescuer' })
    await record.click()
    await page.getByRole('complementary').getByRole('button', { name: 'Resume…' }).click()
    const resume = page.getByRole('dialog', { name: 'Resume' })
    await words(resume).toContain(`claim to rescuer, idle time kept: ${STREAM} / ${GROUP}`)
    await resume.getByRole('region', { name: 'What it would do' }).waitFor()
    expect(await complaints(page)).toEqual([])
    await resume.getByRole('button', { name: 'Resume with 700 entries' }).click()
    await words(notice(page, /Claimed 700/)).toContain('for rescuer')
    expect(await heldBy(host.redis, STREAM, GROUP)).toEqual({ rescuer: 1_200 })
  })
})

test('the journal is narrowed by action and time, and saved as JSON Lines and as text', async () => {
  await app.on(async (page) => {
    await page.getByRole('list', { name: 'Findings' }).waitFor()
    await openJournal(page)
    const rows = page.getByRole('grid', { name: 'Journal' }).getByRole('row').filter({ hasText: 'claim to rescuer' })
    await expect.poll(() => rows.count()).toBe(2)
    await page.getByRole('combobox', { name: 'Time' }).selectOption('In the last hour')
    await expect.poll(() => rows.count()).toBe(2)
    await page.getByRole('combobox', { name: 'Action' }).selectOption('ack')
    await page.getByText('No record matches').waitFor()
    await page.getByRole('combobox', { name: 'Action' }).selectOption('claim')
    await expect.poll(() => rows.count()).toBe(2)

    for (const [label, ending] of [
      ['As JSON Lines', 'jsonl'],
      ['As text', 'txt'],
    ] as const) {
      await page.getByRole('button', { name: 'Export' }).first().click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: label }).click(),
      ])
      expect(download.suggestedFilename()).toMatch(new RegExp(`^sluice-journal-.*\\.${ending}$`))
      const text = await savedText(download)
      if (ending === 'txt') expect(text).toContain('claim to rescuer')
      else {
        const lines = text.trimEnd().split('\n')
        expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual(['claim', 'claim'])
      }
    }
  })
})
