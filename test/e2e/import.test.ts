import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

const own = useOwnServer()
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Import entries' })
const file = (name: string, text: string | Buffer) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })

async function choose(page: Page, name: string, text: string | Buffer, how = 'Choose a file…'): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    dialog(page).getByRole('button', { name: how }).click(),
  ])
  await chooser.setFiles(file(name, text))
}

test('from the stream: CSV as new entries, looked at first, and taken back', async () => {
  await own.on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Import entries…' }).click()
    expect(await complaints(page)).toEqual([])

    await choose(page, 'jobs.csv', 'n;text\r\n31;a\r\n32\r\n')
    await dialog(page).getByText('Line 3: it has 1 cell, and the first row 2.').waitFor()
    expect(await complaints(page)).toEqual([])
    await choose(page, 'jobs.csv', 'n;text\r\n31;a\r\n32;"b;c"\r\n', 'Another file…')
    await dialog(page).getByText('Adds 2 entries').waitFor()
    expect(await dialog(page).getByRole('combobox', { name: 'Format' }).inputValue()).toBe('csv')
    await dialog(page).getByText('They have no ids').waitFor()
    await dialog(page).getByText('Its group will be given all of them, as new: workers.').waitFor()
    expect(await complaints(page)).toEqual([])
    // The same file as something that it is not, and back.
    await dialog(page).getByRole('combobox', { name: 'Format' }).selectOption('JSON Lines')
    await dialog(page).getByText('Line 1: it is no JSON').waitFor()
    await dialog(page).getByRole('combobox', { name: 'Format' }).selectOption('CSV')
    await dialog(page).getByRole('button', { name: 'Import 2 entries' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    await expect.poll(() => own.client.xlen('jobs')).toBe(32)
    const last = (await own.client.xrevrange('jobs', '+', '-', 'COUNT', 1))[0]?.[1]
    expect(last).toEqual(['n', '32', 'text', 'b;c'])
    await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => own.client.xlen('jobs')).toBe(30)
  })
})

test('from the list, by keyboard: by their own ids into a new stream; larger than a piece, byte for byte', async () => {
  await own.on(async (page) => {
    const button = page.getByRole('navigation', { name: 'Streams' }).getByRole('button', { name: 'Import entries…' })
    await button.focus()
    await page.keyboard.press('Enter')
    const value = 'é'.repeat(700_000)
    const lines = [1, 2].map((n) =>
      JSON.stringify({
        id: `${n}-0`,
        fields: [
          ['a', value],
          ['a', { base64: '/w==' }],
        ],
      }),
    )
    await choose(page, 'two.jsonl', `${lines.join('\n')}\n`)
    await dialog(page).getByRole('combobox', { name: 'How' }).selectOption('By their own ids, into a new stream')
    await dialog(page).getByRole('textbox', { name: 'New stream' }).fill('jobs')
    await dialog(page).getByText('exists already').waitFor()
    expect(await complaints(page)).toEqual([])
    await dialog(page).getByRole('textbox', { name: 'New stream' }).fill('copy')
    await dialog(page).getByText('Makes copy with 2 entries by their own ids').waitFor()
    await dialog(page).getByText('1-0 to 2-0').waitFor()
    // What slid in just now is not run by a key that was meant for the one before.
    const run = dialog(page).getByRole('button', { name: 'Import 2 entries' })
    await expect.poll(() => run.getAttribute('aria-disabled')).toBeNull()
    await dialog(page).getByRole('textbox', { name: 'New stream' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('treeitem', { name: 'copy' }).waitFor()
    const read = await own.client.xrangeBuffer('copy', '-', '+')
    expect(read.map(([id, fields]) => [id.toString(), fields.map((part) => part.length)])).toEqual([
      ['1-0', [1, 1_400_000, 1, 1]],
      ['2-0', [1, 1_400_000, 1, 1]],
    ])
  })
})

test('what is closed is not kept; binary rubbish is told', async () => {
  await own.on(async (page) => {
    await page.getByRole('navigation', { name: 'Streams' }).getByRole('button', { name: 'Import entries…' }).click()
    await choose(page, 'x.bin', Buffer.from([0, 255, 254, 10, 200]))
    await dialog(page).getByText('it has bytes that are no UTF-8').waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    expect(await own.client.keys('*')).toEqual(['jobs'])
  })
})
