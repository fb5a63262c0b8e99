import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wholeStream } from '../../helpers/pel'
import { notice, words } from '../app'
import {
  changingNothing,
  choose,
  chooseConsumer,
  commandsOf,
  effect,
  GROUP,
  openRecover,
  recordOf,
  SEEDED,
  undo,
  useWorkplace,
} from './action-kit'

const KEYS = [
  'consumer:reassign',
  'consumer:acked',
  'consumer:late',
  'consumer:new',
  'create:group',
  'create:gone',
  'id:back',
  'id:read-on',
  'destroy:all',
  'destroy:prod',
  'destroy:gone',
  'destroy:read-only',
]
const work = useWorkplace(KEYS)

/** Of the group: names of its consumers, and where it stands. */
async function consumers(key: string): Promise<readonly string[]> {
  return ((await work.redis.xinfo('CONSUMERS', key, GROUP)) as string[][]).map(([, name = '']) => name).sort()
}
async function standing(key: string, group = GROUP): Promise<Readonly<Record<string, unknown>> | undefined> {
  const groups = ((await work.redis.xinfo('GROUPS', key)) as unknown[][]).map((flat) =>
    Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]]] : []))),
  )
  return groups.find(({ name }) => name === group)
}

async function openMenu(page: Page, item: string, title: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Group', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.waitFor()
  return dialog
}
const openRemoval = (page: Page): Promise<Locator> => openMenu(page, 'Remove a consumer…', 'Remove a consumer')
const openSetId = (page: Page): Promise<Locator> =>
  openMenu(page, 'Set the last delivered id…', 'Set the last delivered id')
const openDestruction = (page: Page): Promise<Locator> => openMenu(page, 'Destroy the group…', 'Destroy the group')

