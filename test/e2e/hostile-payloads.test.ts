import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { requireBinary } from '../helpers/find-binary'
import { connectTo, words } from './app'
import { savedBytes } from './downloads'
import { useOwnServer } from './own-server'
import { goToStream } from './views'

// What somebody puts into a stream to do harm to whoever looks at it, or that just happens to be hard to show.
const server = useOwnServer()
const MEBIBYTE = 1 << 20

const drawer = (page: Page): Locator => page.getByRole('complementary', { name: 'Entry' })
const field = (page: Page, name: string): Locator =>
  drawer(page).getByRole('region', { name: `Field ${name}`, exact: true })

/** Adds an entry to a stream of its own, and opens it in the drawer. */
async function look(page: Page, fields: readonly (string | Buffer)[]): Promise<void> {
  await server.client.xadd('evil', '5-5', ...fields)
  await page.getByRole('button', { name: 'Scan for streams again' }).click()
  await page.getByRole('treeitem', { name: 'evil' }).click()
  await page.getByRole('tab', { name: 'Entries' }).click()
  await page
    .getByRole('grid', { name: /^Entries/ })
    .getByText('5-5')
    .click()
  await drawer(page).getByRole('region').first().waitFor()
}

test('markup in names and values is text: nothing of it runs, loads or shows as an element', async () => {
  await server.on(async (page) => {
    await look(page, [
      '<script>window.pwned = 1</script>',
      '<img src=x onerror="window.pwned = 2">',
      'html',
      '</pre><h1 class=planted>hello</h1><iframe src="javascript:window.pwned = 3">',
      'json',
      '{"<b>key</b>": "<svg onload=window.pwned=4>", "__html": "<i>x</i>"}',
      'template',
      '{{ constructor.constructor("window.pwned = 5")() }} ${window.pwned = 6}',
      'link',
      'javascript:window.pwned = 7',
    ])
    await field(page, '<script>window.pwned = 1</script>').getByText('<img src=x onerror="window.pwned = 2">').waitFor()
    await field(page, 'json').getByText('<svg onload=window.pwned=4>').waitFor()
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    expect(await page.locator('.planted, #view img, #view iframe, #view script, #view b:has-text("key")').count()).toBe(
      0,
    )
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
  })
})

test('escape sequences, controls and direction overrides are made visible', async () => {
  await server.on(async (page) => {
    await look(page, [
      'ansi',
      '\u001b[31mred\u001b[0m\u0007',
      'file\u202egnp.exe',
      'zero\u200bwidth \u2066isolate\u2069',
      'nul',
      'a\u0000b',
      'lines',
      'one\ntwo\r\nthree',
    ])
    await words(field(page, 'ansi')).toContain('\\u{1b}[31mred\\u{1b}[0m\\a')
    await words(field(page, 'file\\u{202e}gnp.exe')).toContain('zero\\u{200b}width \\u{2066}isolate\\u{2069}')
    await words(field(page, 'nul')).toMatch(/a\\(u\{0\}|x00)b/)
    const text = await field(page, 'lines').getByRole('region', { name: 'lines as text' }).innerText()
    expect(text).toContain('one\ntwo')
  })
})

test('names that mean something to JavaScript are names like any other', async () => {
  await server.on(async (page) => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__']
    await look(page, [
      ...names.flatMap((name, at) => [name, `value ${at}`]),
      'json',
      '{"__proto__": {"polluted": 1}, "constructor": 2}',
    ])
    expect(
      await drawer(page)
        .getByRole('region', { name: /^Field / })
        .count(),
    ).toBe(6)
    expect(await field(page, '__proto__').count()).toBe(2)
    await words(field(page, 'json')).toMatch(/__proto__.*polluted.*constructor/)
    expect(await page.evaluate(() => 'polluted' in {})).toBe(false)
  })
})

test('a value of 1 MiB opens without holding up the page, and shows to its end on request', async () => {
  await server.on(async (page) => {
    const text = '0123456789 '.repeat(96_000).slice(0, MEBIBYTE - 8) + 'THE END!'
    await look(page, ['text', text, 'bytes', Buffer.alloc(MEBIBYTE, 0xfe), 'small', 'x'])
    await words(field(page, 'small')).toContain('x')
    await words(field(page, 'text')).toContain('1.0 MiB')
    await field(page, 'bytes').getByText('not UTF-8').waitFor()
    await words(field(page, 'bytes')).toContain('fe fe fe')
    await field(page, 'text')
      .getByRole('button', { name: /characters more$/ })
      .click()
    await expect
      .poll(() => field(page, 'text').getByRole('region', { name: 'text as text' }).innerText())
      .toContain('THE END!')
    // The page still answers.
    await page.keyboard.press('Escape')
    await drawer(page).waitFor({ state: 'hidden' })
  })
})

test('a value beyond 1 MiB is shown cut, says so, and is not copied as if it were whole', async () => {
  await server.on(async (page) => {
    await look(page, ['big', 'x'.repeat(5 * MEBIBYTE), 'small', 'y'])
    await words(field(page, 'big')).toContain('Only the first 1.0 MiB of 5.0 MiB are here')
    const copy = drawer(page).getByRole('button', { name: 'redis-cli' })
    expect(await copy.getAttribute('aria-description')).toContain('too much for a text')
  })
})

