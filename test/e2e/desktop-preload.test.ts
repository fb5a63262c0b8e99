import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openDesktopPage, type DesktopPage } from '../helpers/desktop-page'
import { tinyRouter, type TinyRouter } from '../helpers/tiny-router'
import { connectBrowser } from './browser'

const PRELOAD = resolve(import.meta.dirname, '../../out/preload/preload.cjs')
// The least that a renderer can be: it hands its port over as the real one does, and says what comes back.
const SCRIPT = `
const { port1, port2 } = new MessageChannel()
port1.onmessage = ({ data }) => { document.body.dataset.reply = data }
window.postMessage('sluice:connect', window.origin, [port2])
window.ask = (text) => port1.postMessage(text)
`
const HTML = `<!doctype html><script type="module" crossorigin src="./assets/index-AbCd1234.js"></script>`

let browser: Browser
let rendererDir: string
let tiny: TinyRouter
let desktop: DesktopPage
beforeAll(async () => {
  rendererDir = mkdtempSync(join(tmpdir(), 'sluice-renderer-'))
  mkdirSync(join(rendererDir, 'assets'))
  writeFileSync(join(rendererDir, 'index.html'), HTML)
  writeFileSync(join(rendererDir, 'assets/index-AbCd1234.js'), SCRIPT)
  browser = await connectBrowser()
})
afterAll(async () => {
  await browser.close()
  rmSync(rendererDir, { recursive: true })
})
beforeEach(async () => {
  tiny = tinyRouter()
  desktop = await openDesktopPage(browser, { router: tiny.router, rendererDir, preload: PRELOAD })
  await desktop.load()
})
afterEach(() => desktop.close())

const ask = (text: string): Promise<void> => desktop.page.evaluate(`ask(${JSON.stringify(text)})`)
const reply = (): Promise<string | undefined> => desktop.page.evaluate('document.body.dataset.reply')

test('the port goes from the page through the built preload to the main process, and answers come back', async () => {
  await ask(JSON.stringify({ i: '1', p: { u: '/echo', b: { json: 'through all of it' } } }))
  await expect.poll(reply).toBe(JSON.stringify({ i: '1', p: { b: { json: 'through all of it' } } }))
  expect(desktop.handedOver()).toBe(1)
  expect(desktop.problems()).toEqual([])
})

test('the preload leaves nothing in the page’s world', async () => {
  const blank = await desktop.page.context().newPage()
  await blank.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await blank.goto('https://blank.example/')
  const names = 'Object.getOwnPropertyNames(window).sort()'
  const [ours, plain] = [await desktop.page.evaluate(names), await blank.evaluate(names)] as [string[], string[]]
  expect(ours.filter((name) => !plain.includes(name))).toEqual(['ask'])
  expect(await desktop.page.evaluate('[typeof require, typeof process, typeof toMain, typeof module]')).toEqual(
    Array.from({ length: 4 }, () => 'undefined'),
  )
})

test('only the one message, of the page itself, with a port, is handed on', async () => {
  const connect = `postMessage('sluice:connect', '*', [new MessageChannel().port2])`
  await desktop.page.evaluate(`
    postMessage('sluice:other', '*', [new MessageChannel().port2])
    postMessage({ type: 'sluice:connect' }, '*', [new MessageChannel().port2])
    postMessage('sluice:connect', '*', [])
    for (const sandbox of ['allow-scripts allow-same-origin', 'allow-scripts']) {
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', sandbox)
      document.body.append(frame)
    }`)
  const frames = desktop.page.mainFrame().childFrames()
  expect(frames).toHaveLength(2)
  for (const frame of frames) await frame.evaluate(`parent.${connect}`)
  // This one is meant to be, and comes after all the others.
  await desktop.page.evaluate(connect)
  await expect.poll(() => desktop.handedOver()).toBeGreaterThan(1)
  expect(desktop.handedOver()).toBe(2)
})

test('a reload takes a new port, and what the old page listened to is told', async () => {
  await ask(JSON.stringify({ i: '1', p: { u: '/watch' } }))
  await vi.waitFor(() => expect(tiny.watching).toBe(1))
  await desktop.load()
  await vi.waitFor(() => expect(tiny.watching).toBe(0))
  await ask(JSON.stringify({ i: '1', p: { u: '/echo', b: { json: 'again' } } }))
  await expect.poll(reply).toContain('again')
})

test('the policy holds in a real browser: no inline script, no eval, no connection, no frame of elsewhere', async () => {
  // In a task of its own: what a debugger evaluates directly is let through.
  await desktop.page.evaluate(`
    window.blocked = []
    window.outcome = {}
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
    setTimeout(() => {
      const script = document.createElement('script')
      script.textContent = 'outcome.inline = true'
      const frame = document.createElement('iframe')
      frame.src = 'https://evil.example/'
      const image = new Image()
      image.src = 'https://evil.example/pixel.png'
      document.body.append(script, frame, image)
      document.body.setAttribute('style', 'color: red')
      fetch('/').then(() => (outcome.fetched = true), () => (outcome.fetched = false))
      try { outcome.evaluated = new Function('return 1')() } catch { outcome.evaluated = false }
    })`)
  const blocked = (): Promise<readonly string[]> => desktop.page.evaluate('[...new Set(blocked)].sort()')
  await expect
    .poll(blocked)
    .toEqual(['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-attr'])
  expect(await desktop.page.evaluate('outcome')).toEqual({ fetched: false, evaluated: false })
})
