import type { IncomingHttpHeaders } from 'node:http'
import { PAGE_KEY_HEADER, PAGE_KEY_PROTOCOL } from '../../shared/page-key'

/** The page key that came with an HTTP request or, offered as a subprotocol, with a WebSocket; null: none did. */
export function sentPageKey(headers: IncomingHttpHeaders): string | null {
  const header = headers[PAGE_KEY_HEADER]
  if (typeof header === 'string') return header
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name.startsWith(PAGE_KEY_PROTOCOL))?.slice(PAGE_KEY_PROTOCOL.length) ?? null
}
