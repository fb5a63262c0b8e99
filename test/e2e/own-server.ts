import type { Redis } from 'ioredis'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { WatchedPage } from '../helpers/chromium'
import type { Settings } from '../../shared/model/settings'
import { startRedis, type RedisSetup, type TestRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, type App } from './app'

export interface OwnServer {
  readonly host: WebHost
  readonly app: App
  readonly redis: TestRedis
  /** A second connection, to look and to meddle with. */
  readonly client: Redis
  /** Runs `use` on a page that has opened this server, and knows the stream `jobs`. */
  on(use: (page: Page, name: string, watched: WatchedPage) => Promise<void>): Promise<void>
}

/** 30 entries 1-0 to 30-0 of `jobs`; of its group `workers`, ann holds the first 20 and bob the next. */
async function seed(client: Redis): Promise<void> {
  for (let n = 1; n <= 30; n += 1) await client.xadd('jobs', `${n}-0`, 'n', n)
  await client.xgroup('CREATE', 'jobs', 'workers', '0')
  await client.xreadgroup('GROUP', 'workers', 'ann', 'COUNT', 20, 'STREAMS', 'jobs', '>')
  await client.xreadgroup('GROUP', 'workers', 'bob', 'COUNT', 1, 'STREAMS', 'jobs', '>')
}

/** One web host for the file, and a new server for each test, which a test may kill, freeze or empty. `refreshSeconds`: see `openApp`. */
export function useOwnServer(setup: RedisSetup = {}, refreshSeconds?: Settings['refreshSeconds']): OwnServer {
  let host: WebHost
  let app: App
  let redis: TestRedis
  let client: Redis
  let number = 0
  beforeAll(async () => {
    host = await startWebHost()
    app = await openApp(host, refreshSeconds)
  })
  afterAll(async () => {
    await app.close()
    await host.stop()
  })
  beforeEach(async () => {
    redis = await startRedis(setup)
    client = redis.client()
    await seed(client)
  })
  afterEach(() => redis.stop())

  return {
    get host() {
      return host
    },
    get app() {
      return app
    },
    get redis() {
      return redis
    },
    get client() {
      return client
    },
    async on(use) {
      // The host keeps its list of connections from test to test.
      number += 1
      const name = `Shop ${number}`
      // connection-form.test.ts does so by the form, which takes as long again as the page takes to open.
      const { id } = await app.api.connection.save({ profile: redis.connection({ name }), secrets: { password: null } })
      const onIt = async (page: Page, watched: WatchedPage): Promise<void> => {
        await page.getByRole('button', { name: `Connection: ${name}`, exact: true }).waitFor()
        await page.getByRole('treeitem', { name: 'jobs' }).waitFor()
        await use(page, name, watched)
      }
      return app.on(onIt, undefined, `/#/${id}/triage`)
    },
  }
}

export const banner = (page: Page): Locator => page.locator('.connection-banner')
/** What is dimmed as being of before. */
export const stale = (page: Page): Locator =>
  page.locator('.data-table.stale, .group-facts.stale, .stream-facts.stale, .chart-panel.stale')
