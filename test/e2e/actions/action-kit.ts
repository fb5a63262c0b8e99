import type { Redis } from 'ioredis'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { WatchedPage } from '../../helpers/chromium'
import { pendingList, wholeStream, type HeldEntry } from '../../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../../helpers/sandbox-host'
import { notice, openApp, switchTo, words, type App } from '../app'
import { goToGroup, goToStream } from '../views'

export const GROUP = 'workers'

export interface Workplace {
  readonly app: App
  /** A second connection, to assert by and to play the other clients. */
  readonly redis: Redis
  /** Runs `use` on one of the file's streams, in a page that the tests share. */
  onStream(key: string, use: (page: Page) => Promise<void>): Promise<void>
  /** The same on its group `workers`. */
  onGroup(key: string, use: (page: Page) => Promise<void>): Promise<void>
  /** The same on the connection that counts as production, in a page of its own. */
  onProduction(key: string, use: (page: Page) => Promise<void>): Promise<void>
  pending(key: string): Promise<readonly HeldEntry[]>
}

/**
 * Twelve entries 1-0 to 12-0. Of the group `workers`, ann holds 1-0 to 6-0 (2-0 was delivered four times) and bob 7-0 and
 * 8-0; cyd holds nothing, and the last four were never read.
 */
async function seed(redis: Redis, key: string): Promise<void> {
  const pipeline = redis.pipeline()
  for (let n = 1; n <= 12; n += 1) pipeline.xadd(key, `${n}-0`, 'order', n)
  pipeline.xgroup('CREATE', key, GROUP, '0')
  pipeline.xreadgroup('GROUP', GROUP, 'ann', 'COUNT', 6, 'STREAMS', key, '>')
  pipeline.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 2, 'STREAMS', key, '>')
  pipeline.call('XGROUP', 'CREATECONSUMER', key, GROUP, 'cyd')
  pipeline.call('XCLAIM', key, GROUP, 'ann', 0, '2-0', 'RETRYCOUNT', 4, 'JUSTID')
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

/** One sandbox for the file, with these streams in it beside its own: each test has one to itself. */
export function useWorkplace(keys: readonly string[]): Workplace {
  let host: SandboxHost
  let app: App
  let shared: WatchedPage | null = null
  beforeAll(async () => {
    host = await startSandboxHost()
    for (const key of keys) await seed(host.redis, key)
    app = await openApp(host.web)
  })
  afterAll(async () => {
    await shared?.close()
    await app.close()
    await host.stop()
  })
  /** Nothing of an earlier test is on it; after one that failed it is a new one. */
  async function onPage(use: (page: Page) => Promise<void>): Promise<void> {
    const { page, ...rest } = (shared ??= await app.open())
    try {
      await clear(page)
      await use(page)
      expect(shared.problems).toEqual([])
    } catch (error) {
      shared = null
      await rest.close().catch(() => undefined)
      throw error
    }
  }
  return {
    get app() {
      return app
    },
    get redis() {
      return host.redis
    },
    onStream: (key, use) =>
      onPage(async (page) => {
        await goToStream(page, key)
        await use(page)
      }),
    onGroup: (key, use) =>
      onPage(async (page) => {
        await goToGroup(page, key, GROUP)
        await use(page)
      }),
    onProduction: (key, use) =>
      app.on(async (page) => {
        await page.getByRole('list', { name: 'Findings' }).waitFor()
        await switchTo(page, 'Sandbox as production')
        await goToGroup(page, key, GROUP)
        await use(page)
      }),
    pending: (key) => pendingList(host.redis, key, GROUP),
  }
}

/** Closes what an earlier test left open. */
async function clear(page: Page): Promise<void> {
  for (const dialog of await page.getByRole('dialog').all()) {
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  }
  const crosses = page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss' })
  while ((await crosses.count()) > 0) await crosses.first().click()
}

export const effect = (page: Page): Locator => page.getByRole('region', { name: 'What it would do' })
export const recoverDialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Recover entries' })

export async function tick(page: Page, ...rows: readonly number[]): Promise<void> {
  for (const row of rows) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
}

/** Opens the dialog for what is ticked, or else for all that shows, with an action chosen. */
export async function openRecover(page: Page, action: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Recover…' }).click()
  await choose(recoverDialog(page), 'What to do', action)
  return recoverDialog(page)
}

export async function choose(area: Locator, label: string, option: string): Promise<void> {
  await area.getByRole('combobox', { name: label, exact: true }).selectOption(option)
}

/** Chooses a consumer of the group: beside its name the list says how it is, which moves with the clock. */
export async function chooseConsumer(area: Locator, label: string, name: string): Promise<void> {
  const list = area.getByRole('combobox', { name: label, exact: true })
  const value = await list.locator('option', { hasText: `${name}:` }).getAttribute('value')
  await list.selectOption(value ?? name)
}

/** The lines of the before-and-after table as text: name, before, after. */
export async function figures(page: Page): Promise<readonly (readonly string[])[]> {
  const rows = await effect(page).locator('tbody tr').all()
  return Promise.all(
    rows.map(async (row) =>
      (await row.locator('th, td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
    ),
  )
}

/** Looks at a preview, and fails if anything of the stream has changed by the time it is on the screen. */
export async function changingNothing(redis: Redis, key: string, look: () => Promise<void>): Promise<void> {
  const before = await wholeStream(redis, key)
  await look()
  expect(await wholeStream(redis, key)).toEqual(before)
}

/** Opens the journal on the record of the job that a notice tells of. */
export async function recordOf(done: Locator): Promise<Locator> {
  await done.getByRole('button', { name: 'Commands and counts in the journal' }).click()
  const drawer = done.page().getByRole('complementary', { name: /^Record: / })
  await drawer.waitFor()
  return drawer
}

export const commandsOf = (record: Locator): Promise<string> =>
  record.getByLabel('Commands as redis-cli lines').innerText()

/** Undoes by the button of a notice or of a record, and waits for what is then said. */
export async function undo(area: Locator, said: string): Promise<void> {
  const page = area.page()
  await area.getByRole('button', { name: 'Undo', exact: true }).click()
  await words(notice(page, said)).toContain(said)
}

/** `n` entries with this owner, each delivered once unless told. */
export function held(consumer: string, ...ids: readonly string[]): HeldEntry[] {
  return ids.map((id) => ({ id, consumer, deliveries: id === '2-0' ? 4 : 1 }))
}

/** How the group begins. */
export const SEEDED: readonly HeldEntry[] = [
  ...held('ann', '1-0', '2-0', '3-0', '4-0', '5-0', '6-0'),
  ...held('bob', '7-0', '8-0'),
]

/** As it was, but for these entries: with another owner or count, or (null) no longer pending. */
export function seededBut(changes: Readonly<Record<string, Partial<HeldEntry> | null>>): readonly HeldEntry[] {
  return SEEDED.flatMap((entry) => {
    const change = changes[entry.id]
    return change === null ? [] : [{ ...entry, ...change }]
  })
}
