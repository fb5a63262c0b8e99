import type { ConnectionProfile, Endpoint } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { addressText, badAddress, namedProfile, parseDb, type ParsedUrl } from './parse-url'

/** Options of redis-cli that say where it connects, with a value each, by what they say. */
const WITH_VALUE = {
  '-h': 'host',
  '-p': 'port',
  '-s': 'socket',
  '-a': 'password',
  '--pass': 'password',
  '--user': 'username',
  '-u': 'url',
  '-n': 'db',
  '--sni': 'serverName',
  '--cacert': 'cacert',
  '--cert': 'cert',
  '--key': 'key',
} as const
const SWITCHES = { '--tls': 'tls', '--insecure': 'insecure', '-c': 'cluster' } as const

type Values = { [N in (typeof WITH_VALUE)[keyof typeof WITH_VALUE]]?: string }
type Switches = { [N in (typeof SWITCHES)[keyof typeof SWITCHES]]?: true }

/** What was given. `cacert`, `cert` and `key` are paths of files, which nothing here reads. */
export type RedisFlags = Values & Switches

/**
 * Takes the option at `words[at]`, with its value, into `flags`: of so many words; 0 where it is none of these. The value is
 * whatever comes next, also what looks like an option: so it is for redis-cli. Throws BAD_INPUT where it is missing.
 * https://redis.io/docs/latest/develop/tools/cli/
 */
export function takeRedisFlag(words: readonly string[], at: number, flags: RedisFlags): 0 | 1 | 2 {
  const word = words[at] ?? ''
  if (isOneOf(SWITCHES, word)) {
    flags[SWITCHES[word]] = true
    return 1
  }
  if (!isOneOf(WITH_VALUE, word)) return 0
  const value = words[at + 1]
  if (value === undefined) throw badAddress('url', message('url.cli-value', { flag: word }), message('url.give-value'))
  flags[WITH_VALUE[word]] = value
  return 2
}

/** The option that says this, as redis-cli's help writes it. */
export function flagOf(name: keyof RedisFlags): string {
  return Object.entries({ ...WITH_VALUE, ...SWITCHES }).find(([, each]) => each === name)?.[0] ?? name
}

/**
 * Where redis-cli would connect with these, with what it takes where nothing is said. `base`: what a URL says; the others go
 * before it. Of files nothing is taken. Throws BAD_INPUT, never with a value.
 */
export function profileOfFlags(flags: RedisFlags, base: ParsedUrl | null): ParsedUrl {
  const { host, port, socket } = flags
  const from = base?.profile.endpoint
  const known = from?.kind === 'tcp' ? from : { host: '127.0.0.1', port: 6379 }
  const address = { host: host ?? known.host, port: port === undefined ? known.port : readPort(port) }
  const stays = from !== undefined && from.kind !== 'tcp' && host === undefined && port === undefined
  const endpoint: Endpoint =
    socket !== undefined
      ? { kind: 'unix', path: readSocket(socket) }
      : stays
        ? from
        : flags.cluster
          ? { kind: 'cluster', nodes: [address] }
          : { kind: 'tcp', ...address }
  const name = stays && base !== null ? base.profile.name : (socket ?? addressText(address))
  const isCluster = endpoint.kind === 'cluster'
  return {
    profile: {
      ...namedProfile(endpoint, name),
      username: flags.username ?? base?.profile.username ?? '',
      db: isCluster ? 0 : flags.db === undefined ? (base?.profile.db ?? 0) : parseDb(flags.db),
      tls: tlsOf(flags, endpoint, base?.profile.tls ?? null),
    },
    password: flags.password || base?.password || null,
  }
}

function tlsOf(flags: RedisFlags, endpoint: Endpoint, base: ConnectionProfile['tls']): ConnectionProfile['tls'] {
  if (endpoint.kind === 'unix' || (!flags.tls && base === null)) return null
  return { ca: '', cert: '', serverName: flags.serverName ?? '', verify: !flags.insecure }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw badAddress('port', message('url.bad-port'), message('url.write-port'))
  return port
}

function readSocket(path: string): string {
  if (!path.startsWith('/') || path === '/') {
    throw badAddress('path', message('url.no-socket'), message('url.write-socket'))
  }
  return path
}

function isOneOf<T extends object>(table: T, word: string): word is keyof T & string {
  return Object.hasOwn(table, word)
}
