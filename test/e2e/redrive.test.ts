import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, switchTo, words, type App } from './app'
import { complaints } from './complaints'
import {
  bury,
  copiesIn,
  DEAD,
  dialog,
  effect,
  goTo,
  ids,
  letters,
  open,
  ORIGIN,
  redriveButton,
  run,
  whereTo,
} from './redrive-kit'
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
      await goToGroup(page, 'example-stream', 'example-group-2')
      for (const row of [1, 2]) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
      await page.getByRole('button', { name: 'Recover…' }).click()
      const recover = page.getByRole('dialog', { name: 'Recover entries' })
      await recover.getByRole('combobox', { name: 'What to do' }).selectOption('Dead-letter')
      await recover.getByRole('textbox', { name: 'Why' }).fill('fails each time')
      await recover.getByRole('button', { name: 'Dead-letter 2 entries' }).click()
      await words(notice(page, 'Dead-lettered')).toContain('Dead-lettered 2 entries')
    })
    const dead = await ids(host.redis, 'example-stream:dead')
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
      expect([await host.redis.xlen('example-stream'), await ids(host.redis, 'example-stream:dead')]).toEqual([
        before,
        dead,
      ])

      await dialog(page).getByRole('button', { name: 'Redrive 2 entries' }).click()
      await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
      await expect.poll(() => page.locator('.stream-facts').innerText()).toMatch(/Length\s+0/)
    })
    expect(await ids(host.redis, 'example-stream:dead')).toEqual([])
    const copies = (await host.redis.xrange('example-stream', '-', '+')).slice(-2)
    expect(copies.map(([, fields]) => fields.slice(0, -8))).toEqual(bodies)
    expect(await copiesIn(host.redis, 'example-stream')).toEqual(dead.map((id) => [id, '1']))
    // They are there to be delivered as new ones; what nobody chose is pending as before.
    const pending = (await pendingList(host.redis, 'example-stream', 'example-group-2')).map(({ id }) => id)
    expect([pending.includes(first?.id ?? ''), pending.includes(third?.id ?? '')]).toEqual([false, true])
  })
})

test('what an application may have put there is warned of, saved first, and can be had back', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(host.redis, [{}, { from: null }, { from: null }])
  await host.redis.xgroup('CREATE', DEAD, 'sweepers', '$')
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    await words(effect(page)).toContain('2 of 3 entries were not dead-lettered by Sluice')
    await words(effect(page)).toContain('Groups that read this stream: sweepers')
    await dialog(page)
      .getByRole('combobox', { name: 'Those that don’t say where from' })
      .selectOption('Move them to a stream…')
    await dialog(page).getByRole('textbox', { name: 'Those go to the stream' }).fill(ORIGIN)
    await words(effect(page)).toContain('2 of those go: what the application drops where they go is only in the backup')
    const save = dialog(page).getByRole('checkbox', { name: 'Save what goes as JSON Lines first' })
    expect(await save.isChecked()).toBe(true)
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 3 entries')
    await notice(page, 'Redrove').getByRole('button', { name: 'Commands and counts in the journal' }).click()
    const record = page.getByRole('complementary', { name: /^Record/ })
    const file = (await record.locator('dt:text-is("Backup") + dd').innerText()).trim()
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    for (const id of ['1-0', '2-0', '3-0']) expect(lines.filter((line) => line.includes(`"${id}"`))).toHaveLength(1)
  })
})

test('of ticked ones only these go, and the journal names them', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(host.redis, letters(5))
  await app.on(async (page) => {
    await open(page, DEAD)
    await page.getByRole('tab', { name: 'Entries' }).click()
    // Newest first.
    const row = (at: number) => page.getByRole('checkbox', { name: `Select row ${at}`, exact: true })
    await row(1).check()
    await page.getByRole('tab', { name: 'Groups' }).click()
    await redriveButton(page).click()
    // What was ticked is out of sight, and no longer ticked.
    await words(effect(page)).toContain('Moves 5 entries')
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Entries' }).click()
    for (const at of [2, 4]) await row(at).check()
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
  expect([await copiesIn(host.redis, ORIGIN), await ids(host.redis, DEAD)]).toEqual([
    [
      ['2-0', '1'],
      ['4-0', '1'],
    ],
    ['1-0', '3-0', '5-0'],
  ])
})

test('what can’t go is told by stream and reason, and goes once it can', async () => {
  await host.redis.rpush('shop:broken', 'x')
  await bury(host.redis, [{}, {}, { from: 'shop:broken' }, { redrives: 3 }, { from: null }])
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
    await words(dialog(page)).toContain('Say how often at most to see what it would do')
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
  expect(await copiesIn(host.redis, 'repair')).toEqual([
    ...[
      ['1-0', '1'],
      ['2-0', '1'],
      ['3-0', '1'],
      ['4-0', '4'],
      ['5-0', '1'],
    ],
  ])
  expect([await ids(host.redis, DEAD), await host.redis.exists(ORIGIN)]).toEqual([[], 0])
})

test('on a production connection only the stream’s name, typed, lets it go', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(host.redis, letters(2))
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
    expect(await ids(host.redis, DEAD)).toHaveLength(2)
    await typed.fill(DEAD)
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
  })
  expect(await ids(host.redis, DEAD)).toEqual([])
})

test('on a read-only connection it is off, and says why', async () => {
  await bury(host.redis, letters(1))
  await app.on(async (page) => {
    await switchTo(page, 'Sandbox, read-only')
    await goTo(page, DEAD)
    expect(await redriveButton(page).getAttribute('aria-disabled')).toBe('true')
    expect(await redriveButton(page).getAttribute('aria-description')).toBe('Sandbox, read-only is read-only in Sluice')
    await redriveButton(page).click({ force: true })
    expect(await dialog(page).count()).toBe(0)
  })
})

test('it is offered where a name or the first entries tell of dead letters, and nowhere else', async () => {
  await bury(host.redis, letters(1), 'repair')
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
  await bury(host.redis, [{}, { from: 'nowhere' }, { from: null }, { redrives: 9 }])
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
  expect(await ids(host.redis, DEAD)).toEqual(['2-0', '3-0', '4-0'])
})
