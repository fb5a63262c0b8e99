import { AppError } from '../../../shared/error'
import type { ConnectionProfile, Endpoint } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'
import { nodesText, parseNodes } from '../../../shared/node-list'

export interface ParsedUrl {
  readonly profile: ConnectionProfile
  /** For the form only: beside the profile, never in it. */
  readonly password: string | null
}

const DEFAULT_PORT = 6379
const SENTINEL_PORT = 26379

/** Never with what was typed: it may hold a password. */
export function badAddress(field: string, problem: Message, remedy: Message): AppError<'BAD_INPUT'> {
  return new AppError('BAD_INPUT', { field, problem, remedy })
}

/**
 * Reads redis://user:password@host:port/db, rediss:// (TLS), unix:/path?db=n and redis+unix:///path?db=n; of a cluster
 * redis+cluster://user:password@host:port,host:port and rediss+cluster://; of sentinels
 * redis-sentinel://user:password@host:port,host:port/name/db and rediss-sentinel://, also with the name behind
 * `?sentinelMasterId=` or `#`. User, password and path are percent-decoded. Throws BAD_INPUT with the part that is wrong
 * and what to write instead.
 */
export function parseConnectionUrl(text: string): ParsedUrl {
  const typed = text.trim()
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(typed)?.[1]?.toLowerCase() ?? ''
  const tls = scheme.startsWith('rediss')
  if (/^rediss?$/.test(scheme)) return parseTcp(typed, tls)
  if (/^(redis\+)?unix$/.test(scheme)) return parseUnix(typed)
  if (/^rediss?\+cluster$/.test(scheme)) return parseCluster(typed, tls)
  if (/^rediss?[-+]sentinel$/.test(scheme)) return parseSentinel(typed, tls)
  throw badAddress('url', message('url.not-redis'), message('url.begin-with'))
}

function parseTcp(typed: string, tls: boolean): ParsedUrl {
  if (!/^rediss?:\/\//i.test(typed)) throw badAddress('url', message('url.no-slashes'), message('url.write-host'))
  const url = parse(typed)
  const host = decode(url.hostname, 'host').replace(/^\[|\]$/g, '')
  if (!host) throw badAddress('host', message('url.no-host'), message('url.write-host'))
  const port = url.port ? Number(url.port) : DEFAULT_PORT
  if (port < 1) throw badAddress('port', message('url.bad-port'), message('url.write-port'))
  const path = url.pathname.replace(/^\//, '')
  if (path && url.searchParams.has('db')) throw badAddress('db', message('url.db-twice'), message('url.db-once'))
  const endpoint: Endpoint = { kind: 'tcp', host, port }
  return profile(url, endpoint, addressText({ host, port }), path || url.searchParams.get('db'), tls)
}

/** One with several hosts: those, and what is beside them read as of any URL. */
function parseNodesUrl(typed: string, port: number, remedy: Message) {
  const [, login, hosts, rest] = /^[^:]+:\/\/(?:([^@/?#]*)@)?([^@/?#]*)((?:[/?#].*)?)$/.exec(typed) ?? []
  if (hosts === undefined) throw badAddress('url', message('url.unreadable'), remedy)
  const nodes = parseNodes(hosts, port)
  if (nodes === null) throw badAddress('nodes', message('url.bad-nodes'), remedy)
  return { nodes, url: parse(`redis://${login ?? ''}${login === undefined ? '' : '@'}nodes${rest ?? ''}`) }
}

function parseSentinel(typed: string, tls: boolean): ParsedUrl {
  const { nodes, url } = parseNodesUrl(typed, SENTINEL_PORT, message('url.write-sentinels'))
  const [first = '', second, ...more] = url.pathname.replace(/^\//, '').split('/')
  const named = url.searchParams.get('sentinelMasterId') ?? (url.hash ? decode(url.hash.slice(1), 'primary') : null)
  // Without a name elsewhere the path begins with it.
  const [name, db] = named === null ? [decode(first, 'primary'), second] : [named, first]
  if (more.length > 0 || (named !== null && second !== undefined)) {
    throw badAddress('db', message('url.bad-db'), message('url.write-db'))
  }
  if (name.trim() === '') throw badAddress('primary', message('url.no-primary'), message('url.write-sentinels'))
  if (db && url.searchParams.has('db')) throw badAddress('db', message('url.db-twice'), message('url.db-once'))
  url.hash = ''
  const own = tls ? { ca: '', serverName: '', verify: true } : null
  const endpoint: Endpoint = { kind: 'sentinel', nodes, primary: name, username: '', tls: own }
  return profile(url, endpoint, name, db || url.searchParams.get('db'), tls)
}

function parseCluster(typed: string, tls: boolean): ParsedUrl {
  const { nodes, url } = parseNodesUrl(typed, DEFAULT_PORT, message('url.write-nodes'))
  const path = url.pathname.replace(/^\//, '')
  const parsed = profile(url, { kind: 'cluster', nodes }, nodesText(nodes), path || url.searchParams.get('db'), tls)
  if (parsed.profile.db !== 0) throw badAddress('db', message('url.cluster-db'), message('url.leave-db'))
  return parsed
}

function parseUnix(typed: string): ParsedUrl {
  const url = parse(typed)
  if (url.hostname) {
    throw badAddress('path', message('url.socket-with-host'), message('url.write-socket'))
  }
  const path = decode(url.pathname, 'path')
  if (!path.startsWith('/') || path === '/') {
    throw badAddress('path', message('url.no-socket'), message('url.write-socket'))
  }
  return profile(url, { kind: 'unix', path }, path, url.searchParams.get('db'), false)
}

/** Plain, as the default user, on database 0: what is not said elsewhere. */
export function namedProfile(endpoint: Endpoint, name: string): ConnectionProfile {
  const named = { name: name.slice(0, 80), color: 'slate', environment: 'dev' } as const
  return { ...named, readOnly: false, endpoint, username: '', db: 0, tls: null, ssh: null }
}

export function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function profile(url: URL, endpoint: Endpoint, name: string, db: string | null, tls: boolean): ParsedUrl {
  if (url.hash) {
    throw badAddress('url', message('url.hash'), message('url.encode-hash'))
  }
  const password = decode(url.password, 'password')
  return {
    profile: {
      ...namedProfile(endpoint, name),
      username: decode(url.username, 'username'),
      db: parseDb(db),
      tls: tls ? { ca: '', cert: '', serverName: '', verify: true } : null,
      ssh: null,
    },
    password: password === '' ? null : password,
  }
}

function parse(typed: string): URL {
  try {
    return new URL(typed)
  } catch {
    throw badAddress('url', message('url.unreadable'), message('url.whole'))
  }
}

export function parseDb(text: string | null): number {
  if (text === null || text === '') return 0
  if (!/^\d{1,6}$/.test(text)) throw badAddress('db', message('url.bad-db'), message('url.write-db'))
  return Number(text)
}

function decode(text: string, field: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw badAddress(field, message('url.bad-encoding', { part: field }), message('url.encode-percent'))
  }
}
