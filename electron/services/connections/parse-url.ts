import { AppError } from '../../../shared/error'
import type { ConnectionProfile, Endpoint } from '../../../shared/model/connection'

export interface ParsedUrl {
  readonly profile: ConnectionProfile
  /** For the form only: beside the profile, never in it. */
  readonly password: string | null
}

const DEFAULT_PORT = 6379
const SCHEMES = 'redis://, rediss://, unix: or redis+unix://'

/** Never with what was typed: it may hold a password. */
function bad(field: string, what: string, remedy: string): AppError<'BAD_INPUT'> {
  return new AppError('BAD_INPUT', { field, remedy }, `${what} ${remedy}`)
}

/**
 * Reads redis://user:password@host:port/db, rediss:// (TLS), unix:/path?db=n and redis+unix:///path?db=n. User, password
 * and path are percent-decoded. Throws BAD_INPUT with the part that is wrong and what to write instead.
 */
export function parseConnectionUrl(text: string): ParsedUrl {
  const typed = text.trim()
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(typed)?.[1]?.toLowerCase()
  if (scheme === 'redis' || scheme === 'rediss') return parseTcp(typed, scheme === 'rediss')
  if (scheme === 'unix' || scheme === 'redis+unix') return parseUnix(typed)
  throw bad('url', 'This is no Redis URL.', `Begin with ${SCHEMES}.`)
}

function parseTcp(typed: string, tls: boolean): ParsedUrl {
  if (!/^rediss?:\/\//i.test(typed)) throw bad('url', 'The slashes are missing.', 'Write redis://host:6379.')
  const url = parse(typed)
  const host = decode(url.hostname, 'host').replace(/^\[|\]$/g, '')
  if (!host) throw bad('host', 'The host is missing.', 'Write redis://host:6379.')
  const port = url.port ? Number(url.port) : DEFAULT_PORT
  if (port < 1) throw bad('port', 'The port is wrong.', 'Write a number from 1 to 65535.')
  const path = url.pathname.replace(/^\//, '')
  if (path && url.searchParams.has('db')) throw bad('db', 'The database is given twice.', 'Write it once, at the end.')
  const endpoint: Endpoint = { kind: 'tcp', host, port }
  const name = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return profile(url, endpoint, name, path || url.searchParams.get('db'), tls)
}

function parseUnix(typed: string): ParsedUrl {
  const url = parse(typed)
  if (url.hostname) {
    throw bad('path', 'The path of the socket must begin with a slash.', 'Write unix:/path/to/redis.sock.')
  }
  const path = decode(url.pathname, 'path')
  if (!path.startsWith('/') || path === '/') {
    throw bad('path', 'The path of the socket is missing.', 'Write unix:/path/to/redis.sock.')
  }
  return profile(url, { kind: 'unix', path }, path, url.searchParams.get('db'), false)
}

function profile(url: URL, endpoint: Endpoint, name: string, db: string | null, tls: boolean): ParsedUrl {
  if (url.hash) {
    throw bad('url', 'There is a # in the URL.', 'Write %23 for a # in the password or the path.')
  }
  const password = decode(url.password, 'password')
  return {
    profile: {
      name: name.slice(0, 80),
      color: 'slate',
      environment: 'dev',
      readOnly: false,
      endpoint,
      username: decode(url.username, 'username'),
      db: parseDb(db),
      tls: tls ? { ca: '', serverName: '', verify: true } : null,
    },
    password: password === '' ? null : password,
  }
}

function parse(typed: string): URL {
  try {
    return new URL(typed)
  } catch {
    const remedy = 'Write redis://user:password@host:port/db, with @ : / ? # % in the password percent-encoded.'
    throw bad('url', 'This URL can’t be read.', remedy)
  }
}

function parseDb(text: string | null): number {
  if (text === null || text === '') return 0
  if (!/^\d{1,6}$/.test(text)) throw bad('db', 'The database is wrong.', 'Write its number, such as /0, at the end.')
  return Number(text)
}

function decode(text: string, field: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw bad(field, `The ${field} is not well percent-encoded.`, 'Write %25 for a % sign.')
  }
}
