import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { Contract } from '../../shared/contract'
import type { Settings } from '../../shared/model/settings'
import { pageKeyStore } from '../../shared/page-key'
import { protocolsOf } from '../helpers/enter'
import { trySocket } from '../helpers/page-socket'
import { openPage, openPageIn, VIEWPORT, whileOpen, type WatchedPage } from '../helpers/chromium'
import { connectBrowser } from './browser'

// Longer than any of the waits below, so that a test that fails says what it waited for.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
const WAIT_MS = 30_000
/** Where to paint the page of a test that failed; nowhere when empty. */
const FAILURE_SHOT = process.env.SLUICE_FAILURE_SHOT ?? ''

/**
 * A browser that has been let in by a host. Each page is loaded anew, with no tabs of the one before; what is kept is what the
 * host was given for its launch link, so a test that logs out has an app of its own.
 */
export interface App {
  readonly origin: string
  /** What its pages call, with the session of theirs. */
  readonly api: ContractRouterClient<Contract>
  /** Runs `use` on a page at home, or at another address; fails on any error of the page, too. With options, in a context of its own. */
  on(
    use: (page: Page, watched: WatchedPage) => Promise<void>,
    options?: BrowserContextOptions,
    address?: string,
  ): Promise<void>
  /** A page at home that stays; whoever asks for it closes it. */
  open(): Promise<WatchedPage>
  close(): Promise<void>
}

type SessionState = Awaited<ReturnType<BrowserContext['storageState']>>

interface Host {
  readonly origin: string
  readonly launchUrl: string
}

/**
 * Spends the host's launch link, which works once, and keeps what it was exchanged for. Its pages are not refreshed by themselves:
 * what hosts and pages do every five seconds, six files at once, took a third of the processors. Who waits for it asks for it.
 */
export async function openApp(
  { origin, launchUrl }: Host,
  refreshSeconds: Settings['refreshSeconds'] = 0,
): Promise<App> {
  const browser: Browser = await connectBrowser()
  const asked = { baseURL: origin, reducedMotion: 'reduce' } as const
  const context = await browser.newContext({ viewport: VIEWPORT, ...asked })
  await whileOpen(await openPageIn(context), async (page) => {
    await page.goto(launchUrl)
    await page.waitForURL((url) => url.pathname === '/')
  })
  const state = await context.storageState()
  const options = { ...asked, storageState: state }
  const socket = await socketOf(origin, state)
  const api: App['api'] = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
  await api.host.saveSettings({ refreshSeconds })
  return {
    origin,
    api,
    async open() {
      const watched = await openPage(browser, options)
      watched.page.setDefaultTimeout(WAIT_MS)
      await watched.page.goto('/')
      return watched
    },
    async on(use, changes, address = '/') {
      const opened = changes ? openPage(browser, { ...options, ...changes }) : openPageIn(context)
      await whileOpen(await opened, async (page, watched) => {
        page.setDefaultTimeout(WAIT_MS)
        try {
          await page.goto(address)
          await use(page, watched)
        } catch (error) {
          if (FAILURE_SHOT) await page.screenshot({ path: FAILURE_SHOT })
          throw error
        }
      })
    },
    async close() {
      socket.terminate()
      await browser.close()
    },
  }
}

/** As a page opens it that keeps both halves of this session. */
async function socketOf(origin: string, { cookies, origins }: SessionState): Promise<WebSocket> {
  const kept = origins.flatMap(({ localStorage }) => localStorage)
  const key = kept.find(({ name }) => name.startsWith(pageKeyStore('')))?.value ?? ''
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const { socket, status } = await trySocket(
    `${origin.replace('http', 'ws')}/rpc`,
    { headers: { cookie }, origin },
    protocolsOf(key),
  )
  if (socket === null) throw new Error(`the host answers ${status}`)
  return socket
}

/** Waits for what an element says, with every gap (thin and no-break spaces, line ends) as one space. */
export function words(area: Locator): ReturnType<typeof expect.poll<string>> {
  return expect.poll(async () => (await area.innerText()).replace(/\s+/g, ' ').trim(), { timeout: WAIT_MS })
}

/** The notice of a job in the corner that says this. */
export function notice(page: Page, text: string | RegExp): Locator {
  return page.locator('[data-test=job-notice]').filter({ hasText: text })
}

/** Looks at another of the saved connections from now on. */
export async function switchTo(page: Page, connection: string): Promise<void> {
  await page.getByRole('button', { name: /^Connection:/ }).click()
  await page
    .getByRole('menuitem')
    .filter({ hasText: new RegExp(`^${connection}(?! as|,)`) })
    .click()
  await page.getByRole('button', { name: `Connection: ${connection}`, exact: true }).waitFor()
  await page.getByRole('list', { name: 'Findings' }).waitFor()
}

/** Adds a connection to a server of the test's own by the form, and opens it. */
export async function connectTo(page: Page, name: string, port: number): Promise<void> {
  await page.getByRole('button', { name: 'Add a connection' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
  await form.getByRole('textbox', { name: 'Port' }).fill(String(port))
  await form.getByRole('button', { name: 'Save and open' }).click()
  await page.getByRole('button', { name: `Connection: ${name}`, exact: true }).waitFor()
}
