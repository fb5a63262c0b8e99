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
  desktop = await openDesktopPage(browser, {
    router: backend.router,
    rendererDir: resolve(OUT, 'renderer'),
    preload: resolve(OUT, 'preload/preload.cjs'),
  })
  await desktop.load()
})
afterAll(async () => {
  await desktop.close()
  await browser.close()
  await backend.close()
})

test.each(views)('$name opens, and the policy refuses nothing that it needs', async ({ open }) => {
  await open(desktop.page)
  expect(desktop.problems).toEqual([])
})

test('the page connected over its port, and to nothing else', () => {
  expect(desktop.handedOver()).toBeGreaterThan(0)
  expect(desktop.refused()).toEqual([])
})
