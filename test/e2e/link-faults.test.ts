import type { Page, WebSocketRoute } from 'playwright-core'
import { isClaim } from '../helpers/is-claim'
import { expect, test } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../helpers/fault-proxy'
import { heldBy, pendingList } from '../helpers/pel'
import { freePort } from '../helpers/server-process'
import { startWebHost } from '../helpers/web-host'
import { connectTo, notice, openApp, words } from './app'
import { stale, useOwnServer } from './own-server'
import { goToGroup } from './views'

const server = useOwnServer({}, 5)

interface Line {
  /** Drops the socket, and refuses every new one until `mend`. */
  cut(): Promise<void>
  mend(): void
}

/** A line between page and host that can be cut. The page is loaded anew over it. */
async function lineOf(page: Page): Promise<Line> {
  const open = new Set<WebSocketRoute>()
  let isCut = false
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    if (isCut) return void socket.close()
    open.add(socket)
    socket.connectToServer()
  })
  await page.reload()
  return {
    async cut() {
      isCut = true
      for (const socket of open) await socket.close()
      open.clear()
    },
    mend() {
      isCut = false
    },
  }
}

const linkBanner = (page: Page) => page.locator('.link-banner')

test('a lost line to the host is told of, figures are marked as old, and the page goes on when it is back', async () => {
  await server.on(async (page) => {
    const line = await lineOf(page)
    await goToGroup(page, 'jobs', 'workers')
    await line.cut()
    await words(linkBanner(page)).toMatch(/Sluice’s own process has not answered since .* running jobs go on/)
    await expect.poll(() => stale(page).count()).toBe(3)
    await words(page.getByRole('grid', { name: 'Consumers' })).toMatch(/ann 20.*bob 1/)
    await server.client.xack('jobs', 'workers', '1-0')

    line.mend()
    await linkBanner(page).getByRole('button', { name: 'Try now' }).click()
    await linkBanner(page).waitFor({ state: 'hidden' })
    await words(page.getByRole('grid', { name: 'Consumers' })).toContain('ann 19')
    await expect.poll(() => stale(page).count()).toBe(0)
  })
})

test('the line is found again without anybody asking', async () => {
  await server.on(async (page) => {
    const line = await lineOf(page)
    await goToGroup(page, 'jobs', 'workers')
    await line.cut()
    await linkBanner(page).waitFor()
    line.mend()
    await linkBanner(page).waitFor({ state: 'hidden' })
    await server.client.xack('jobs', 'workers', '1-0', '2-0')
    await words(page.getByRole('grid', { name: 'Consumers' })).toContain('ann 18')
  })
})

test('what changes something is off while the line is down, and what is forced all the same is not sent later', async () => {
  await server.on(async (page) => {
    const line = await lineOf(page)
    await goToGroup(page, 'jobs', 'workers')
    await line.cut()
    await linkBanner(page).waitFor()
    const reassign = page.getByRole('button', { name: 'Reassign ann' })
    expect(await reassign.getAttribute('aria-description')).toBe('Sluice’s own process doesn’t answer just now')
    await reassign.click({ force: true })
    await page.getByRole('grid', { name: 'Consumers' }).focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Shift+C')
    line.mend()
    await linkBanner(page).waitFor({ state: 'hidden' })
    await server.client.xack('jobs', 'workers', '1-0')
    await words(page.getByRole('grid', { name: 'Consumers' })).toContain('ann 19')
    expect(await page.locator('[data-test=job-notice]').count()).toBe(0)
  })
  expect(await heldBy(server.client, 'jobs', 'workers')).toEqual({ ann: 19, bob: 1 })
})

test('a host that was started again tells the page that it is signed out', async () => {
  const port = String(await freePort())
  const first = await startWebHost(['--port', port])
  const app = await openApp(first)
  try {
    await app.on(async (page, watched) => {
      await page.getByRole('button', { name: 'Add a connection' }).waitFor()
      await first.stop()
      await linkBanner(page).waitFor()
      const second = await startWebHost(['--port', port])
      await page.getByRole('heading', { name: 'This page has been signed out' }).waitFor()
      watched.expectProblems(/WebSocket|ERR_CONNECTION_REFUSED|401/)
      await second.stop()
    })
  } finally {
    await app.close()
    await first.stop()
  }
})

const MANY = 5_000

