import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { WebContents } from 'electron'
import { pino } from 'pino'
import type { Browser, CDPSession, Page } from 'playwright-core'
import type { AnyRouter } from '@orpc/server'
import { createAppProtocol } from '../../electron/desktop/app-protocol'
import { acceptPorts } from '../../electron/desktop/rpc'
import { createRpcServer } from '../../electron/host/rpc-server'
import { FakeContents, type FakePort } from './fake-electron'

export interface DesktopPageOptions {
  readonly router: AnyRouter
  readonly rendererDir: string
  /** The built preload. */
  readonly preload: string
}

export interface DesktopPage {
  readonly page: Page
  /** Errors and refusals that the browser reported since this was asked last. */
  readonly problems: () => readonly string[]
  /** Ports that the main process was handed. */
  readonly handedOver: () => number
  /** Addresses outside app:// that the page asked for. It got nothing. */
  readonly refused: () => readonly string[]
  load(): Promise<void>
  close(): Promise<void>
}

// Chromium has no app:// scheme of ours, so the page lives under this address, and its one question for the scheme is put so.
const STAND_IN = 'https://sluice'

type Note =
  | { readonly kind: 'post'; readonly channel: string; readonly ports: readonly number[] }
  | { readonly kind: 'message'; readonly port: number; readonly data: unknown }

/**
 * A page in a real Chromium, as Electron would run it: its files come from the real handler of app://, the built preload runs
 * in an isolated world before it, and the port it hands over goes to the real main process's code.
 */
export async function openDesktopPage(browser: Browser, options: DesktopPageOptions): Promise<DesktopPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: STAND_IN })
  const page = await context.newPage()
  const problems: string[] = []
  const refused: string[] = []
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))

  const answer = createAppProtocol(options.rendererDir)
  await page.route('**/*', async (route) => {
    const url = route.request().url()
    if (!url.startsWith(`${STAND_IN}/`)) {
      refused.push(url)
      return route.abort()
    }
    const response = await answer(new Request(url.replace(STAND_IN, 'app://sluice')))
    const body = Buffer.from(await response.arrayBuffer())
    const isScript = response.headers.get('content-type')?.startsWith('text/javascript') ?? false
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries([...response.headers].filter(([name]) => name !== 'content-length')),
      body: isScript ? body.toString().replaceAll(/(["'`])app:\1/g, '"https:"') : body,
    })
  })

  const contents = new FakeContents()
  const log = pino({ level: 'silent' })
  acceptPorts(contents as unknown as WebContents, createRpcServer(options.router, log), log)
  const cdp = await context.newCDPSession(page)
  const bridge = await bridgePreload(cdp, readFileSync(options.preload, 'utf8'), (channel, ports) =>
    contents.receive(channel, { origin: 'app://sluice', parent: null }, ports),
  )

  return {
    page,
    problems: () => problems.splice(0),
    handedOver: bridge.handedOver,
    refused: () => refused,
    load: async () => void (await page.goto(`${STAND_IN}/`)),
    close: () => context.close(),
  }
}

/** Runs the preload in a world of its own in every document, and carries its ports between there and here. */
async function bridgePreload(
  cdp: CDPSession,
  preload: string,
  receive: (channel: string, ports: readonly FakePort[]) => void,
) {
  const ports = new Map<string, FakePort>()
  await cdp.send('Runtime.enable')
  await cdp.send('Page.enable')
  await cdp.send('Runtime.addBinding', { name: 'toMain', executionContextName: 'preload' })
  const source = `(${world.toString()})((require, module, exports) => {\n${preload}\n})`
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: 'preload' })

  cdp.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
    const note = JSON.parse(payload) as Note
    const key = (port: number): string => `${executionContextId}/${port}`
    if (note.kind === 'message') return void ports.get(key(note.port))?.emit('message', { data: note.data, ports: [] })
    const handed = note.ports.map((port) => {
      const far = farPort(cdp, executionContextId, port)
      ports.set(key(port), far)
      return far
    })
    receive(note.channel, handed)
  })
  return { handedOver: () => ports.size }
}

/** Our side of a port that lives in the page. */
function farPort(cdp: CDPSession, contextId: number, port: number): FakePort {
  const emitter = new EventEmitter()
  const evaluate = (expression: string): void => {
    // The page may have gone; then there is nobody to tell.
    cdp.send('Runtime.evaluate', { contextId, expression }).catch(() => emitter.emit('close'))
  }
  return Object.assign(emitter, {
    start: () => evaluate(`startPort(${port})`),
    postMessage: (data: unknown) => evaluate(`toPage(${port}, ${JSON.stringify(data)})`),
    close: () => evaluate(`closePort(${port})`),
  })
}

/** Runs in the preload's world: `electron` as the preload knows it, on top of the binding. Has to stand by itself. */
function world(preload: (require: (name: string) => unknown, module: object, exports: object) => void): void {
  const scope = globalThis as unknown as Record<string, unknown> & { toMain(note: string): void }
  const ports: MessagePort[] = []
  scope.startPort = (port: number) => ports[port]?.start()
  scope.toPage = (port: number, data: string) => ports[port]?.postMessage(data)
  scope.closePort = (port: number) => ports[port]?.close()
  const ipcRenderer = {
    postMessage(channel: string, _message: unknown, transfer: readonly MessagePort[]): void {
      const numbers = transfer.map((port) => {
        const number = ports.push(port) - 1
        port.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
          scope.toMain(JSON.stringify({ kind: 'message', port: number, data })),
        )
        return number
      })
      scope.toMain(JSON.stringify({ kind: 'post', channel, ports: numbers }))
    },
  }
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`the preload asked for ${name}`)
    return { ipcRenderer }
  }
  preload(require, {}, {})
}
