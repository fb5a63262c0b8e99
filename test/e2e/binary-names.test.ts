import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { displayBytes, fromUint8Array } from '../../shared/bytes'
import { pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, words, type App } from './app'

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

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** As the sandbox has them: each with four entries that one consumer holds. */
const NAMES: readonly (readonly [what: string, key: Buffer | string, group: Buffer | string])[] = [
  ['bytes that are no text', hex('0001fffe80c328edaf80'), hex('fffefd00')],
  ['Latin-1', Buffer.concat([Buffer.from('odd:latin1:caf'), hex('e9')]), hex('67727565df65')],
  ['right to left', 'odd:עברית:הזמנות', 'קבוצה'],
  ['emoji joined to one', 'odd:emoji:🚚📦', '👩‍👩‍👧‍👦'],
  ['tabs and line ends', 'odd:white space\tand\nnew line', ' group with spaces '],
  ['markup', 'odd:looks-like:"quotes" & <b>html</b>', "it's"],
  ['direction overrides', 'odd:direction:\u202egnp.exe', 'over\u202eride'],
  ['no letters between colons', 'odd::empty::segments:', 'g'],
  ['a thousand letters', `odd:long:${'a-very-long-name-'.repeat(60)}`, 'g'.repeat(300)],
  ['no name at all', '', 'the stream without a name'],
]

const shown = (name: Buffer | string): string =>
  displayBytes(fromUint8Array(typeof name === 'string' ? Buffer.from(name) : name)) || '(empty name)'

describe.each(NAMES)('with names of %s', (_what, key, group) => {
  test('a claim takes what is ticked, and undo gives it back, to the byte', async () => {
    const before = await pendingList(host.redis, key, group)
    expect(before).toHaveLength(4)
    await app.on(async (page) => {
      await page.getByRole('list', { name: 'Findings' }).waitFor()
      await page.keyboard.press('Control+k')
      const palette = page.getByRole('combobox', { name: 'Go to' })
      await palette.fill(`${shown(key)} / ${shown(group)}`.trim())
      const option = page.getByRole('option').filter({ has: page.locator('.kind', { hasText: 'group' }) })
      await expect.poll(() => option.first().locator('.label').textContent()).toBe(`${shown(key)} / ${shown(group)}`)
      await page.keyboard.press('Enter')

      for (const row of [2, 3]) await page.getByRole('checkbox', { name: `Select row ${row}`, exact: true }).check()
      await page.getByRole('button', { name: /^Claim to .*: preview$/ }).click()
      const card = page.getByRole('dialog')
      await card.getByRole('combobox', { name: 'Claim to' }).selectOption('A new consumer…')
      await card.getByRole('textbox', { name: 'Name of the new consumer' }).fill('taker ✓')
      await card.getByRole('button', { name: 'Claim 2 entries' }).click()
      await words(notice(page, 'Claimed')).toContain('Claimed 2 entries for taker ✓')
      const taker = `hex:${Buffer.from('taker ✓').toString('hex')}`
      const taken = before.map((entry, at) => (at === 1 || at === 2 ? { ...entry, consumer: taker } : entry))
      expect(await pendingList(host.redis, key, group)).toEqual(taken)

      await notice(page, 'Claimed').getByRole('button', { name: 'Undo' }).click()
      await words(notice(page, 'Gave back')).toContain('Gave back 2 entries')
    })
    expect(await pendingList(host.redis, key, group)).toEqual(before)
  })
})

test('a consumer whose name is no text can be chosen as the target', async () => {
  const [, key, group] = NAMES[0] ?? ['', '', '']
  const before = await pendingList(host.redis, key, group)
  const [first] = before
  await host.redis.call('XCLAIM', key, group, 'somebody', 0, first?.id ?? '', 'JUSTID')
  await app.on(async (page) => {
    await page.getByRole('treeitem').filter({ hasText: '\\x00\\x01' }).click()
    await page.getByRole('grid', { name: 'Groups', exact: true }).getByRole('row').nth(1).click()
    await page.getByRole('checkbox', { name: 'Select row 1', exact: true }).check()
    await page.getByRole('button', { name: /^Claim to .*: preview$/ }).click()
    const card = page.getByRole('dialog')
    const to = card.getByRole('combobox', { name: 'Claim to' })
    const option = to.locator('option').filter({ hasText: '\\xc0\\xaf\\xc0\\xae' })
    await to.selectOption((await option.getAttribute('value')) ?? '')
    await card.getByRole('button', { name: 'Claim 1 entry' }).click()
    await words(notice(page, 'Claimed')).toContain('Claimed 1 entry for \\xc0\\xaf\\xc0\\xae')
  })
  expect(await pendingList(host.redis, key, group)).toEqual(before)
})

test('a stream without a name is named as such in the sidebar, its tab and its title', async () => {
  await app.on(async (page) => {
    await page.getByRole('treeitem').filter({ hasText: '(empty name)' }).first().click()
    await page.getByRole('tab', { name: '(empty name)', selected: true }).waitFor()
    await page.getByRole('heading', { name: '(empty name)' }).waitFor()
    await page.getByRole('grid', { name: 'Groups', exact: true }).getByText('the stream without a name').click()
    await page.getByRole('tab', { name: /^\(empty name\) \/ /, selected: true }).waitFor()
    await page.getByRole('button', { name: '(empty name)', exact: true }).click()
    await page.getByRole('tab', { name: '(empty name)', selected: true, exact: true }).waitFor()
  })
})