test('a value beyond 1 MiB is saved whole as a download', async () => {
  await server.on(async (page) => {
    const value = Buffer.from(Array.from({ length: 3 * MEBIBYTE }, (_, at) => (at * 7) % 256))
    await look(page, ['a', '1', 'a', value])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      field(page, 'a').nth(1).getByRole('button', { name: 'Save the value of a…' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('evil-5-5-a.bin')
    expect((await savedBytes(download)).equals(value)).toBe(true)
    await page.getByText('3.0 MiB handed to the browser').waitFor()
  })
})

test('a value whose entry is gone by then is not saved, and says so', async () => {
  await server.on(async (page) => {
    await look(page, ['a', '1'])
    await server.client.xdel('evil', '5-5')
    await field(page, 'a').getByRole('button', { name: 'Save the value of a…' }).click()
    await page.getByText('The entry 5-5 doesn’t exist').waitFor()
  })
})

test('of ten thousand fields the page has fifty at once, and keys get to all of them', async () => {
  await server.on(async (page) => {
    const fields = Array.from({ length: 10_000 }, (_, at) => [`${at} ${'n'.repeat(1_000)}`, `v${at}`])
    await look(page, fields.flat())
    const shown = drawer(page).locator('.field-view')
    // Beyond 8 MiB, so there is what the list has of it until more is asked for.
    await drawer(page).getByText('The entry has more than 8.0 MiB').waitFor()
    await words(shown.first()).toContain('v0')
    await drawer(page).getByRole('button', { name: 'Read it all the same' }).click()
    await drawer(page).getByRole('alert').waitFor({ state: 'hidden' })
    await expect.poll(() => shown.count()).toBe(50)
    await drawer(page).getByRole('button', { name: 'Last fields' }).focus()
    await page.keyboard.press('Enter')
    await words(shown.last()).toContain('v9999')
    await expect.poll(() => shown.count()).toBe(50)
    await drawer(page).getByRole('searchbox', { name: 'Find fields by name' }).fill('4711')
    await words(drawer(page).getByRole('status')).toBe('1 to 1 of 1 found among 10 000')
    await words(shown).toContain('v4711')
    // Esc empties what is looked for first, and closes by the next.
    await page.keyboard.press('Escape')
    await words(drawer(page).getByRole('status')).toBe('1 to 50 of 10 000')
    await page.keyboard.press('Escape')
    await drawer(page).waitFor({ state: 'hidden' })
  })
})

test('what is copied as redis-cli makes the same entry again, byte by byte, and runs nothing', async () => {
  await server.app.on(async (page) => {
    await page.context().grantPermissions(['clipboard-write'])
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await connectTo(page, `Copied ${server.redis.port}`, server.redis.port)
    const fields = [
      'quote\'"\\',
      '$(touch /tmp/pwned) `id` ; FLUSHALL',
      Buffer.from('fffe0001', 'hex'),
      'line\nFLUSHALL\r\n',
      'twice',
      '1',
      'twice',
      '',
      '',
      'nameless',
    ]
    await look(page, fields)
    await drawer(page).getByRole('button', { name: 'redis-cli' }).click()
    await page.getByRole('region', { name: 'Notices' }).getByText('Copied as redis-cli').waitFor()
    // The page may not read the clipboard; a person pastes it.
    const pad = page.getByRole('searchbox', { name: 'Filter streams' })
    await pad.click()
    await page.keyboard.press('Control+v')
    await expect.poll(() => pad.inputValue()).toContain('XADD')
    const command = await pad.inputValue()
    const before = await server.client.callBuffer('XRANGE', 'evil', '-', '+')
    await server.client.del('evil')
    const cli = promisify(execFile)(requireBinary('redis-cli', 'valkey-cli'), ['-e', '-p', String(server.redis.port)])
    cli.child.stdin?.end(`${command}\n`)
    await cli
    expect(await server.client.callBuffer('XRANGE', 'evil', '-', '+')).toEqual(before)
    expect(await server.client.exists('jobs')).toBe(1)
  })
})

test('an entry that is too large to be sent is refused in the form, by its largest field, and one just below gets through', async () => {
  await server.on(async (page) => {
    await goToStream(page, 'jobs')
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.getByRole('button', { name: 'Add entry' }).first().click()
    const form = page.getByRole('dialog', { name: 'Add entry' })
    await form.getByRole('textbox', { name: 'Field 1' }).fill('small')
    await form.getByRole('textbox', { name: 'Value 1' }).fill('x')
    await form.getByRole('button', { name: 'Another field' }).click()
    await form.getByRole('textbox', { name: 'Field 2' }).fill('large')
    const value = form.getByRole('textbox', { name: 'Value 2' })
    await value.fill('é"'.repeat(300_000))
    await expect.poll(() => value.getAttribute('aria-invalid')).toBe('true')
    const add = form.getByRole('button', { name: 'Add entry' })
    expect(await add.getAttribute('aria-description')).toContain('1 MiB')
    await add.click({ force: true })
    expect(await server.client.xlen('jobs')).toBe(30)
    expect(await page.locator('.link-banner').count()).toBe(0)

    await value.fill('é"'.repeat(259_000))
    await expect.poll(() => value.getAttribute('aria-invalid')).toBe(null)
    await add.click()
    await page.getByRole('region', { name: 'Notices' }).getByText('Entry added').waitFor()
    const [newest] = await server.client.xrevrange('jobs', '+', '-', 'COUNT', 1)
    expect(newest?.[1]).toEqual(['small', 'x', 'large', 'é"'.repeat(259_000)])
  })
})
