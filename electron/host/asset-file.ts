import { extname, join } from 'node:path'

/** A file of the built renderer, as a host serves it. */
export interface AssetFile {
  readonly path: string
  readonly contentType: string
  /** Its name holds a hash of what is in it, so it may be kept for good. */
  readonly immutable: boolean
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

// Every segment begins with a letter, a digit, `_` or `-`. No `..`, hidden file, escape, backslash, drive or NUL can be
// written in this alphabet, so there is nothing to decode and nothing to climb out with.
const PLAIN_PATH = /^(?:\/[\w-][\w.-]*)+$/
const HASHED_NAME = /^\/assets\/[\w.-]+-[\w-]{8}\.\w+$/

/**
 * The file that a URL's path stands for, `/` being the page itself; null when there can be none. Nothing is read. The
 * path is taken as it came over the wire: an escaped name is not ours.
 */
export function assetFile(rendererDir: string, urlPath: string): AssetFile | null {
  const path = urlPath === '/' ? '/index.html' : urlPath
  const contentType = CONTENT_TYPES[extname(path)]
  if (contentType === undefined || !PLAIN_PATH.test(path)) return null
  return { path: join(rendererDir, path), contentType, immutable: HASHED_NAME.test(path) }
}

/** True where a read failed because there is no such file. */
export function isMissingFile(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
}
