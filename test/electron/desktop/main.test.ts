import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HostBackendOptions } from '../../../electron/host/host-backend'
import { fakeElectron, fakePort, type FakeElectronOptions, type FakeWindow } from '../../helpers/fake-electron'
import { tinyRouter } from '../../helpers/tiny-router'

let userData: string
const argv = process.argv
beforeEach(() => {
  userData = mkdtempSync(join(tmpdir(), 'sluice-main-'))
  vi.resetModules()
})
afterEach(() => {
  process.argv = argv
  rmSync(userData, { recursive: true, force: true })
  rmSync(`${userData}-sandbox`, { recursive: true, force: true })
})

interface Start extends Partial<FakeElectronOptions> {
  readonly flags?: readonly string[]
  readonly failure?: Error
}

/** Runs the real main module against the fake. */
async function start({ flags = [], failure, ...options }: Start = {}) {
  const electron = fakeElectron({ userData, ...options })
  const opened: HostBackendOptions[] = []
  const close = vi.fn(async () => undefined)
  vi.doMock('electron', () => ({ ...electron.module, default: electron.module }))
  vi.doMock('../../../electron/host/host-backend', () => ({
    openHostBackend: async (asked: HostBackendOptions) => {
      opened.push(asked)
      if (failure) throw failure
      return { router: tinyRouter().router, close }
    },
  }))
  process.argv = ['sluice', ...flags]
  await import('../../../electron/desktop/main')
  return { ...electron, opened, close }
}

type Started = Awaited<ReturnType<typeof start>>

async function theWindow({ windows }: Started): Promise<FakeWindow> {
  return vi.waitFor(() => {
    const [window] = windows
    expect(window?.loaded).toHaveLength(1)
    return window as FakeWindow
  })
}

test('one window, locked down, on our own page', async () => {
  const started = await start()
  const window = await theWindow(started)
  expect(started.windows).toHaveLength(1)
  expect(window.loaded).toEqual(['app://sluice/'])
  const { preload = '', ...preferences } = window.options.webPreferences ?? {}
  expect(preload).toMatch(/[\\/]preload[\\/]preload\.cjs$/)
  expect(preferences).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    plugins: false,
    spellcheck: false,
    devTools: false,
  })
})

test('the scheme is known and every renderer sandboxed before Electron is ready', async () => {
  const { calls, schemes, protocols } = await start()
  const before = calls.slice(0, calls.indexOf('whenReady'))
  expect(before).toEqual(['enableSandbox', 'registerSchemes'])
  expect(schemes).toEqual([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, codeCache: true },
    },
  ])
  await vi.waitFor(() => expect([...protocols.keys()]).toEqual(['app']))
})

test('permissions, navigation and the port are guarded before the page is loaded', async () => {
  const started = await start()
  const { webContents } = await theWindow(started)
  expect(started.defaultSession.request).not.toBeNull()
  expect(started.defaultSession.check).not.toBeNull()
  expect(webContents.windowOpen).not.toBeNull()
  expect(webContents.listenerCount('will-frame-navigate')).toBe(1)
  const { port, state, receive, sent } = fakePort()
  webContents.receive('sluice:connect', { origin: 'app://sluice', parent: null }, [port])
  expect(state.started).toBe(true)
  receive(JSON.stringify({ i: '1', p: { u: '/echo', b: { json: 'hello' } } }))
  await vi.waitFor(() => expect(sent.join('')).toContain('hello'))
})

test('any other contents that come to be are guarded as well', async () => {
  const started = await start()
  await theWindow(started)
  const { FakeContents } = await import('../../helpers/fake-electron')
  const stray = new FakeContents()
  started.module.app.emit('web-contents-created', {}, stray)
  expect(stray.windowOpen).not.toBeNull()
})

describe('a second instance', () => {
  test('ends, and opens nothing', async () => {
    const { calls, windows, opened } = await start({ first: false })
    expect(calls).toContain('quit')
    expect([windows, opened]).toEqual([[], []])
  })

  test('brings the first one to the front', async () => {
    const started = await start()
    const window = await theWindow(started)
    started.module.app.emit('second-instance')
    expect(window.calls).toEqual(['show', 'focus'])
  })
})

