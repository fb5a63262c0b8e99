import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  type LaunchOptions,
  type Page,
} from 'playwright-core'
import { requireBinary } from './find-binary'

const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', MAC_CHROME]
/** The same engine without a browser around it: a page opens for half the processor time. */
const SHELL = 'chromium-headless-shell'

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the Chromium that is installed here, headless, with a new profile: what people have, for pictures and figures. The caller closes it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(launchOptions([...WHOLE, SHELL], []))
}

/** As `launchChromium`, for the tests of many processes to connect to: the shell, where there is one. */
export function serveChromium(flags: readonly string[]): Promise<BrowserServer> {
  return chromium.launchServer({ ...launchOptions([SHELL, ...WHOLE], flags), host: '127.0.0.1' })
}

/** Of `commands` the first that is here, unless SLUICE_CHROMIUM names another. */
function launchOptions(commands: readonly string[], flags: readonly string[]): LaunchOptions {
  // As root there is no user namespace to sandbox with, and Chromium refuses to start.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const own = process.env.SLUICE_CHROMIUM
  const executablePath = requireBinary(...(own === undefined ? [] : [own]), ...commands)
  return { executablePath, headless: true, args: [...FLAGS, ...asRoot, ...flags] }
}

export interface WatchedPage {
  readonly page: Page
  /** Uncaught errors and console errors and warnings so far, in order. */
  readonly problems: readonly string[]
  /** Takes out those that the test brought about itself, so that they don't fail it. */
  expectProblems(pattern: RegExp): readonly string[]
  close(): Promise<void>
  /** The same, whatever its problems. */
  drop(): Promise<void>
}

export const VIEWPORT = { width: 1440, height: 900 } as const

/** A page in a context of its own, watched for errors. `close` rejects when any is left. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: VIEWPORT, ...options })
  return watch(await context.newPage(), () => context.close())
}

/**
 * One more page in a context, which keeps the cookies, what a site stores, and what was fetched and compiled before: it opens for
 * two thirds of the processor time. With it goes what was allowed there meanwhile.
 */
export async function openPageIn(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage()
  return watch(page, async () => {
    // No other: a test that ran out of time may end while the next one has its page.
    await page.close()
    await context.clearPermissions()
  })
}

function watch(page: Page, drop: () => Promise<void>): WatchedPage {
  let problems: string[] = []
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`)
  })
  return {
    page,
    get problems() {
      return problems
    },
    expectProblems(pattern) {
      const expected = problems.filter((problem) => pattern.test(problem))
      problems = problems.filter((problem) => !pattern.test(problem))
      return expected
    },
    drop,
    async close() {
      await drop()
      if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join('\n')}`)
    },
  }
}

/** Runs `use` with a page, and fails when the page had an error, even if `use` was content. */
export async function withPage<T>(
  browser: Browser,
  use: (page: Page, watched: WatchedPage) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  return whileOpen(await openPage(browser, options), use)
}

/** The same with a page that is open already. */
export async function whileOpen<T>(
  watched: WatchedPage,
  use: (page: Page, watched: WatchedPage) => Promise<T>,
): Promise<T> {
  try {
    const result = await use(watched.page, watched)
    await watched.close()
    return result
  } catch (error) {
    await watched.drop()
    throw error
  }
}