/** A page on a slow way to the server, where `ann` holds thousands and reassigning them takes a while. */
async function onSlowServer(use: (page: Page, proxy: FaultProxy) => Promise<void>): Promise<void> {
  const fill = server.client.pipeline()
  for (let n = 1; n <= MANY; n += 1) fill.xadd('many', `${n}-0`, 'n', n)
  await fill.exec()
  await server.client.xgroup('CREATE', 'many', 'workers', '0')
  await server.client.xreadgroup('GROUP', 'workers', 'bob', 'COUNT', 1, 'STREAMS', 'many', '>')
  await server.client.xreadgroup('GROUP', 'workers', 'ann', 'STREAMS', 'many', '>')
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: server.redis.port })
  try {
    await server.app.on(async (page) => {
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await connectTo(page, `Slow ${proxy.port}`, proxy.port)
      await page.getByRole('treeitem', { name: 'many' }).waitFor()
      await goToGroup(page, 'many', 'workers')
      await use(page, proxy)
    })
  } finally {
    await proxy.stop()
  }
}

test('a job goes on while the page is loaded again; the page shows it, its outcome, and its undo', async () => {
  await onSlowServer(async (page, proxy) => {
    const before = await pendingList(server.client, 'many', 'workers')
    void proxy.fault(isClaim, { kind: 'delay', ms: 400 }, 8)
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await words(notice(page, 'Claiming')).toMatch(/Claiming for bob/)
    await page.reload()
    await words(notice(page, 'Claiming')).toMatch(/Claiming for bob (Slow \d+ )?many \/ workers .* of 4 999/)
    await words(page.getByRole('contentinfo')).toContain('Claiming for bob')
    await words(notice(page, 'Claimed')).toContain('Claimed 4 999 entries for bob')
    expect(await heldBy(server.client, 'many', 'workers')).toEqual({ bob: MANY })

    await notice(page, 'Claimed').getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 4 999 entries')
    expect(await pendingList(server.client, 'many', 'workers')).toEqual(before)
  })
})

test('a job goes on while the line to the host is down, and its outcome shows when it is back', async () => {
  await onSlowServer(async (page, proxy) => {
    const line = await lineOf(page)
    await page.getByRole('button', { name: 'Reassign ann' }).waitFor()
    void proxy.fault(isClaim, { kind: 'delay', ms: 200 }, 8)
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await notice(page, 'Claiming').waitFor()
    await line.cut()
    await linkBanner(page).waitFor()
    await expect.poll(() => heldBy(server.client, 'many', 'workers'), { timeout: 30_000 }).toEqual({ bob: MANY })
    line.mend()
    await words(notice(page, 'Claimed')).toContain('Claimed 4 999 entries for bob')
  })
})

test('a job that is cancelled stops, says how far it came, and gives back just that', async () => {
  await onSlowServer(async (page, proxy) => {
    const before = await pendingList(server.client, 'many', 'workers')
    void proxy.fault(isClaim, { kind: 'delay', ms: 500 }, 10)
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    await words(notice(page, 'Claiming')).toMatch(/[1-9]\d* ?\d* of 4 999/)
    await notice(page, 'Claiming').getByRole('button', { name: 'Cancel' }).click()
    const ended = notice(page, 'Cancelled')
    await words(ended).toMatch(/Claimed [\d ]+ of 4 999 entries for bob/)
    const said = Number(/Claimed ([\d\s]+) of/.exec(await ended.innerText())?.[1]?.replace(/\s/g, ''))
    const held = await heldBy(server.client, 'many', 'workers')
    expect(held).toEqual({ ann: MANY - 1 - said, bob: said + 1 })
    await ended.getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toMatch(/Gave back [\d ]+ entries/)
    expect(await pendingList(server.client, 'many', 'workers')).toEqual(before)
  })
})

test('a reply lost in the middle of a job is read back, and the count that is told is the server’s', async () => {
  await onSlowServer(async (page, proxy) => {
    let seen = 0
    void proxy.fault((args) => isClaim(args) && (seen += 1) === 4, { kind: 'cut-before-reply' })
    await page.getByRole('button', { name: 'Reassign ann' }).click()
    const ended = notice(page, /Claimed/)
    await words(ended).toMatch(/Claimed [\d ]+/)
    const said = Number(/Claimed ([\d\s]+\d)/.exec(await ended.innerText())?.[1]?.replace(/\s/g, ''))
    expect((await heldBy(server.client, 'many', 'workers')).bob).toBe(said + 1)
    expect(seen).toBeGreaterThanOrEqual(4)
  })
})