describe('--sandbox', () => {
  test('runs on a throwaway server, beside the real application', async () => {
    const { opened, paths } = await start({ flags: ['--sandbox', '--static'] })
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    expect(opened[0]).toMatchObject({ kind: 'desktop', sandbox: { static: true } })
    expect(paths.userData).toBe(`${userData}-sandbox`)
  })

  test('is off unless asked for', async () => {
    const { opened, paths } = await start()
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    expect(opened[0]).toMatchObject({ kind: 'desktop', sandbox: null, dataDir: null })
    expect(paths.userData).toBe(userData)
  })
})

describe('a connection from outside', () => {
  test('is handed to the backend; what is Electron’s own is left to it', async () => {
    const { opened } = await start({ flags: ['--disable-gpu', 'redis://h:1', '--no-sandbox'] })
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    expect(opened[0]?.given.connections).toMatchObject([{ by: 'command-line', profile: { name: 'h:1' } }])
    expect(opened[0]?.given.opens).toBe(opened[0]?.given.connections[0]?.id)
  })

  test.each([[['-p', 'x']], [['--sandbox', 'h:1']], [['ftp://u:s3cret@h']]])(
    '%j is a mistake: nothing is started',
    async (flags) => {
      const { calls, opened, errorBoxes, windows } = await start({ flags })
      await vi.waitFor(() => expect(calls).toContain('exit 2'))
      expect([opened, windows]).toEqual([[], []])
      expect(errorBoxes.join('')).not.toContain('s3cret')
    },
  )
})

describe('the end', () => {
  test('closing the window saves where it was, and quits', async () => {
    const started = await start()
    const window = await theWindow(started)
    window.emit('close')
    window.emit('closed')
    expect(JSON.parse(readFileSync(join(userData, 'window.json'), 'utf8'))).toMatchObject({ x: 10, y: 20, width: 1000 })
    started.module.app.emit('window-all-closed')
    expect(started.calls).toContain('quit')
    started.module.app.emit('second-instance')
  })

  test('quitting waits until the backend is closed, once', async () => {
    const started = await start()
    await theWindow(started)
    const quit = (): boolean => {
      const event = { preventDefault: vi.fn() }
      started.module.app.emit('will-quit', event)
      return event.preventDefault.mock.calls.length === 0
    }
    expect([quit(), quit()]).toEqual([false, false])
    await vi.waitFor(() => expect(started.calls).toContain('quit'))
    expect(started.close).toHaveBeenCalledOnce()
    expect(quit()).toBe(true)
  })

  test('a backend that can’t start is said, and ends with a failure', async () => {
    const started = await start({ failure: new Error('the disk is full') })
    await vi.waitFor(() => expect(started.calls).toContain('exit 1'))
    expect(started.errorBoxes).toEqual(['Sluice could not start: the disk is full'])
    expect(started.windows).toEqual([])
  })
})

describe('a page that crashes', () => {
  const crash = (window: FakeWindow, reason: string): unknown =>
    window.webContents.emit('render-process-gone', {}, { reason, exitCode: 1 })

  test('is loaded again, but not over and over', async () => {
    const window = await theWindow(await start())
    crash(window, 'crashed')
    crash(window, 'oom')
    expect(window.webContents.reloads).toBe(1)
  })

  test('is left alone when it ended cleanly', async () => {
    const window = await theWindow(await start())
    crash(window, 'clean-exit')
    expect(window.webContents.reloads).toBe(0)
  })
})

test('the menu presses keys in the page', async () => {
  const started = await start()
  const window = await theWindow(started)
  const view = started.menu().find(({ label }) => label === '&View')?.submenu
  const [palette] = Array.isArray(view) ? view : []
  ;(palette?.click as (() => void) | undefined)?.()
  const modifiers = [process.platform === 'darwin' ? 'meta' : 'control']
  expect(window.webContents.keys).toEqual([
    { type: 'keyDown', keyCode: 'k', modifiers },
    { type: 'keyUp', keyCode: 'k', modifiers },
  ])
})

test('the window is shown when there is something to see', async () => {
  const window = await theWindow(await start())
  expect(window.options.show).toBe(false)
  window.emit('ready-to-show')
  expect(window.calls).toEqual(['show'])
})
