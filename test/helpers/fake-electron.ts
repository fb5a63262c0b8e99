import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'

/** A port of the fake: what a page sends is emitted as `message`. */
export type FakePort = Pick<Electron.MessagePortMain, 'on' | 'once' | 'start' | 'postMessage' | 'close'> & {
  readonly emit: EventEmitter['emit']
}

/** Where a message claims to come from. */
export interface FakeFrame {
  readonly origin: string
  readonly parent: object | null
}

export class FakeContents extends EventEmitter {
  readonly keys: Electron.KeyboardInputEvent[] = []
  reloads = 0
  windowOpen: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | null = null
  readonly ipc = new EventEmitter() as EventEmitter & Pick<Electron.IpcMain, 'on'>
  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.windowOpen = handler
  }
  focus(): void {
    this.emit('focused-by-us')
  }
  sendInputEvent(key: Electron.KeyboardInputEvent): void {
    this.keys.push(key)
  }
  reload(): void {
    this.reloads += 1
  }
  /** A message from a frame of this page, as the preload sends it. */
  receive(channel: string, frame: FakeFrame | null, ports: readonly FakePort[]): void {
    const event = { senderFrame: frame, ports } as unknown as Electron.IpcMainEvent
    this.ipc.emit(channel, event, null)
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents: FakeContents
  readonly loaded: string[] = []
  readonly calls: string[] = []
  constructor(readonly options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.webContents = new FakeContents()
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url)
  }
  getNormalBounds(): Electron.Rectangle {
    return { x: 10, y: 20, width: 1000, height: 700 }
  }
  isMaximized(): boolean {
    return this.calls.includes('maximize')
  }
  isMinimized(): boolean {
    return false
  }
  show = (): void => void this.calls.push('show')
  focus = (): void => void this.calls.push('focus')
  restore = (): void => void this.calls.push('restore')
  maximize = (): void => void this.calls.push('maximize')
}

export class FakeSession {
  request: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null
  check: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null
  device: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null
  displayMedia: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0] = null
  pairing: Parameters<Electron.Session['setBluetoothPairingHandler']>[0] = null
  beforeRequest:
    ((details: { readonly url: string }, callback: (answer: { cancel?: boolean }) => void) => void) | null = null
  readonly events = new EventEmitter()
  on = (name: string, listener: (...args: unknown[]) => void): unknown => this.events.on(name, listener)
  setPermissionRequestHandler = (handler: FakeSession['request']): void => void (this.request = handler)
  setPermissionCheckHandler = (handler: FakeSession['check']): void => void (this.check = handler)
  setDevicePermissionHandler = (handler: FakeSession['device']): void => void (this.device = handler)
  setDisplayMediaRequestHandler = (handler: FakeSession['displayMedia']): void => void (this.displayMedia = handler)
  setBluetoothPairingHandler = (handler: FakeSession['pairing']): void => void (this.pairing = handler)
  readonly webRequest = {
    onBeforeRequest: (handler: NonNullable<FakeSession['beforeRequest']>): void => void (this.beforeRequest = handler),
  }
}

export interface FakeElectronOptions {
  /** False: another instance runs already. */
  readonly first?: boolean
  readonly userData: string
}

/**
 * A stand-in for what the main process imports from Electron, written by hand. `satisfies` ties every member's name to
 * Electron's own types, so that the fake cannot have what Electron lacks.
 */
export function fakeElectron({ first = true, userData }: FakeElectronOptions) {
  const windows: FakeWindow[] = []
  const calls: string[] = []
  const opened: string[] = []
  const errorBoxes: string[] = []
  const schemes: Electron.CustomScheme[] = []
  const protocols = new Map<string, (request: Request) => Response | Promise<Response>>()
  const defaultSession = new FakeSession()
  let template: Electron.MenuItemConstructorOptions[] = []
  const events = new EventEmitter()
  const paths: Record<string, string> = { userData }

  const app = Object.assign(events, {
    isPackaged: true,
    enableSandbox: () => void calls.push('enableSandbox'),
    requestSingleInstanceLock: () => first,
    whenReady: async () => void calls.push('whenReady'),
    getPath: (name: string) => paths[name] ?? '',
    setPath: (name: string, path: string) => void (paths[name] = path),
    quit: () => void calls.push('quit'),
    exit: (code?: number) => void calls.push(`exit ${code}`),
  }) satisfies Partial<Record<keyof Electron.App, unknown>>

  class BrowserWindow extends FakeWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super(options)
      calls.push('window')
      windows.push(this)
      events.emit('web-contents-created', {}, this.webContents)
    }
  }

  const module = {
    app,
    BrowserWindow,
    // Without one of a system: nothing is kept.
    safeStorage: {
      isAsyncEncryptionAvailable: () => Promise.resolve(false),
      getSelectedStorageBackend: () => 'basic_text' as const,
      encryptStringAsync: () => Promise.resolve(Buffer.alloc(0)),
      decryptStringAsync: () => Promise.resolve({ result: '', shouldReEncrypt: false }),
    },
    dialog: {
      showErrorBox: (title: string, content: string) => void errorBoxes.push(`${title}: ${content}`),
    } satisfies Partial<Electron.Dialog>,
    Menu: {
      buildFromTemplate: (items: Electron.MenuItemConstructorOptions[]) => items,
      setApplicationMenu: (items: Electron.MenuItemConstructorOptions[]) => void (template = items),
    } satisfies Partial<Record<keyof typeof Electron.Menu, unknown>>,
    Notification: { isSupported: () => false } satisfies Partial<Record<keyof typeof Electron.Notification, unknown>>,
    protocol: {
      registerSchemesAsPrivileged(custom: Electron.CustomScheme[]) {
        calls.push('registerSchemes')
        schemes.push(...custom)
      },
      handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) =>
        void protocols.set(scheme, handler),
    } satisfies Partial<Record<keyof Electron.Protocol, unknown>>,
    screen: {
      getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] as Electron.Display[],
    } satisfies Partial<Electron.Screen>,
    session: { defaultSession } satisfies Partial<Record<keyof typeof Electron.session, unknown>>,
    shell: {
      async openExternal(url: string) {
        opened.push(url)
      },
    } satisfies Partial<Electron.Shell>,
  } satisfies Partial<Record<keyof typeof Electron, unknown>>

  return {
    module,
    windows,
    calls,
    opened,
    errorBoxes,
    schemes,
    protocols,
    defaultSession,
    paths,
    menu: () => template,
  }
}

/** A port whose far end is the test. `sent` holds what the main process posted. */
export function fakePort() {
  const emitter = new EventEmitter()
  const state = { started: false, closed: false }
  const sent: string[] = []
  const port: FakePort = Object.assign(emitter, {
    start: () => void (state.started = true),
    postMessage(message: unknown) {
      sent.push(String(message))
      emitter.emit('sent', message)
    },
    close() {
      state.closed = true
      emitter.emit('close')
    },
  })
  return { port, state, sent, receive: (data: unknown) => emitter.emit('message', { data, ports: [] }) }
}
