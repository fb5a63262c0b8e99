import type { IncomingMessage } from 'node:http'

/** Plain segments, as no client and no proxy rewrites them on the way. */
const PLAIN = /^(?:\/[A-Za-z0-9][\w.-]{0,63}){1,8}$/

/** Below which everything is served: empty, or /sluice. A slash at the end may be left out; null where it is none. */
export function readBasePath(text: string): string | null {
  const path = text.replace(/\/$/, '')
  return path === '' || PLAIN.test(path) ? path : null
}

/** The path as it was sent, without the query; null where the target is no path (a proxy's form, `*`). */
export function requestPath(request: IncomingMessage): string | null {
  const target = request.url ?? ''
  return target.startsWith('/') ? (target.split('?')[0] ?? null) : null
}

/** What of a path comes below the base, taken as it was sent: nothing is decoded, and nothing resolved. Null: it lies elsewhere. */
export function belowBase(path: string, base: string): string | null {
  return path.startsWith(`${base}/`) ? path.slice(base.length) : null
}
