import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, switchTo, words, type App } from './app'
import { complaints } from './complaints'
import { openGroup, openTriage } from './views'

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

const ORIGIN = 'shop'
const DEAD = 'shop:dead'
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Redrive dead letters' })
const effect = (page: Page): Locator => dialog(page).getByRole('region', { name: 'What it would do' })
const redriveButton = (page: Page): Locator => page.getByRole('button', { name: 'Redrive…' })
const run = (page: Page): Locator => dialog(page).getByRole('button', { name: /^Redrive( \d+ entr(y|ies))?$/ })
const whereTo = async (page: Page): Promise<readonly (readonly string[])[]> => {
  const rows = await effect(page).getByRole('table', { name: 'Where they go' }).locator('tbody tr').all()
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()))
  return cells.map((row) => row.map((text) => text.replace(/\s+/g, ' ').trim()))
}

/** Looks at a stream, which need not have a group. */
async function goTo(page: Page, key: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(key)
  await page.getByRole('option', { name: new RegExp(`^${key}\\s*stream$`) }).click()
  await page.getByRole('tab', { name: 'Entries' }).waitFor()
}

async function open(page: Page, key: string): Promise<void> {
  await openTriage(page)
  // It came since the host looked for streams.
  await page.getByRole('button', { name: 'Scan for streams again' }).click()
  await goTo(page, key)
}

const ids = async (key: string): Promise<readonly string[]> =>
  (await host.redis.xrange(key, '-', '+')).map(([id]) => id)

/** What each entry of a stream is a copy of, oldest first, with its count; nothing for other entries. */
async function copiesIn(key: string): Promise<readonly (readonly [string | undefined, string | undefined])[]> {
  const entries = await host.redis.xrange(key, '-', '+')
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
async function bury(letters: readonly Buried[], key = DEAD): Promise<void> {
  for (const [at, { from = ORIGIN, redrives = 0 }] of letters.entries()) {
    const own = ['n', String(at), ...(redrives === 0 ? [] : ['sluice:redrives', String(redrives)])]
    const behind = from === null ? [] : ['sluice:stream', from, 'sluice:id', '1-0', 'sluice:reason', 'poison']
    await host.redis.xadd(key, `${at + 1}-0`, ...own, ...behind)
  }
}

const letters = (count: number): Buried[] => Array.from({ length: count }, () => ({}))

afterEach(() => host.redis.del(ORIGIN, DEAD, 'repair', 'shop:broken'))

describe('dead letters of the sandbox', () => {
  test('made by the recovery dialog are looked at and go back to the end of where they came from', async () => {
    const [first, second, third] = await pendingList(host.redis, 'example-stream', 'example-group-2')
    const before = await host.redis.xlen('example-stream')
    const bodies = await Promise.all(
      [first, second].map(
        async (row) => (await host.redis.xrange('example-stream', row?.id ?? '', row?.id ?? ''))[0]?.[1],
      ),
    )
    await app.on(async (page) => {
      await openGroup(page, 'example-stream', 'example-group-2')
      for (const row of [1, 2]) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
      await page.getByRole('button', { name: 'Recover…' }).click()
      const recover = page.getByRole('dialog', { name: 'Recover entries' })
      await recover.getByRole('combobox', { name: 'What to do' }).selectOption('Dead-letter')
      await recover.getByRole('textbox', { name: 'Why' }).fill('fails each time')
      await recover.getByRole('button', { name: 'Dead-letter 2 entries' }).click()
      await words(notice(page, 'Dead-lettered')).toContain('Dead-lettered 2 entries')
    })
    const dead = await ids('example-stream:dead')
    expect(dead).toHaveLength(2)

    await app.on(async (page) => {
      await open(page, 'example-stream:dead')
      await redriveButton(page).click()
      await words(effect(page)).toContain('Moves 2 entries to the end of example-stream')
      expect(await whereTo(page)).toEqual([['example-stream', '2', 'Is there']])
      await words(effect(page)).toContain('Nothing: a copy may have been delivered at once')
      await words(effect(page)).toContain('A script copies and deletes, with nobody in between')
      await words(dialog(page)).toContain('XADD example-stream NOMKSTREAM * ')
      await words(dialog(page)).toContain(`XDEL example-stream:dead ${dead[0]}`)
      expect([await host.redis.xlen('example-stream'), await ids('example-stream:dead')]).toEqual([before, dead])

      await dialog(page).getByRole('button', { name: 'Redrive 2 entries' }).click()
      await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
      await expect.poll(() => page.locator('.stream-facts').innerText()).toMatch(/Length\s+0/)
    })
    expect(await ids('example-stream:dead')).toEqual([])
    const copies = (await host.redis.xrange('example-stream', '-', '+')).slice(-2)
    expect(copies.map(([, fields]) => fields.slice(0, -8))).toEqual(bodies)
    expect(await copiesIn('example-stream')).toEqual(dead.map((id) => [id, '1']))
    // They are there to be delivered as new ones; what nobody chose is pending as before.
    const pending = (await pendingList(host.redis, 'example-stream', 'example-group-2')).map(({ id }) => id)
    expect([pending.includes(first?.id ?? ''), pending.includes(third?.id ?? '')]).toEqual([false, true])
  })
})

test('of ticked ones only these go, and the journal names them', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(letters(5))
  await app.on(async (page) => {
    await open(page, DEAD)
    await page.getByRole('tab', { name: 'Entries' }).click()
    // Newest first.
    for (const row of [2, 4]) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
    await redriveButton(page).click()
    const which = dialog(page).getByRole('combobox', { name: 'Which entries' })
    await which.selectOption('All of the stream (5)')
    await words(effect(page)).toContain('Moves 5 entries')
    await which.selectOption('The 2 entries ticked')
    await words(effect(page)).toContain('Moves 2 entries to the end of shop')
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
    await notice(page, 'Redrove').getByRole('button', { name: 'Commands and counts in the journal' }).click()
    const record = page.getByRole('complementary', { name: /^Record/ })
    await words(record).toContain('redrive 2 entries to shop')
  })
  expect([await copiesIn(ORIGIN), await ids(DEAD)]).toEqual([
    [
      ['2-0', '1'],
      ['4-0', '1'],
    ],
    ['1-0', '3-0', '5-0'],
  ])
})

