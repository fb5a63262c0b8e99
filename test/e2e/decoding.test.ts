import { gzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { words } from './app'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

// Values in the forms that producers write them in.
const server = useOwnServer()
const sample = (file: string, name: string): Buffer => {
  const path = new URL(`../fixtures/decode/${file}.json`, import.meta.url)
  const samples = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { base64: string }>
  return Buffer.from(samples[name]?.base64 ?? '', 'base64')
}
const PROTO = readFileSync(new URL('../fixtures/decode/order.proto', import.meta.url), 'utf8')
const MIB = 1024 * 1024

const drawer = (page: Page): Locator => page.getByRole('complementary', { name: 'Entry' })
const field = (page: Page, name: string): Locator =>
  drawer(page).getByRole('region', { name: `Field ${name}`, exact: true })
const menu = (page: Page, name: string): Locator => field(page, name).getByLabel(`Decode ${name} as`)

async function look(page: Page, fields: readonly (string | Buffer)[]): Promise<void> {
  await server.client.xadd('forms', '5-5', ...fields)
  await page.getByRole('button', { name: 'Scan for streams again' }).click()
  await page.getByRole('treeitem', { name: 'forms' }).click()
  await page.getByRole('tab', { name: 'Entries' }).click()
  await open(page)
}

async function open(page: Page): Promise<void> {
  await page
    .getByRole('grid', { name: /^Entries/ })
    .getByText('5-5')
    .click()
  await drawer(page).getByRole('region').first().waitFor()
}

test('values are shown as what they are, with the chain; raw bytes are one click away', async () => {
  await server.on(async (page) => {
    const html = '<img src=x onerror="window.pwned = 1">'
    await look(page, [
      ...['packed', Buffer.from(gzipSync(JSON.stringify({ id: 4711, html })).toString('base64'))],
      ...[
        'msgpack',
        sample('python', 'msgpack'),
        'php',
        sample('php', 'map'),
        'pickle',
        sample('python', 'pickle-evil'),
      ],
      ...['broken', '{"a":1,\n "b" 2}', 'plain', 'hello'],
    ])
    await words(field(page, 'packed')).toContain('base64 → gzip → JSON')
    await words(field(page, 'packed')).toContain(html)
    await words(field(page, 'msgpack')).toContain('18446744073709551615')
    await words(field(page, 'php')).toContain('five')
    await words(field(page, 'pickle')).toContain('touch /tmp/pickle-was-run')
    await words(field(page, 'broken')).toContain('JSON: breaks at line 2, column 6 (byte 13)')
    expect(await field(page, 'plain').getByText('→').count()).toBe(0)
    // In the table as well.
    await words(page.getByRole('grid', { name: /^Entries/ })).toContain('base64 → gzip → JSON')
    await field(page, 'packed').getByRole('button', { name: 'Bytes' }).click()
    await words(field(page, 'packed').getByRole('region', { name: 'packed as bytes' })).toContain('48 34 73')
    // Copied is what the button says: as it is stored, or decoded.
    await field(page, 'packed').getByRole('button', { name: 'Decoded' }).click()
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', {
        configurable: true,
        value: { writeText: (text: string) => Promise.resolve(void Object.assign(window, { copiedText: text })) },
      })
    })
    const copied = (): Promise<string> => page.evaluate(() => (window as unknown as { copiedText: string }).copiedText)
    await field(page, 'packed').getByRole('button', { name: 'Copy packed, decoded' }).click()
    expect(await copied()).toBe(JSON.stringify({ id: 4711, html }))
    await field(page, 'packed').getByRole('button', { name: 'Copy the value of packed as it is stored' }).click()
    expect(await copied()).toMatch(/^H4sI/)
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    expect(await page.locator('#view img').count()).toBe(0)
    expect(await complaints(page)).toEqual([])
  })
})

test('another decoder is chosen for a field, told where it breaks, and remembered', async () => {
  await server.on(async (page) => {
    await look(page, ['order', sample('python', 'protobuf'), 'text', 'aGVsbG8='])
    await menu(page, 'text').selectOption('base64')
    await words(field(page, 'text').getByRole('region', { name: 'text, decoded' })).toContain('hello')
    await menu(page, 'order').selectOption('msgpack')
    await words(field(page, 'order')).toContain('MessagePack: ')
    await menu(page, 'order').selectOption('protobuf')
    await field(page, 'order').getByRole('button', { name: 'Schema…' }).click()
    await field(page, 'order').getByLabel('The .proto').fill(PROTO)
    await field(page, 'order').getByLabel('Message').fill('Order')
    await field(page, 'order').getByRole('button', { name: 'Use it' }).click()
    await words(field(page, 'order')).toContain('SHIPPED')
    await page.reload()
    await page.getByRole('treeitem', { name: 'forms' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await open(page)
    await words(field(page, 'order')).toContain('SHIPPED')
    expect(await menu(page, 'text').inputValue()).toBe('base64')
    await menu(page, 'text').selectOption('auto')
    await field(page, 'text').getByRole('region', { name: 'text as text' }).waitFor()
  })
})

test('a bomb is told of and held up by nobody, and what is large waits for a click', async () => {
  await server.on(async (page) => {
    const noise = Buffer.from(Array.from({ length: 400_000 }, (_, at) => 33 + ((at * 7919) % 90)))
    await look(page, [
      ...['bomb', gzipSync(Buffer.alloc(64 * MIB))],
      ...['large', Buffer.from(JSON.stringify({ end: 'here it ends', noise: noise.toString('latin1') }))],
      ...['small', gzipSync('{"a":"still read"}')],
    ])
    await words(field(page, 'bomb')).toContain('gzip: is more than 16 MiB unpacked')
    await words(field(page, 'small')).toContain('still read')
    await field(page, 'large').getByRole('button', { name: 'Decode', exact: true }).click()
    await words(field(page, 'large').getByRole('tree')).toContain('here it ends')
  })
})

test('masked values are dots, wherever they stand, until they are shown for a moment', async () => {
  await server.on(async (page) => {
    await look(page, ['id', '4711', 'password', 'hunter2', 'body', '{"user":"ada","card":{"number":"4111"}}'])
    const grid = page.getByRole('grid', { name: /^Entries/ })
    await words(grid).toContain('"card":"•••"')
    await words(field(page, 'password')).toContain('••• Masked, by its name or one in it.')
    await words(field(page, 'body')).toContain('ada')
    const save = field(page, 'password').getByRole('button', { name: 'Save the value of password…' })
    expect(await save.getAttribute('aria-description')).toBe('Masked: show the entry’s masked values first')
    expect(await page.locator('body').innerText()).not.toMatch(/hunter2|4111/)

    await drawer(page).getByRole('button', { name: 'Show masked values' }).click()
    await words(field(page, 'password')).toContain('hunter2')
    await words(field(page, 'body')).toContain('4111')
    await words(grid).toContain('"card":"•••"')
    await drawer(page).getByRole('button', { name: 'Mask again' }).click()
    await words(field(page, 'password')).toContain('Masked, by its name')
    expect(await page.locator('body').innerText()).not.toMatch(/hunter2|4111/)
  })
})