/** A line of the table of what a group is before and after. */
async function line(page: Page, what: string): Promise<readonly string[]> {
  const row = effect(page).getByRole('row').filter({ hasText: what })
  return (await row.locator('td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())
}

test('a consumer is removed only when it holds nothing: reassigned or acked first, and all of it undone', async () => {
  await work.onGroup('consumer:reassign', async (page) => {
    let dialog = await openRemoval(page)
    await changingNothing(work.redis, 'consumer:reassign', async () => {
      await chooseConsumer(dialog, 'Consumer', 'ann')
      await words(effect(page)).toContain('ann holds 6 pending entries, which Redis would drop with it')
      const run = dialog.getByRole('button', { name: 'Remove', exact: true })
      expect(await run.getAttribute('aria-disabled')).toBe('true')
      await run.click({ force: true })
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    })
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await words(notice(page, 'Claimed')).toContain('Claimed 6 entries')
    dialog = await openRemoval(page)
    await chooseConsumer(dialog, 'Consumer', 'ann')
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await words(notice(page, 'Removed the consumer')).toContain('consumer:reassign / workers')
    expect(await consumers('consumer:reassign')).toEqual(['bob', 'cyd'])
    expect(await work.pending('consumer:reassign')).toHaveLength(8)

    const record = await recordOf(notice(page, 'Removed the consumer'))
    expect(await commandsOf(record)).toContain('XGROUP DELCONSUMER consumer:reassign workers ann')
    await undo(record, 'Made the consumer again')
    expect(await consumers('consumer:reassign')).toEqual(['ann', 'bob', 'cyd'])
    await undo(notice(page, 'Claimed'), 'Gave back 6 entries')
  })
  expect(await work.pending('consumer:reassign')).toEqual(SEEDED)
})

test('a consumer whose entries were acked is removed, and both come back by Undo, the later one first', async () => {
  await work.onGroup('consumer:acked', async (page) => {
    await page.getByRole('combobox', { name: 'Held by' }).selectOption({ label: 'bob (2)' })
    await openRecover(page, 'Ack')
    await page.getByRole('button', { name: 'Ack 2 entries' }).click()
    await words(notice(page, 'Acked')).toContain('Acked 2 entries')
    const dialog = await openRemoval(page)
    await chooseConsumer(dialog, 'Consumer', 'bob')
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await notice(page, 'Removed the consumer').waitFor()
    expect(await consumers('consumer:acked')).toEqual(['ann', 'cyd'])
    await undo(notice(page, 'Removed the consumer'), 'Made the consumer again')
    await undo(notice(page, 'Acked'), 'Gave back 2 entries')
  })
  expect(await work.pending('consumer:acked')).toEqual(SEEDED)
})

test('a consumer that is given an entry while one looks is not removed, and keeps it', async () => {
  await work.onGroup('consumer:late', async (page) => {
    const dialog = await openRemoval(page)
    await chooseConsumer(dialog, 'Consumer', 'cyd')
    await words(effect(page)).toContain('Can be undone')
    await work.redis.xreadgroup('GROUP', GROUP, 'cyd', 'COUNT', 1, 'STREAMS', 'consumer:late', '>')
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('It has been delivered entries meanwhile')
    expect(await consumers('consumer:late')).toEqual(['ann', 'bob', 'cyd'])
    expect((await work.pending('consumer:late')).filter(({ consumer }) => consumer === 'cyd')).toHaveLength(1)
  })
})

test('a consumer is created, found there when created again, and not created in a group that is gone', async () => {
  const create = async (page: Page): Promise<Locator> => {
    const dialog = await openMenu(page, 'Create consumer…', 'Create consumer')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('dee')
    await dialog.getByRole('button', { name: 'Create consumer' }).click()
    return dialog
  }
  await work.onGroup('consumer:new', async (page) => {
    await create(page)
    await words(page.getByRole('region', { name: 'Notices' })).toContain('Consumer dee created')
    expect(await consumers('consumer:new')).toEqual(['ann', 'bob', 'cyd', 'dee'])
    await page.getByRole('grid', { name: 'Consumers' }).getByText('dee').waitFor()
    await create(page)
    await words(page.getByRole('region', { name: 'Notices' })).toContain('Consumer dee was there already')

    await work.redis.xgroup('DESTROY', 'consumer:new', GROUP)
    const dialog = await create(page)
    await words(dialog.getByRole('alert')).toMatch(/doesn’t exist|gone/)
    expect(await work.redis.xinfo('GROUPS', 'consumer:new')).toEqual([])
  })
})

test('a group is created where one says, and not over another one of its name', async () => {
  await work.onStream('create:group', async (page) => {
    await page.getByRole('button', { name: 'Create group' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Create group' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill(GROUP)
    await choose(dialog, 'Begins with', 'After an id…')
    await dialog.getByRole('textbox', { name: 'Id' }).fill('7-0')
    await changingNothing(work.redis, 'create:group', async () => {
      await dialog.getByRole('button', { name: 'Create group' }).click()
      await words(dialog.getByRole('alert')).toMatch(/exists already|already/)
    })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('late')
    await dialog.getByRole('button', { name: 'Create group' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('Group late created')
    expect(await standing('create:group', 'late')).toMatchObject({ 'last-delivered-id': '7-0', pending: 0 })
    await page.getByRole('grid', { name: 'Groups', exact: true }).getByRole('row', { name: /late/ }).waitFor()

    await page.keyboard.press('g')
    await page.keyboard.press('j')
    const record = page
      .getByRole('grid', { name: 'Journal' })
      .getByRole('row')
      .filter({ hasText: 'create:group / late' })
    await words(record).toContain('Done create group at 7-0')
  })
})

test('a group is not created with a stream that was deleted meanwhile, unless one asks for it', async () => {
  await work.onStream('create:gone', async (page) => {
    await page.getByRole('button', { name: 'Create group' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Create group' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('late')
    await work.redis.del('create:gone')
    await dialog.getByRole('button', { name: 'Create group' }).click()
    await words(dialog.getByRole('alert')).toMatch(/doesn’t exist|gone/)
    expect(await work.redis.exists('create:gone')).toBe(0)
    await dialog.getByRole('checkbox', { name: /MKSTREAM/ }).check()
    await dialog.getByRole('button', { name: 'Create group' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('Group late created')
    expect(await standing('create:gone', 'late')).toMatchObject({ 'last-delivered-id': '0-0' })
  })
})

test('a group that is set back says how many come once more, and stands as before by Undo', async () => {
  const before = await standing('id:back')
  await work.onGroup('id:back', async (page) => {
    const dialog = await openSetId(page)
    await changingNothing(work.redis, 'id:back', async () => {
      await words(effect(page)).toContain('4 entries will never be delivered to this group')
      await choose(dialog, 'The group reads on after', 'An id or time in ms…')
      await dialog.getByRole('textbox', { name: 'Id' }).fill('5-0')
      await words(effect(page)).toContain('3 entries will be delivered once more')
      expect(await line(page, 'Last delivered id')).toEqual(['8-0', '5-0'])
      expect(await line(page, 'Lag')).toEqual(['4', '7'])
      expect(await line(page, 'Pending')).toEqual(['8', '8'])
    })
    await dialog.getByRole('button', { name: 'Set id' }).click()
    const done = notice(page, 'Set the id')
    await done.waitFor()
    await expect.poll(() => standing('id:back')).toMatchObject({ 'last-delivered-id': '5-0', pending: 8 })
    const record = await recordOf(done)
    await words(record).toContain('set id to 5-0')
    expect(await commandsOf(record)).toContain('XGROUP SETID id:back workers 5-0')
    await undo(record, 'Set the id back')
  })
  expect(await standing('id:back')).toEqual(before)
  expect(await work.pending('id:back')).toEqual(SEEDED)
})

test('the id is not set back by Undo once the group has read on', async () => {
  await work.onGroup('id:read-on', async (page) => {
    const dialog = await openSetId(page)
    await words(effect(page)).toContain('4 entries will never be delivered')
    await dialog.getByRole('button', { name: 'Set id' }).click()
    const done = notice(page, 'Set the id')
    await done.waitFor()
    await work.redis.xadd('id:read-on', '13-0', 'order', '13')
    await work.redis.xreadgroup('GROUP', GROUP, 'bob', 'STREAMS', 'id:read-on', '>')
    const after = await wholeStream(work.redis, 'id:read-on')
    await done.getByRole('button', { name: 'Undo', exact: true }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('The group has read on since')
    expect(await wholeStream(work.redis, 'id:read-on')).toEqual(after)
  })
})

test('a group is destroyed with what it held, and made again with owners, counts and place by Undo', async () => {
  const before = await standing('destroy:all')
  await work.onGroup('destroy:all', async (page) => {
    const dialog = await openDestruction(page)
    await changingNothing(work.redis, 'destroy:all', async () => {
      await words(effect(page)).toContain('8 pending entries will be acked and forgotten')
      await words(effect(page)).toContain('4 entries it never read')
      expect(await line(page, 'Last delivered id')).toEqual(['8-0', 'no group'])
    })
    await dialog.getByRole('button', { name: 'Destroy', exact: true }).click()
    const done = notice(page, 'Destroyed the group')
    await done.waitFor()
    await expect.poll(() => standing('destroy:all')).toBeUndefined()
    await done.getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await words(preview).toContain('Makes the group again; Would give back 8 entries')
    await preview.getByRole('button', { name: 'Give back 8 entries' }).click()
    await notice(page, 'Gave back the group and what it held').waitFor()
    await page.getByRole('grid', { name: 'Consumers' }).getByText('cyd').waitFor()
  })
  expect(await work.pending('destroy:all')).toEqual(SEEDED)
  expect(await standing('destroy:all')).toEqual(before)
  expect(await consumers('destroy:all')).toEqual(['ann', 'bob', 'cyd'])
})

test('on production a group is not destroyed before the group’s name is typed, to the letter', async () => {
  await work.onProduction('destroy:prod', async (page) => {
    const dialog = await openDestruction(page)
    const run = dialog.getByRole('button', { name: 'Destroy', exact: true })
    await changingNothing(work.redis, 'destroy:prod', async () => {
      await words(effect(page)).toContain('8 pending entries')
      const name = dialog.getByRole('textbox', { name: /^Production: type workers to confirm/ })
      for (const wrong of ['destroy:prod', 'Workers']) {
        await name.fill(wrong)
        await name.press('Enter')
        expect(await run.getAttribute('aria-disabled')).toBe('true')
        await run.click({ force: true })
      }
      await name.fill('workers')
    })
    await run.click()
    await notice(page, 'Destroyed the group, 8 entries acked').waitFor()
    await expect.poll(() => standing('destroy:prod')).toBeUndefined()
    await undo(notice(page, 'Destroyed the group'), 'Gave back the group and what it held')
  })
  expect(await work.pending('destroy:prod')).toEqual(SEEDED)
})

test('a group that somebody else destroys while one looks is told of, and nothing is acked in one made anew', async () => {
  await work.onGroup('destroy:gone', async (page) => {
    const dialog = await openSetId(page)
    await words(effect(page)).toContain('4 entries')
    await work.redis.xgroup('DESTROY', 'destroy:gone', GROUP)
    await dialog.getByRole('button', { name: 'Set id' }).click()
    await words(page.locator('body')).toMatch(/workers doesn’t exist|group is gone/)
    expect(await work.redis.xinfo('GROUPS', 'destroy:gone')).toEqual([])
  })
})

test('a connection that becomes read-only while one looks refuses what was looked at', async () => {
  await work.onGroup('destroy:read-only', async (page) => {
    await openDestruction(page)
    await words(effect(page)).toContain('8 pending entries')
    await changingNothing(work.redis, 'destroy:read-only', async () => {
      // By somebody at another window of the same host.
      await work.app.on(async (other) => {
        await other.getByRole('list', { name: 'Findings' }).waitFor()
        await other.keyboard.press('g')
        await other.keyboard.press('c')
        await other.getByRole('button', { name: 'Edit Sandbox', exact: true }).click()
        await other.getByRole('checkbox', { name: 'Read-only' }).check()
        await other.getByRole('button', { name: 'Save', exact: true }).click()
        await other.getByRole('dialog').waitFor({ state: 'hidden' })
      })
      await page.getByRole('button', { name: 'Destroy', exact: true }).click({ force: true })
      await words(page.locator('body')).toMatch(/Sandbox is read-only|read-only in Sluice/)
    })
  })
})
