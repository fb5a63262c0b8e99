import { afterEach, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, words, type App } from './app'

const SECRET = 'right-horse'
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(
  env: (redis: TestRedis) => Readonly<Record<string, string>>,
): Promise<{ redis: TestRedis; host: WebHost; app: App }> {
  const redis = await startRedis({ password: SECRET })
  ends.push(() => redis.stop())
  await redis.client().xadd('orders', '*', 'a', '1')
  const host = await startWebHost([], env(redis))
  ends.push(() => host.stop())
  const app = await openApp(host)
  ends.push(() => app.close())
  return { redis, host, app }
}

test('a connection of REDIS_URL is open at once, is marked, and only a copy without its password can be saved', async () => {
  const { app } = await start(({ url }) => ({ REDIS_URL: url }))
  await app.on(async (page) => {
    await page.getByRole('treeitem', { name: /orders/ }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    const row = page.getByRole('listitem').filter({ hasText: 'given by REDIS_URL' })
    await words(row).toContain('Connected')
    expect(await row.getByRole('button', { name: /^(Edit|Remove)/ }).count()).toBe(0)
    await row.getByRole('button', { name: 'Save a copy of' }).click()
    const form = page.getByRole('dialog')
    expect(await form.getByRole('textbox', { name: 'Password', exact: true }).inputValue()).toBe('')
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('My own')
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    const own = page.getByRole('listitem').filter({ hasText: 'My own' })
    await own.getByRole('button', { name: 'Open My own' }).click()
    await words(page.getByRole('dialog')).toContain('Password for My own')
    expect(await page.content()).not.toContain(SECRET)
  })
})

test('of SLUICE_CONNECTIONS none is opened that was not chosen', async () => {
  const { app } = await start(({ url }) => ({ SLUICE_CONNECTIONS: JSON.stringify([{ url, name: 'Listed' }]) }))
  await app.on(async (page) => {
    const row = page.getByRole('listitem').filter({ hasText: 'given by SLUICE_CONNECTIONS' })
    await words(row).toContain('Not open')
    await row.getByRole('button', { name: 'Open Listed' }).click()
    await page.getByRole('treeitem', { name: /orders/ }).waitFor()
  })
})
