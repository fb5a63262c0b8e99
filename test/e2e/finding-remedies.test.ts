import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { connectTo, openApp, type App } from './app'
import { complaints } from './complaints'

// Each finding with a remedy: made by real commands, cured by its own button, and gone by that.
const SETTINGS = {
  ...{ refreshSeconds: 1, deadLetters: 1, untrimmedEntries: 50, stalledAfterMs: 600_000 },
}

let dataDir: string
let host: WebHost
let app: App
let redis: TestRedis
let client: Redis
let number = 0

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-data-'))
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ version: 1, ...SETTINGS }))
  host = await startWebHost([], { SLUICE_DATA_DIR: dataDir })
  app = await openApp(host, 5)
})
afterAll(async () => {
  await app.close()
  await host.stop()
  rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(async () => {
  redis = await startRedis()
  client = redis.client()
  for (let n = 1; n <= 10; n += 1) await client.xadd('jobs', '*', 'n', n)
  await client.xgroup('CREATE', 'jobs', 'g', '0')
})
afterEach(() => redis.stop())

const ids = async (): Promise<readonly string[]> => (await client.xrange('jobs', '-', '+')).map(([id]) => id)
async function readAll(keep: number): Promise<readonly string[]> {
  await client.xreadgroup('GROUP', 'g', 'w', 'COUNT', 100, 'STREAMS', 'jobs', '>')
  const all = await ids()
  if (all.length > keep) await client.xack('jobs', 'g', ...all.slice(keep))
  return all.slice(0, keep)
}
const pending = async (): Promise<unknown> => ((await client.xpending('jobs', 'g')) as readonly unknown[])[0]
const line = (page: Page, kind: string): Locator => page.locator(`[data-test=finding-${kind}]`)
const remedy = (page: Page, kind: string, name: string): Locator =>
  line(page, kind).getByRole('button', { name, exact: true })
const goes = (page: Page, kind: string): Promise<void> =>
  line(page, kind).waitFor({ state: 'detached', timeout: 60_000 })

async function on(use: (page: Page) => Promise<void>): Promise<void> {
  number += 1
  await app.on(async (page) => {
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await connectTo(page, `Shop ${number}`, redis.port)
    await page.getByRole('treeitem', { name: 'jobs' }).waitFor()
    await use(page)
  })
}

test('a failing entry is two clicks from its dead letters, and these one more from coming back', async () => {
  const [first = ''] = await readAll(2)
  await client.xclaim('jobs', 'g', 'w', 0, first, 'RETRYCOUNT', 9, 'JUSTID')
  await on(async (page) => {
    await remedy(page, 'poison', 'Dead-letter…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Dead-letter 1 entry' }).click()
    await goes(page, 'poison')
    expect(await client.xlen('jobs:dead')).toBe(1)
    expect(await pending()).toBe(1)

    await remedy(page, 'dead-letters', 'Redrive…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Redrive 1 entry' }).click()
    await goes(page, 'dead-letters')
    expect(await client.xlen('jobs:dead')).toBe(0)
    expect(await client.xlen('jobs')).toBe(11)
  })
})

test('Show them leads to the failing entry: filtered, with its drawer open', async () => {
  const [first = ''] = await readAll(5)
  await client.xclaim('jobs', 'g', 'w', 0, first, 'RETRYCOUNT', 9, 'JUSTID')
  await on(async (page) => {
    await line(page, 'poison').waitFor()
    expect(await complaints(page)).toEqual([])
    await remedy(page, 'poison', 'Show them').click()
    await page.getByRole('complementary').getByText(first).first().waitFor()
    const rows = page.getByRole('grid', { name: /^Pending/ }).getByRole('row')
    await expect.poll(() => rows.count()).toBe(2)
  })
})

test('Why this one? leads to what sets the failing entry apart from those that passed', async () => {
  const broken = (await client.xadd('jobs', '*', 'items', '[{"sku":')) ?? ''
  for (let n = 0; n < 30; n += 1) await client.xadd('jobs', '*', 'items', '[{"sku":"A1"}]', 'currency', 'EUR')
  await client.xreadgroup('GROUP', 'g', 'w', 'COUNT', 100, 'STREAMS', 'jobs', '>')
  await client.xack('jobs', 'g', ...(await ids()).filter((id) => id !== broken))
  await client.xclaim('jobs', 'g', 'w', 0, broken, 'RETRYCOUNT', 9, 'JUSTID')
  await on(async (page) => {
    await remedy(page, 'poison', 'Why this one?').click()
    const why = page.locator('[data-test=why-failing]')
    await why
      .getByText('items is not valid JSON: it ends too early, at byte 8. In 30 of 30 others it is valid.')
      .waitFor()
    expect(await complaints(page)).toEqual([])
  })
})

