import { join } from 'node:path'
import { app, dialog, Menu, Notification, protocol, safeStorage, session, shell, type BrowserWindow } from 'electron'
import { desktopWords } from '../../shared/words/en/desktop-words'
import { openHostBackend } from '../host/host-backend'
import { UsageError } from '../host/usage-error'
import { createLogger } from '../host/logger'
import { createRpcServer } from '../host/rpc-server'
import { APP_SCHEME } from './app-origin'
import { createAppProtocol } from './app-protocol'
import { byKeyRing } from './key-ring'
import { menuTemplate } from './menu'
import { guardNavigation } from './navigation'
import { createNotify } from './notify'
import { readOutside, sayNotTaken } from './outside'
import { guardSession } from './permissions'
import { sayReady } from './ready-file'
import { acceptPorts } from './rpc'
import { createOpenFile, createSaveFile } from './save-file'
import { createTakeFile } from './take-file'
import { claimSingleInstance } from './single-instance'
import { bringToFront, createWindow, loadPage, pressKey } from './window'
import { createWindowStateFile } from './window-state'

const OUT = join(import.meta.dirname, '..')
const sandbox = process.argv.includes('--sandbox') ? { static: process.argv.includes('--static') } : null
const args = process.argv.slice(app.isPackaged ? 1 : 2)
let window: BrowserWindow | null = null

// A sandbox is another application to the platform: it may run beside the real one, and leaves its profile alone.
if (sandbox) app.setPath('userData', `${app.getPath('userData')}-sandbox`)
const log = createLogger({ to: join(app.getPath('userData'), 'sluice.log') })

app.enableSandbox()
protocol.registerSchemesAsPrivileged([APP_SCHEME])
app.on('web-contents-created', (_event, contents) => {
  guardNavigation(contents, { openExternal: (url) => shell.openExternal(url), log })
})
app.on('window-all-closed', () => app.quit())

if (claimSingleInstance(app, () => window && bringToFront(window))) {
  app.whenReady().then(start).catch(fail)
} else {
  sayNotTaken(args)
  app.quit()
}

async function start(): Promise<void> {
  sayReady(process.env)
  const { given, secrets } = await readOutside(args, sandbox !== null)
  guardSession(session.defaultSession)
  protocol.handle(APP_SCHEME.scheme, createAppProtocol(join(OUT, 'renderer')))
  const backend = await openHostBackend({
    kind: 'desktop',
    sandbox,
    dataDir: null,
    given,
    secrets: secrets ?? (await byKeyRing(safeStorage, process.platform)),
    log,
    saveFile: createSaveFile(askPath),
    openFile: createOpenFile(askPath),
    takeFile: createTakeFile(askFile),
    notify: createNotify(Notification, () => window && bringToFront(window)),
    decoderFile: join(OUT, 'decoder', 'decoder.cjs'),
  })
  closeBeforeQuit(() => backend.close())

  window = createWindow({
    preload: join(OUT, 'preload', 'preload.cjs'),
    stateFile: createWindowStateFile(join(app.getPath('userData'), 'window.json'), log),
    devTools: !app.isPackaged,
    log,
  })
  const { platform } = process
  const press = (key: Parameters<typeof pressKey>[1]): void => void (window && pressKey(window, key))
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ platform, press, isPackaged: app.isPackaged })))
  window.once('closed', () => (window = null))
  acceptPorts(window.webContents, createRpcServer(backend.router, log), log)
  await loadPage(window)
}

async function askPath(defaultPath: string): Promise<string | null> {
  if (window === null) return null
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath,
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  })
  return canceled || filePath === '' ? null : filePath
}

async function askFile(): Promise<string | null> {
  if (window === null) return null
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'] })
  return canceled ? null : (filePaths[0] ?? null)
}

/** Holds quitting back until the connections are closed and the journal is written. */
function closeBeforeQuit(close: () => Promise<void>): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  app.on('will-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    close()
      .catch((err: unknown) => log.error({ err }, 'closing failed'))
      .finally(() => {
        state = 'closed'
        app.quit()
      })
  })
}

function fail(error: unknown): void {
  if (error instanceof UsageError) process.stderr.write(`sluice: ${error.message}\n`)
  else log.fatal({ err: error }, 'could not start')
  dialog.showErrorBox(desktopWords.couldNotStart, error instanceof Error ? error.message : String(error))
  app.exit(error instanceof UsageError ? 2 : 1)
}
