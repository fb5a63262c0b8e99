import type { Page } from 'playwright-core'
import { beforeEach, expect, test } from 'vitest'
import { words } from './app'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'
import { goToGroup } from './views'

const server = useOwnServer({}, 5)
beforeEach(async () => {
  const pipeline = server.client.pipeline().del('jobs')
  for (let n = 1; n <= 3_000; n += 1) {
    pipeline.xadd('jobs', `${n}-0`, 'order', `no-${n}`, 'body', JSON.stringify({ sku: `A-${n % 10}`, total: n / 100 }))
  }
  await pipeline.exec()
})

const on = (use: (page: Page) => Promise<void>): Promise<void> =>
  server.on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.getByRole('grid', { name: 'Entries, newest first' }).getByText('no-3000').waitFor()
    await use(page)
  })
const found = (page: Page) => page.getByRole('grid', { name: 'Entries found' })

test('an entry is found by what is in its JSON, opened, and the list comes back', async () => {
  await on(async (page) => {
    await page.getByRole('button', { name: 'Search all entries of the stream' }).click()
    const field = page.getByRole('searchbox', { name: 'Search the entries' })
    await field.fill('body.sku=A-7 body.total>29.9')
    await page.getByText('body.sku is “A-7” and body.total is above “29.9”').waitFor()
    await field.press('Enter')
    await found(page).getByText('no-2997').waitFor()
    await words(page.getByRole('search', { name: 'Search the entries' }).getByRole('status')).toBe(
      '1 found · 3 000 of 3 000 entries read · body.sku is “A-7” and body.total is above “29.9”',
    )
    expect(await found(page).getByRole('row').count()).toBe(2)
    expect(await complaints(page)).toEqual([])
    await found(page).getByText('no-2997').dblclick()
    await page.getByRole('complementary').getByText('2997-0').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'End the search' }).click()
    await page.getByRole('grid', { name: 'Entries, newest first' }).getByText('no-3000').waitFor()
  })
})

test('a range alone is the list between two ends; one that is reversed is refused, with words', async () => {
  await on(async (page) => {
    await page.keyboard.press('Control+f')
    const bar = page.getByRole('search', { name: 'Search the entries' })
    await page.keyboard.press('Enter')
    await bar.getByText('Type what to look for').waitFor()
    await bar.getByRole('textbox', { name: 'From id or time' }).fill('41')
    await bar.getByRole('textbox', { name: 'To id or time' }).fill('40')
    await page.keyboard.press('Enter')
    await bar.getByText('This is before the other end').waitFor()
    await bar.getByRole('textbox', { name: 'To id or time' }).fill('43')
    await page.keyboard.press('Enter')
    await words(bar.getByRole('status')).toBe(
      '3 found · 3 entries read · from 41-0 to 43-18446744073709551615 · every entry',
    )
    expect(await found(page).getByRole('row').count()).toBe(4)
    expect(await complaints(page)).toEqual([])
    await bar.getByRole('searchbox', { name: 'Search the entries' }).fill('no-42')
    await page.keyboard.press('Enter')
    await words(bar.getByRole('status')).toMatch(/^1 found · 3 entries read · /)
  })
})

test('from a value: find this, and leave that out', async () => {
  await on(async (page) => {
    const bar = page.getByRole('search', { name: 'Search the entries' })
    await page.getByRole('grid', { name: 'Entries, newest first' }).getByText('no-3000').dblclick()
    await page.getByRole('button', { name: 'Leave out this value of order' }).click()
    await words(bar.getByRole('status')).toMatch(/^500 found · .* · order is not “no-3000”$/)
    await found(page).getByText('no-2999').dblclick()
    await page.getByRole('button', { name: 'Find this value of body' }).click()
    await words(bar.getByRole('status')).toMatch(
      /^1 found · 3 000 of 3 000 entries read · order is not “no-3000” and body is /,
    )
    expect(await found(page).getByText('no-2999').count()).toBe(1)
    expect(await complaints(page)).toEqual([])
  })
})