test('what is gone from the stream is acked, and nothing else', async () => {
  const [, second = ''] = await readAll(3)
  await client.xdel('jobs', second)
  await on(async (page) => {
    await remedy(page, 'gone', 'Ack…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Ack 1 entry' }).click()
    await goes(page, 'gone')
    expect(await pending()).toBe(2)
  })
})

test('a group beyond its stream is set to its end', async () => {
  await client.xgroup('SETID', 'jobs', 'g', '9999999999999-0')
  await on(async (page) => {
    await remedy(page, 'beyond-end', 'Set its id…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Set id' }).click()
    await goes(page, 'beyond-end')
    const [info] = (await client.xinfo('GROUPS', 'jobs')) as readonly (readonly unknown[])[]
    expect(info).toContain((await ids()).at(-1))
  })
})

test('a group that vanished with its stream is made again, under its name', async () => {
  await readAll(1)
  await on(async (page) => {
    await page.getByRole('grid', { name: 'Groups of all streams' }).getByText('jobs').first().waitFor()
    await client.del('jobs')
    await remedy(page, 'vanished', 'Create it again…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click()
    await goes(page, 'vanished')
    expect(await client.xinfo('GROUPS', 'jobs')).toHaveLength(1)
  })
})

test('a stream that nobody trims leads to a trim of it', async () => {
  for (let n = 0; n < 50; n += 1) await client.xadd('jobs', '*', 'n', n)
  await on(async (page) => {
    await remedy(page, 'untrimmed', 'Trim…').click()
    await page.getByRole('dialog', { name: 'Trim stream' }).getByRole('button', { name: 'Cancel' }).click()
    await client.xtrim('jobs', 'MAXLEN', 59)
    await goes(page, 'untrimmed')
  })
})

test('a server that is nearly full leads to a trim of its largest stream that grows', async () => {
  for (let n = 0; n < 200; n += 1) await client.xadd('jobs', '*', 'body', 'x'.repeat(3_000))
  const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
  await client.config('SET', 'maxmemory', String(Math.round(used * 1.06)))
  await on(async (page) => {
    await line(page, 'memory').getByText('XADD fails with OOM').waitFor()
    await remedy(page, 'memory', 'Trim…').click()
    await page.getByRole('dialog', { name: 'Trim stream' }).getByRole('button', { name: 'Cancel' }).click()
    await client.config('SET', 'maxmemory', '0')
    await page.keyboard.press('r')
    await goes(page, 'memory')
  })
})

test('a finding says by which rule it is told, is snoozed for a reason, and is told again', async () => {
  const [first = ''] = await readAll(2)
  await client.xclaim('jobs', 'g', 'w', 0, first, 'RETRYCOUNT', 9, 'JUSTID')
  await on(async (page) => {
    await remedy(page, 'poison', 'Why, and snooze').click()
    const more = page.getByRole('dialog', { name: 'Why, and snooze' })
    await more.getByText('It was delivered 5 times or more, and never acked.').waitFor()
    await more.getByText('By the settings, which are as they come.').waitFor()
    const snooze = more.getByRole('button', { name: 'Snooze', exact: true })
    expect(await snooze.getAttribute('aria-disabled')).toBe('true')
    await more.getByRole('textbox', { name: 'Reason' }).fill('ticket 4711')
    expect(await complaints(page)).toEqual([])
    await snooze.click()
    await goes(page, 'poison')
    await page.getByRole('button', { name: '1 snoozed' }).click()
    const list = page.getByRole('list', { name: 'Snoozed findings' })
    await list.getByText('ticket 4711').waitFor()
    expect(await complaints(page)).toEqual([])

    await page.reload()
    await page.getByRole('button', { name: '1 snoozed' }).click()
    await list.getByRole('button', { name: 'Tell it again' }).click()
    await line(page, 'poison').waitFor()
    await list.getByText('Nothing is snoozed.').waitFor()
  })
})
