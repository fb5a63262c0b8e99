import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PRIMARY_NAME, startSentinels, type TestSentinels } from '../helpers/redis-sentinel'
import type { TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { notice, openApp, words, type App } from './app'
import { holders, seedDeadConsumer, seedHealthy } from './dead-consumer'

const SHOT = process.env['SLUICE_SHOTS_OF'] ?? ''
let world: TestSentinels
let host: WebHost
let app: App
let primary: TestRedis
let replica: TestRedis
let dataDir: string
let rest: () => void = () => undefined
beforeAll(async () => {
  world = await startSentinels({ sentinel: { password: 'sentinel-word' } })
  primary = await world.primary()
  replica = world.servers.find((each) => each !== primary)!
  await seedHealthy(() => Promise.resolve(primary.client()))
  rest = await seedDeadConsumer(primary.client())
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-data-'))
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ version: 1, stalledAfterMs: 1_000 }))
  host = await startWebHost([], { SLUICE_DATA_DIR: dataDir })
  app = await openApp(host)
})
afterAll(async () => {
  rest()
  await app.close()
  await host.stop()
  await world.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test('a replica opened by itself says how old it is, and leads to its primary', async () => {
  await app.on(async (page) => {
    const typed = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Add a connection' }).click()
    await typed.getByRole('textbox', { name: 'Name', exact: true }).fill('Replica')
    await typed.getByRole('textbox', { name: 'Port' }).fill(String(replica.port))
    await typed.getByRole('button', { name: 'Save and open' }).click()
    const banner = page.getByRole('status').filter({ hasText: `This is a replica of 127.0.0.1:${primary.port}` })
    await words(page.getByRole('banner')).toMatch(/replica, at most \d+ s behind/)
    if (SHOT) await page.screenshot({ path: `${SHOT}-replica.png` })
    await banner.getByRole('button', { name: 'Open its primary…' }).click()
    expect(await typed.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Replica (primary)')
    await typed.getByRole('button', { name: 'Save and open' }).click()
    await words(page.getByRole('banner')).toContain(`127.0.0.1:${primary.port}`)
    expect(await banner.count()).toBe(0)

    await page.getByRole('button', { name: /^Connection:/ }).click()
    await page.getByRole('menuitem', { name: /^Replica(?! \(primary)/ }).click()
    await banner.getByRole('button', { name: 'Go to Replica (primary)' }).click()
    await words(page.getByRole('banner')).toContain(`127.0.0.1:${primary.port}`)
  })
})

test('opened by the URL of the sentinels; what a dead consumer holds is reassigned, and given back after a failover', async () => {
  await app.on(async (page) => {
    await page.getByRole('button', { name: 'Add a connection' }).click()
    const form = page.getByRole('dialog')
    const nodes = world.sentinels.map(({ host: at, port }) => `${at}:${port}`)
    await form.getByRole('textbox', { name: 'From a URL' }).fill(`redis-sentinel://${nodes.join(',')}/${PRIMARY_NAME}`)
    await form.getByRole('button', { name: 'Fill in' }).click()
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Three sentinels')
    expect(await form.getByRole('textbox', { name: 'Name of the primary' }).inputValue()).toBe(PRIMARY_NAME)

    // Without the sentinels' own password the field for it is blamed.
    await form.getByRole('button', { name: 'Save and open' }).click()
    const own = form.getByLabel('Password at the sentinels')
    await expect.poll(() => own.getAttribute('aria-invalid')).toBe('true')
    if (SHOT) await page.screenshot({ path: `${SHOT}-form.png` })
    await own.fill('sentinel-word')
    await form.getByRole('button', { name: 'Save and open' }).click()

    const finding = page.getByRole('list', { name: 'Findings' }).getByRole('listitem').filter({ hasText: 'dead' })
    await words(finding).toContain('dead holds 30 entries of orders / billing')
    if (SHOT) await page.screenshot({ path: `${SHOT}-triage.png` })
    await finding.getByRole('button', { name: 'Reassign', exact: true }).click()
    const done = notice(page, 'Claimed')
    await words(done).toContain('Claimed 30 entries for alive')
    await expect.poll(() => holders(replica.client())).toEqual([['alive', '30']])

    rest()
    await primary.kill()
    await expect.poll(() => replica.cli('ROLE'), { timeout: 20_000 }).toMatch(/^master/)
    await words(page.getByRole('banner')).toContain('Connected')
    await done.getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 30 entries')
    // What `alive` was at when its server died may be its own still.
    expect(await holders(replica.client())).toContainEqual(['dead', '30'])
  })
})