test('by keyboard: what is wrong is said with its place; nothing found is said; more is gone on with', async () => {
  await on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).focus()
    await page.keyboard.press('Control+f')
    const bar = page.getByRole('search', { name: 'Search the entries' })
    await page.keyboard.type('order:"no')
    await page.keyboard.press('Enter')
    await bar.getByText('This quote is never closed: add " (at character 7)').waitFor()
    expect(await complaints(page)).toEqual([])
    await page.keyboard.type('thing"')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing is like that').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('body:sku')
    await page.keyboard.press('Enter')
    await words(bar.getByRole('status')).toMatch(/^500 found · /)
    await bar.getByRole('button', { name: 'Go on' }).click()
    await words(bar.getByRole('status')).toMatch(/^1 000 found · /)
    await page.keyboard.press('Control+f')
    await page.keyboard.type('order~/^no-(29/')
    await page.keyboard.press('Enter')
    await bar.getByText('This ( is never closed: add ), or write \\( for the sign itself (at character 12)').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('order~/^NO-(29|30)\\d0$/i')
    await page.keyboard.press('Enter')
    await words(bar.getByRole('status')).toBe(
      '11 found · 3 000 of 3 000 entries read · order matches /^NO-(29|30)\\d0$/i',
    )
    await page.keyboard.press('Control+f')
    await page.keyboard.press('Escape')
    await page.getByRole('grid', { name: 'Entries, newest first' }).getByText('no-3000').waitFor()
  })
})

test('the same bar filters what comes live, and leads from one to the other', async () => {
  await on(async (page) => {
    const live = page.getByRole('grid', { name: 'Entries as they come' })
    const bar = page.getByRole('search', { name: 'Search the entries' })
    await page.getByRole('button', { name: 'Live tail' }).click()
    await live.getByText('no-3000').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('body.sku=A-7')
    await page.keyboard.press('Enter')
    await live.getByText('no-2997').waitFor()
    await words(bar.getByRole('status')).toBe('100 found · 900 passed over · body.sku is “A-7”')
    const body = JSON.stringify({ sku: 'A-7' })
    await server.client
      .pipeline()
      .xadd('jobs', '4000-0', 'order', 'no-4000')
      .xadd('jobs', '4001-0', 'order', 'no-4001', 'body', body)
      .exec()
    await live.getByText('no-4001').waitFor()
    await words(bar.getByRole('status')).toBe('101 found · 901 passed over · body.sku is “A-7”')
    expect(await live.getByText('no-4000').count()).toBe(0)
    expect(await complaints(page)).toEqual([])
    // Not live any more: all of the stream is searched for the same, and back.
    await page.getByRole('button', { name: 'Live tail' }).click()
    await words(bar.getByRole('status')).toMatch(/^301 found · 3 002 of 3 002 entries read/)
    await page.getByRole('button', { name: 'Live tail' }).click()
    await words(bar.getByRole('status')).toMatch(/^\d+ found · \d+ passed over/)
    await page.keyboard.press('Control+f')
    await page.keyboard.press('Escape')
    await live.getByText('no-4000').waitFor()
  })
})

test('the same bar narrows the pending list by what is in the entries, and a plan takes those', async () => {
  await server.client.xgroup('CREATE', 'jobs', 'workers', '0')
  await server.client.xreadgroup('GROUP', 'workers', 'ann', 'COUNT', 1_500, 'STREAMS', 'jobs', '>')
  await server.on(async (page) => {
    await goToGroup(page, 'jobs', 'workers')
    const pending = page.getByRole('grid', { name: 'Pending entries' })
    await page.keyboard.press('Control+f')
    const bar = page.getByRole('search', { name: 'Search the entries' })
    await page.keyboard.type('body.sku=A-7 body.total<="')
    await page.keyboard.press('Enter')
    await bar.getByText('This quote is never closed: add "').waitFor()
    await page.keyboard.press('Backspace')
    await page.keyboard.type('1')
    await page.keyboard.press('Enter')
    await page.getByText('10 match of 1 500 looked at', { exact: true }).waitFor()
    expect(await pending.getByRole('row').count()).toBe(11)
    expect(await complaints(page)).toEqual([])
    await page.getByRole('button', { name: 'Recover…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Recover entries' })
    await dialog.getByRole('combobox', { name: 'Which entries' }).selectOption('All that match (10)')
    await dialog.getByRole('combobox', { name: 'What to do' }).selectOption('Ack')
    await dialog.getByRole('button', { name: /^Ack 10 entries/ }).waitFor()
    await page.keyboard.press('Escape')
    // The chip leads to the bar, and its cross takes the search away.
    await page.getByRole('button', { name: /^Change the filter: body\.sku is/ }).click()
    await page.getByRole('button', { name: /^Remove the filter: body\.sku is/ }).click()
    await page.getByText('10 match of').waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+f')
    await page.keyboard.press('Escape')
    await bar.waitFor({ state: 'hidden' })
  })
})

