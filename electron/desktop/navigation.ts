import type { WebContents } from 'electron'
import type { Logger } from 'pino'
import { APP_PAGE } from './app-origin'
import { externalUrl } from './external-url'

export interface NavigationOptions {
  /** Shows an address in the system's browser. */
  readonly openExternal: (url: string) => Promise<void>
  readonly log: Logger
}

type Guarded = Pick<WebContents, 'on' | 'setWindowOpenHandler'>

/** Keeps a page where it is: no navigation but a reload of itself, no second window, no webview. */
export function guardNavigation(contents: Guarded, { openExternal, log }: NavigationOptions): void {
  const openIfExternal = (address: string): void => {
    const url = externalUrl(address)
    if (url === null) return log.warn('refused to leave the page')
    openExternal(url).catch((err: unknown) => log.error({ err }, 'the system browser could not be opened'))
  }

  // Also frames: this event comes for each of them, the main one included.
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && event.url === APP_PAGE) return
    event.preventDefault()
    if (event.isMainFrame) openIfExternal(event.url)
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openIfExternal(url)
    return { action: 'deny' }
  })
}
