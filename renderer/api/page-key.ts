import { PAGE_KEY_HEADER, PAGE_KEY_PROTOCOL, pageKeyStore, RPC_PROTOCOL } from '../../shared/page-key'

import { basePath } from './host-url'

/** This page's half of its session; null: there is none, or the browser keeps nothing for pages. */
function pageKey(): string | null {
  try {
    return localStorage.getItem(pageKeyStore(basePath()))
  } catch {
    return null
  }
}

/** To be offered with a WebSocket. Another tab may have logged in anew since the last one was opened. */
export function keyProtocols(): string[] {
  const key = pageKey()
  return key === null ? [RPC_PROTOCOL] : [RPC_PROTOCOL, `${PAGE_KEY_PROTOCOL}${key}`]
}

/** To be sent with an HTTP request. */
export function keyHeaders(): Record<string, string> {
  const key = pageKey()
  return key === null ? {} : { [PAGE_KEY_HEADER]: key }
}
