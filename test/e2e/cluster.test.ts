import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type TestCluster } from '../helpers/redis-cluster'
import type { TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { notice, openApp, words, type App } from './app'
import { holders, seedDeadConsumer, seedHealthy } from './dead-consumer'

const SHOT = process.env['SLUICE_SHOTS_OF'] ?? ''
let cluster: TestCluster
let host: WebHost
let app: App
let primary: TestRedis
let replica: TestRedis
let dataDir: string
let rest: () => void = () => undefined
beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 })
  primary = await cluster.ownerOf('orders')
  replica = cluster.replicas[cluster.primaries.indexOf(primary)]!
  await seedHealthy(async (key) => (await cluster.ownerOf(key)).client())
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
  await cluster.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test('opened by the URL of one node; what a dead consumer holds is reassigned, and given back after a failover', async () => {
  await app.on(async (page) => {
    await page.getByRole('button', { name: 'Add a connection' }).click()
    const form = page.getByRole('dialog')
    const { host: at, port } = cluster.replicas[0]!
    await form.getByRole('textbox', { name: 'From a URL' }).fill(`redis+cluster://${at}:${port}`)
    await form.getByRole('button', { name: 'Fill in' }).click()
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Six nodes')
    expect(await form.getByRole('textbox', { name: 'Nodes' }).inputValue()).toBe(`${at}:${port}`)
    if (SHOT) await page.screenshot({ path: `${SHOT}-form.png` })
    await form.getByRole('button', { name: 'Save and open' }).click()
    await words(page.getByRole('banner')).toContain('3 nodes')

    const finding = page.getByRole('list', { name: 'Findings' }).getByRole('listitem').filter({ hasText: 'dead' })
    await words(finding).toContain('dead holds 30 entries of orders / billing')
    if (SHOT) await page.screenshot({ path: `${SHOT}-triage.png` })
    await finding.getByRole('button', { name: 'Reassign', exact: true }).click()
    const done = notice(page, 'Claimed')
    await words(done).toContain('Claimed 30 entries for alive')
    await expect.poll(() => holders(primary.client())).toEqual([['alive', '30']])

    await cluster.failOver(primary)
    await expect.poll(() => replica.cli('ROLE')).toMatch(/^master/)
    await done.getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 30 entries')
    // What `alive` was at when its server died may be its own still.
    expect(await holders(replica.client())).toContainEqual(['dead', '30'])

    await page.getByRole('button', { name: /^Connection:/ }).click()
    await page.getByRole('menuitem', { name: 'All connections' }).click()
    const nodes = page.getByRole('list', { name: 'Nodes of the cluster' }).getByRole('listitem')
    await expect.poll(async () => (await nodes.allInnerTexts()).join(' ')).toContain(String(replica.port))
    expect(await nodes.count()).toBe(3)
    if (SHOT) await page.screenshot({ path: `${SHOT}-nodes.png` })
  })
})

test('one node of it, opened by itself, says so, and leads to the whole by two clicks', async () => {
  await app.on(async (page) => {
    await page.getByRole('button', { name: 'Add a connection' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('One node')
    await form.getByRole('textbox', { name: 'Port' }).fill(String(primary.port))
    await form.getByRole('button', { name: 'Save and open' }).click()
    const banner = page.getByRole('status').filter({ hasText: 'one of 6 nodes of a cluster' })
    await words(banner).toContain('only its own streams are shown')
    if (SHOT) await page.screenshot({ path: `${SHOT}-one-node.png` })
    await banner.getByRole('button', { name: 'Open the cluster…' }).click()
    expect(await form.getByRole('textbox', { name: 'Nodes' }).inputValue()).toBe(`${primary.host}:${primary.port}`)
    await form.getByRole('button', { name: 'Save and open' }).click()
    await words(page.getByRole('banner')).toContain('3 nodes')
    expect(await banner.count()).toBe(0)
  })
})
