import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatCount } from '../../shared/format/format-count'
import { startCluster } from '../helpers/redis-cluster'
import { PRIMARY_NAME, startSentinels } from '../helpers/redis-sentinel'
import type { TestRedis } from '../helpers/redis-server'
import { startWebHost } from '../helpers/web-host'
import { notice, openApp, words } from './app'
import { holders, seedDeadConsumer, seedHealthy } from './dead-consumer'

/** So many that a server can be lost in the midst of it. */
const COUNT = 100_000

interface Ground {
  /** As it is typed into the form. */
  readonly url: string
  readonly primary: TestRedis
  readonly replica: TestRedis
  directOf(key: string): Promise<TestRedis>
  stop(): Promise<void>
}

async function cluster(): Promise<Ground> {
  const all = await startCluster({ replicas: 1 })
  const primary = await all.ownerOf('orders')
  return {
    ...{ primary, replica: all.replicas[all.primaries.indexOf(primary)]! },
    url: `redis+cluster://${all.nodes.map(({ host, port }) => `${host}:${port}`).join(',')}`,
    directOf: (key) => all.ownerOf(key),
    stop: () => all.stop(),
  }
}

async function sentinels(): Promise<Ground> {
  const all = await startSentinels()
  const primary = await all.primary()
  return {
    ...{ primary, replica: all.servers.find((each) => each !== primary)! },
    url: `redis-sentinel://${all.sentinels.map(({ host, port }) => `${host}:${port}`).join(',')}/${PRIMARY_NAME}`,
    directOf: () => Promise.resolve(primary),
    stop: () => all.stop(),
  }
}

/** How many each holds, as the server has it. */
async function held(server: TestRedis): Promise<Readonly<Record<string, number>>> {
  const rows = (await holders(server.client())) as readonly (readonly [string, string])[] | null
  return Object.fromEntries((rows ?? []).map(([consumer, count]) => [consumer, Number(count)]))
}

test.for([
  ['a cluster', cluster],
  ['three sentinels', sentinels],
] as const)(
  '%s: the primary dies while a dead consumer’s entries are reassigned; the notice tells what the next one has, and Undo gives that back',
  async ([, start]) => {
    const ground = await start()
    const { primary, replica, url } = ground
    await seedHealthy(async (key) => (await ground.directOf(key)).client())
    const rest = await seedDeadConsumer(primary.client(), COUNT)
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-data-'))
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ version: 1, stalledAfterMs: 1_000 }))
    const host = await startWebHost([], { SLUICE_DATA_DIR: dataDir })
    const app = await openApp(host)
    try {
      await app.on(async (page) => {
        await page.getByRole('button', { name: 'Add a connection' }).click()
        const form = page.getByRole('dialog')
        await form.getByRole('textbox', { name: 'From a URL' }).fill(url)
        await form.getByRole('button', { name: 'Fill in' }).click()
        await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Prone to fail')
        await form.getByRole('button', { name: 'Save and open' }).click()
        const finding = page.getByRole('list', { name: 'Findings' }).getByRole('listitem').filter({ hasText: 'dead' })
        await finding.getByRole('button', { name: 'Reassign', exact: true }).click()
        // What `alive` does by itself ends here: what it holds afterwards is what it was given.
        rest()
        await expect.poll(async () => (await held(primary))['alive'] ?? 0, { interval: 5 }).toBeGreaterThan(1_000)
        await primary.kill()
        const ended = notice(page, 'Interrupted: the connection was lost')
        await words(ended).toMatch(/Claimed [\d\s]+ of 100 000 entries/)
        const told = Number(/Claimed ([\d\s]+) of/.exec(await ended.innerText())?.[1]?.replaceAll(/\s/g, ''))
        await expect.poll(() => replica.cli('ROLE'), { timeout: 20_000 }).toMatch(/^master/)
        expect(await held(replica)).toEqual({ alive: told, dead: COUNT - told })

        // Of a cluster the other nodes are there all the while: undone at once, it is refused until the next one is known.
        const undone = notice(page, 'Gave back')
        const undo = ended.getByRole('button', { name: 'Undo' })
        const isUndone = async (): Promise<boolean> => {
          if ((await undone.count()) === 0) await undo.click({ timeout: 1_000 }).catch(() => undefined)
          return (await undone.count()) > 0
        }
        await expect.poll(isUndone, { interval: 500, timeout: 60_000 }).toBe(true)
        await words(undone).toContain(`Gave back ${formatCount(told).replaceAll(/\s/g, ' ')} entries`)
        expect(await held(replica)).toEqual({ dead: COUNT })
      })
    } finally {
      rest()
      await app.close()
      await host.stop()
      await ground.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
)
