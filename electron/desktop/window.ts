import { BrowserWindow, screen } from 'electron'
import type { Logger } from 'pino'
import { APP_PAGE } from './app-origin'
import type { PageKey } from './menu'
import { LEAST_HEIGHT, LEAST_WIDTH, placeWindow, type WindowStateFile } from './window-state'

export interface WindowOptions {
  readonly preload: string
  readonly stateFile: WindowStateFile
  /** Developer tools can be opened. */
  readonly devTools: boolean
  readonly log: Logger
}

// A page that crashes again this soon is not loaded a second time.
const CRASH_LOOP_MS = 10_000

/** Makes the one window. The page is not loaded yet: `loadPage` does, once everything that it needs is listening. */
export function createWindow({ preload, stateFile, devTools, log }: WindowOptions): BrowserWindow {
  const saved = stateFile.load()
  const window = new BrowserWindow({
    ...placeWindow(
      saved,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: LEAST_WIDTH,
    minHeight: LEAST_HEIGHT,
    title: 'Sluice',
    show: false,
    webPreferences: {
      preload,
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
      // The words in here are names and payloads; a spell checker would fetch dictionaries to underline them.
      spellcheck: false,
      devTools,
    },
  })
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => stateFile.save({ ...window.getNormalBounds(), maximized: window.isMaximized() }))
  reloadAfterCrash(window, log)
  return window
}

export function loadPage(window: BrowserWindow): Promise<void> {
  return window.loadURL(APP_PAGE)
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Presses a key in the page, as a person would. */
export function pressKey(window: BrowserWindow, key: PageKey): void {
  window.webContents.focus()
  window.webContents.sendInputEvent({ type: 'keyDown', ...key })
  window.webContents.sendInputEvent({ type: 'keyUp', ...key })
}

function reloadAfterCrash(window: BrowserWindow, log: Logger): void {
  let lastCrash = -Infinity
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error({ reason, exitCode }, 'the page’s process ended')
    if (reason === 'clean-exit') return
    const again = Date.now() - lastCrash < CRASH_LOOP_MS
    lastCrash = Date.now()
    if (!again) window.webContents.reload()
  })
}
