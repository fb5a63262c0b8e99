import type { KeyboardInputEvent, MenuItemConstructorOptions } from 'electron'
import { desktopWords } from '../../shared/words/en/desktop-words'

/** A key of the page. The page itself knows what it does; the menu only shows it and presses it. */
export type PageKey = Pick<KeyboardInputEvent, 'keyCode' | 'modifiers'>

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly press: (key: PageKey) => void
  readonly isPackaged: boolean
}

/**
 * The application menu. The page hears its shortcuts itself, as it does in a browser, so they are not registered a second
 * time (https://www.electronjs.org/docs/latest/api/menu-item#new-menuitemoptions): a click presses the key instead.
 */
export function menuTemplate({ platform, press, isPackaged }: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const command = isMac ? 'meta' : 'control'

  const pageItem = (label: string, accelerator: string, key: PageKey): MenuItemConstructorOptions => {
    // macOS registers them all the same, and a bare `/` in the menu would be lost to every text field.
    const shown = isMac && !accelerator.includes('+') ? {} : { accelerator, registerAccelerator: false }
    return { label, ...shown, click: () => press(key) }
  }

  const settings = pageItem(desktopWords.settings, 'CmdOrCtrl+,', { keyCode: ',', modifiers: [command] })
  const separator = { type: 'separator' } as const
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
  const fileMenu: MenuItemConstructorOptions = {
    label: desktopWords.file,
    submenu: isMac ? [{ role: 'close' }] : [settings, separator, { role: 'quit' }],
  }
  const viewMenu: MenuItemConstructorOptions = {
    label: desktopWords.view,
    submenu: [
      pageItem(desktopWords.commandPalette, 'CmdOrCtrl+K', { keyCode: 'k', modifiers: [command] }),
      pageItem(desktopWords.filter, '/', { keyCode: '/' }),
      pageItem(desktopWords.refresh, 'F5', { keyCode: 'F5' }),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
    ],
  }
  const helpMenu: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      pageItem(desktopWords.keyboardShortcuts, '?', { keyCode: '?', modifiers: ['shift'] }),
      ...(isMac ? [] : [separator, { role: 'about' } as const]),
    ],
  }
  return [...(isMac ? [appMenu] : []), fileMenu, { role: 'editMenu' }, viewMenu, { role: 'windowMenu' }, helpMenu]
}