test('what can’t go is told by stream and reason, and goes once it can', async () => {
  await host.redis.rpush('shop:broken', 'x')
  await bury([{}, {}, { from: 'shop:broken' }, { redrives: 3 }, { from: null }])
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    await words(effect(page)).toContain('Nothing to redrive: all of these entries are left alone')
    expect(await whereTo(page)).toEqual([
      ['shop', '2', '■ It does not exist.'],
      ['shop:broken', '1', '■ It is no stream, but a list.'],
    ])
    await words(effect(page)).toContain('1 does not say where it comes from: left alone')
    await words(effect(page)).toContain('1 was redriven 3 times or more already: left alone')
    await words(effect(page)).toContain('3 can’t go where they belong: left alone')
    expect(await run(page).getAttribute('aria-disabled')).toBe('true')
    expect(await run(page).getAttribute('aria-description')).toBe('There is nothing to redrive')
    await run(page).click({ force: true })

    await dialog(page).getByRole('checkbox', { name: 'Create a stream that does not exist' }).check()
    await words(effect(page)).toContain('Moves 2 entries to the end of shop')
    expect((await whereTo(page))[0]).toEqual(['shop', '2', 'Is created'])
    await dialog(page).getByRole('textbox', { name: 'Redrives at most' }).fill('0')
    await words(dialog(page)).toContain('Name the stream to see what it would do')
    await dialog(page).getByRole('textbox', { name: 'Redrives at most' }).fill('4')
    await words(effect(page)).toContain('Moves 3 entries to the end of shop')
    await dialog(page).getByRole('combobox', { name: 'Where to' }).selectOption('All to one stream…')
    expect(await run(page).getAttribute('aria-description')).toBe('Name the stream first')
    await dialog(page).getByRole('textbox', { name: 'To the stream', exact: true }).fill('repair')
    await dialog(page)
      .getByRole('combobox', { name: 'Those that don’t say where from' })
      .selectOption('Move them to a stream…')
    await dialog(page).getByRole('textbox', { name: 'Those go to the stream' }).fill('repair')
    await words(effect(page)).toContain('Moves 5 entries to the end of repair')
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 5 entries')
  })
  expect(await copiesIn('repair')).toEqual([
    ...[
      ['1-0', '1'],
      ['2-0', '1'],
      ['3-0', '1'],
      ['4-0', '4'],
      ['5-0', '1'],
    ],
  ])
  expect([await ids(DEAD), await host.redis.exists(ORIGIN)]).toEqual([[], 0])
})

