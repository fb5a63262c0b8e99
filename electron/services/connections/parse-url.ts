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

/** Never with what was typed: it may hold a password. */
function bad(field: string, problem: Message, remedy: Message): AppError<'BAD_INPUT'> {
  return new AppError('BAD_INPUT', { field, problem, remedy })
}

/**
 * Reads redis://user:password@host:port/db, rediss:// (TLS), unix:/path?db=n and redis+unix:///path?db=n; of a cluster
 * redis+cluster://user:password@host:port,host:port and rediss+cluster://. User, password and path are percent-decoded. Throws BAD_INPUT with the part that is wrong and what to write instead.
 */
export function parseConnectionUrl(text: string): ParsedUrl {
  const typed = text.trim()
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(typed)?.[1]?.toLowerCase()
  if (scheme === 'redis' || scheme === 'rediss') return parseTcp(typed, scheme === 'rediss')
  if (scheme === 'unix' || scheme === 'redis+unix') return parseUnix(typed)
  if (scheme === 'redis+cluster' || scheme === 'rediss+cluster') return parseCluster(typed, scheme === 'rediss+cluster')
  throw bad('url', message('url.not-redis'), message('url.begin-with'))
}

function parseTcp(typed: string, tls: boolean): ParsedUrl {
  if (!/^rediss?:\/\//i.test(typed)) throw bad('url', message('url.no-slashes'), message('url.write-host'))
  const url = parse(typed)
  const host = decode(url.hostname, 'host').replace(/^\[|\]$/g, '')
  if (!host) throw bad('host', message('url.no-host'), message('url.write-host'))
  const port = url.port ? Number(url.port) : DEFAULT_PORT
  if (port < 1) throw bad('port', message('url.bad-port'), message('url.write-port'))
  const path = url.pathname.replace(/^\//, '')
  if (path && url.searchParams.has('db')) throw bad('db', message('url.db-twice'), message('url.db-once'))
  const endpoint: Endpoint = { kind: 'tcp', host, port }
  const name = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return profile(url, endpoint, name, path || url.searchParams.get('db'), tls)
}

function parseCluster(typed: string, tls: boolean): ParsedUrl {
  const [, login, hosts, rest] = /^[^:]+:\/\/(?:([^@/?#]*)@)?([^@/?#]*)((?:[/?#].*)?)$/.exec(typed) ?? []
  if (hosts === undefined) throw bad('url', message('url.unreadable'), message('url.write-nodes'))
  const nodes = parseNodes(hosts, DEFAULT_PORT)
  if (nodes === null) throw bad('nodes', message('url.bad-nodes'), message('url.write-nodes'))
  // What is beside the hosts is read as of any URL.
  const url = parse(`redis://${login ?? ''}${login === undefined ? '' : '@'}nodes${rest ?? ''}`)
  const path = url.pathname.replace(/^\//, '')
  const parsed = profile(url, { kind: 'cluster', nodes }, nodesText(nodes), path || url.searchParams.get('db'), tls)
  if (parsed.profile.db !== 0) throw bad('db', message('url.cluster-db'), message('url.leave-db'))
  return parsed
}

function parseUnix(typed: string): ParsedUrl {
  const url = parse(typed)
  if (url.hostname) {
    throw bad('path', message('url.socket-with-host'), message('url.write-socket'))
  }
  const path = decode(url.pathname, 'path')
  if (!path.startsWith('/') || path === '/') {
    throw bad('path', message('url.no-socket'), message('url.write-socket'))
  }
  return profile(url, { kind: 'unix', path }, path, url.searchParams.get('db'), false)
}

function profile(url: URL, endpoint: Endpoint, name: string, db: string | null, tls: boolean): ParsedUrl {
  if (url.hash) {
    throw bad('url', message('url.hash'), message('url.encode-hash'))
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
    throw bad('url', message('url.unreadable'), message('url.whole'))
  }
}

function parseDb(text: string | null): number {
  if (text === null || text === '') return 0
  if (!/^\d{1,6}$/.test(text)) throw bad('db', message('url.bad-db'), message('url.write-db'))
  return Number(text)
}

function decode(text: string, field: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw bad(field, message('url.bad-encoding', { part: field }), message('url.encode-percent'))
  }
}
