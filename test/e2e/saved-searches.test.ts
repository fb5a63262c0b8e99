import { expect, test } from 'vitest'
import { complaints } from './complaints'
import { useOwnServer } from './own-server'

const own = useOwnServer()

test('a search is saved, chosen, renamed and removed, by keyboard', async () => {
  await own.on(async (page) => {
    await page.getByRole('treeitem', { name: 'jobs' }).click()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.keyboard.press('Control+f')
    const menu = page.getByRole('button', { name: 'Saved searches and views' })
    await page.keyboard.type('n>=29')
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Save this search, or view…' }).press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Save the search, or view' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('last <b>two</b>')
    expect(await complaints(page)).toEqual([])
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })

    await page.reload()
    await page.getByRole('tab', { name: 'Entries' }).click()
    await page.keyboard.press('Control+f')
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'last <b>two</b>' }).press('Enter')
    await expect.poll(() => page.getByRole('grid').getByRole('row').count()).toBe(3)

    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Rename or remove…' }).press('Enter')
    const manage = page.getByRole('dialog', { name: 'Saved searches and views' })
    expect(await complaints(page)).toEqual([])
    await manage.getByRole('textbox', { name: 'Name' }).fill('two')
    await page.keyboard.press('Enter')
    await manage.getByRole('button', { name: 'Remove two' }).press('Enter')
    await expect.poll(() => manage.getByRole('textbox').count()).toBe(0)
    await page.keyboard.press('Escape')
    await manage.waitFor({ state: 'detached' })
  })
})
