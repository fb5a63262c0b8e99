import { resolve } from 'node:path'
import { pino } from 'pino'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHostBackend, type HostBackend } from '../../electron/host/host-backend'
import { inMemory } from '../../electron/host/secrets-store'
import { openDesktopPage, type DesktopPage } from '../helpers/desktop-page'
import { connectBrowser } from './browser'
import { views } from './views'
import { builtDecoder } from '../helpers/built-decoder'

const OUT = resolve(import.meta.dirname, '../../out')

// The built preload and renderer, on the sandbox, as the desktop shows them: a message port and no network at all.
let browser: Browser
let backend: HostBackend
let desktop: DesktopPage
async function openDesktop(): Promise<void> {
  desktop = await openDesktopPage(browser, {
    router: backend.router,
    rendererDir: resolve(OUT, 'renderer'),
    preload: resolve(OUT, 'preload/preload.cjs'),
  })
  await desktop.load()
}
beforeAll(async () => {
  const log = pino({ level: 'silent' })
  backend = await openHostBackend({
    kind: 'desktop',
    sandbox: { static: true },
    dataDir: null,
    given: { connections: [], opens: null },
    secrets: inMemory(),
    log,
    decoderFile: builtDecoder,
    saveFile: async () => ({ outcome: { kind: 'cancelled' }, done: Promise.resolve() }),
  })
  browser = await connectBrowser()
  await openDesktop()
})
afterAll(async () => {
  await desktop.close()
  await browser.close()
  await backend.close()
})

test.each(views)('$name opens, and the policy refuses nothing that it needs', async ({ open }) => {
  try {
    await open(desktop.page)
    expect(desktop.problems()).toEqual([])
  } catch (error) {
    // What ails this page is no matter of the next view, nor of a second try.
    await desktop.close()
    await openDesktop()
    throw error
  }
})

test('the page connected over its port, and to nothing else', () => {
  expect(desktop.handedOver()).toBeGreaterThan(0)
  expect(desktop.refused()).toEqual([])
})
