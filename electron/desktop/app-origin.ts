import type { CustomScheme } from 'electron'

/** The page's own scheme: no file:// privileges, no port on the network, and an origin that CSP and the checks can name. */
export const APP_SCHEME: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, codeCache: true },
}

export const APP_ORIGIN = 'app://sluice'
export const APP_PAGE = `${APP_ORIGIN}/`

/** The path of one of our addresses, escapes and all; null for any other address. */
export function appPath(address: string): string | null {
  const match = /^app:\/\/sluice(\/[^?#]*)(?:[?#].*)?$/s.exec(address)
  return match?.[1] ?? null
}