test('a time is said as it was understood, and refused where it is none', async () => {
  await on(async (page) => {
    const jump = page.getByRole('textbox', { name: 'Jump to id or time' })
    await jump.fill('1970-01-01 0:00:02Z')
    await page.getByText('Means 1970-01-01 00:00:02.000').waitFor()
    await jump.press('Enter')
    await page.getByRole('grid', { name: 'Entries, newest first' }).getByText('no-2000').waitFor()
    await jump.fill('2021-02-30')
    await jump.press('Enter')
    await page.getByText('There is no such day or time').waitFor()
    expect(await complaints(page)).toEqual([])
  })
})

test('between two ends only what lies there is read, and what they mean is said', async () => {
  await on(async (page) => {
    await page.keyboard.press('Control+f')
    const bar = page.getByRole('search', { name: 'Search the entries' })
    await page.keyboard.type('body.sku=A-7')
    await page.keyboard.press('Tab')
    await page.keyboard.type('1970-01-01 0:00:01Z')
    await bar.getByText('Means 1970-01-01 00:00:01.000').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.type('500')
    await page.keyboard.press('Enter')
    await bar.getByText('This is before the other end').waitFor()
    await bar.getByRole('textbox', { name: 'To id or time' }).fill('1100')
    await page.keyboard.press('Enter')
    await words(bar.getByRole('status')).toMatch(
      /^10 found · 101 entries read · from 1000-0 to 1100-18446744073709551615 · body\.sku is “A-7”$/,
    )
    expect(await complaints(page)).toEqual([])
  })
})

test('names and values that are hostile are shown and run nothing', async () => {
  await server.client.xadd('jobs', '*', '<img src=x onerror=alert(1)>', '\u202e<b>evil</b>')
  await on(async (page) => {
    await page.getByRole('button', { name: 'Search all entries of the stream' }).click()
    const field = page.getByRole('searchbox', { name: 'Search the entries' })
    await field.fill('"<img src=x onerror=alert(1)>":"<b>evil"')
    await field.press('Enter')
    await words(page.getByRole('search', { name: 'Search the entries' }).getByRole('status')).toMatch(/^1 found/)
    expect(await found(page).locator('img, b').count()).toBe(0)
  })
})

test('a path into JSON is a column, by keyboard alone; sorted, as it says; and there again after a reload', async () => {
  // Behind what a list reads of a value.
  const far = JSON.stringify({ pad: 'x'.repeat(900), total: 77 })
  await server.client.xadd('jobs', '9000-0', 'order', 'no-9000', 'body', far)
  await on(async (page) => {
    await page.setViewportSize({ width: 1024, height: 640 })
    await page.getByRole('button', { name: 'Columns…' }).press('Enter')
    const field = page.getByRole('textbox', { name: 'Another field, or a path into its JSON' })
    await field.fill('body.total')
    await field.press('Enter')
    expect(await complaints(page)).toEqual([])
    await page.getByRole('checkbox', { name: 'body', exact: true }).press('Space')
    await page.keyboard.press('Control+Enter')
    const grid = page.getByRole('grid', { name: 'Entries, newest first' })
    await grid.getByRole('columnheader', { name: 'body.total' }).getByRole('button').press('Enter')
    const note = page.getByText(/^Sorted by body\.total, highest first: only the \d+ entries that are loaded/)
    await note.waitFor()
    await grid.getByRole('row').nth(1).getByText('77', { exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(/^Sorted by body\.total, lowest first/).waitFor()
    await grid.getByText('no-9000').waitFor({ state: 'detached' })
    for (const name of ['Load more', 'By id again', 'Columns…', 'Live tail']) {
      const box = await page.getByRole('button', { name }).boundingBox()
      expect([name, box !== null && box.x + box.width <= 1024]).toEqual([name, true])
    }
    expect(await complaints(page)).toEqual([])
    await page.reload()
    await page.getByText(/^Sorted by body\.total, lowest first/).waitFor()
    await page.getByRole('button', { name: 'By id again' }).click()
    await grid.getByRole('row').nth(1).getByText('no-9000').waitFor()
    expect(await grid.getByRole('columnheader').allInnerTexts()).toEqual([
      ...['', 'Id', expect.stringMatching(/^Time/), 'order', 'body.total', 'Size'],
    ])
  })
})