test('it goes as slowly as asked for, and stops between two entries', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(letters(60))
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    const pace = dialog(page).getByRole('combobox', { name: 'Entries a second' })
    expect(await pace.locator('option:checked').innerText()).toBe('50 at most')
    await pace.selectOption('10 at most')
    await dialog(page).getByRole('button', { name: 'Redrive 60 entries' }).click()
    const running = notice(page, 'Redriving')
    await running.getByRole('button', { name: '≤ 10/s' }).waitFor()
    await expect.poll(() => copiesIn(ORIGIN)).not.toEqual([])
    await running.getByRole('button', { name: 'Cancel' }).click()
    await words(notice(page, 'Cancelled')).toMatch(/Redrove \d+ of 60 entries/)
  })
  const [gone, left] = [await copiesIn(ORIGIN), await ids(DEAD)]
  expect(gone.length).toBeLessThan(60)
  expect([...gone.map(([id]) => id), ...left]).toEqual(letters(60).map((_, at) => `${at + 1}-0`))
})

test('a stream that was made anew since the look is not touched: the figures are made again, with the reason', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(letters(3))
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    await words(effect(page)).toContain('Moves 3 entries')
    await host.redis.del(DEAD)
    await bury(letters(2))
    await run(page).click()
    await words(dialog(page).getByRole('alert')).toContain('Things changed since this was planned')
    await words(effect(page)).toContain('Moves 2 entries')
    expect(await copiesIn(ORIGIN)).toEqual([])
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
  })
  expect(await ids(DEAD)).toEqual([])
})

test('a server that refuses half way is told in the job’s notice, with nothing lost', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(letters(40))
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    await dialog(page).getByRole('combobox', { name: 'Entries a second' }).selectOption('10 at most')
    await run(page).click()
    await expect.poll(() => copiesIn(ORIGIN)).not.toEqual([])
    await host.redis.set(ORIGIN, 'no stream any more')
    await words(notice(page, 'Stopped')).toMatch(/Redrove \d+ of 40 entries/)
    await notice(page, 'Stopped')
      .getByText(/^1 entry/)
      .click()
    await words(notice(page, 'Stopped')).toContain('It can’t go to shop: WRONGTYPE')
    await host.redis.del(ORIGIN)
    await notice(page, 'Stopped').getByRole('button', { name: 'Retry failed only…' }).click()
    await dialog(page).getByRole('checkbox', { name: 'Create a stream that does not exist' }).check()
    await words(effect(page)).toContain('Moves 1 entry to the end of shop')
    await run(page).click()
    await expect.poll(() => host.redis.xlen(ORIGIN)).toBe(1)
  })
  const left = await ids(DEAD)
  expect(left).toEqual(
    letters(40)
      .map((_, at) => `${at + 1}-0`)
      .slice(-left.length),
  )
  expect(left.length).toBeGreaterThan(0)
})

test('on a production connection only the stream’s name, typed, lets it go', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(letters(2))
  await app.on(async (page) => {
    await switchTo(page, 'Sandbox as production')
    await goTo(page, DEAD)
    await redriveButton(page).click()
    await words(effect(page)).toContain('Moves 2 entries')
    const typed = dialog(page).getByRole('textbox', { name: /type shop:dead to confirm/ })
    for (const wrong of ['', 'shop', 'Shop:dead']) {
      await typed.fill(wrong)
      await typed.press('Enter')
      expect(await run(page).getAttribute('aria-disabled')).toBe('true')
    }
    expect(await ids(DEAD)).toHaveLength(2)
    await typed.fill(DEAD)
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
  })
  expect(await ids(DEAD)).toEqual([])
})

test('it is offered where a name or the first entries tell of dead letters, and nowhere else', async () => {
  await bury(letters(1), 'repair')
  await app.on(async (page) => {
    await open(page, 'repair')
    await redriveButton(page).waitFor()
    await goTo(page, 'orders')
    await redriveButton(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Trim…' }).waitFor()
  })
})

test('it is done by keyboard alone, has nothing that axe complains of, and Escape leaves it', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury([{}, { from: 'nowhere' }, { from: null }, { redrives: 9 }])
  await host.redis.xgroup('CREATE', DEAD, 'sweepers', '0')
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).focus()
    await page.keyboard.press('Enter')
    await words(effect(page)).toContain('1 group of this stream holds some of them, or has not read them yet')
    expect(await complaints(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'hidden' })
    expect(await redriveButton(page).evaluate((button) => button === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await words(effect(page)).toContain('Moves 1 entry to the end of shop')
    await dialog(page).getByRole('textbox', { name: 'Redrives at most' }).focus()
    await page.keyboard.press('Enter')
    await words(notice(page, 'Redrove')).toContain('Redrove 1 entry')
  })
  expect(await ids(DEAD)).toEqual(['2-0', '3-0', '4-0'])
})
