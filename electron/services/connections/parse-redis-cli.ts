import type { Endpoint } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { addressText, badAddress, namedProfile, parseConnectionUrl, parseDb, type ParsedUrl } from './parse-url'

/** Options of redis-cli that say where it connects, with a value each, by what they say. */
const WITH_VALUE: Readonly<Record<string, keyof Values>> = {
  '-h': 'host',
  '-p': 'port',
  '-s': 'socket',
  '-a': 'password',
  '--pass': 'password',
  '--user': 'username',
  '-u': 'url',
  '-n': 'db',
  '--sni': 'serverName',
}
/** How it prints, and what else does not matter to where it connects. */
const IGNORED = new Set([
  '-2',
  '-3',
  '-e',
  '--raw',
  '--no-raw',
  '--csv',
  '--json',
  '--no-auth-warning',
  '--verbose',
  '--stat',
])
const IGNORED_WITH_VALUE = new Set(['-t', '-r', '-i', '-d', '-D'])

interface Values {
  host?: string
  port?: string
  socket?: string
  password?: string
  username?: string
  url?: string
  db?: string
  serverName?: string
}

export function isRedisCliLine(text: string): boolean {
  return /^(?:\$\s+)?(?:REDISCLI_AUTH=\S+\s+)?(?:\S*\/)?(?:redis|valkey)-cli(?:\s|$)/.test(text.trim())
}

/**
 * Reads what one would type in a shell: `redis-cli -h host -p 6380 --tls --user me -a secret -n 2`, with what redis-cli
 * itself takes where nothing is said. The command behind it is left out. Throws BAD_INPUT, never with a value.
 * https://redis.io/docs/latest/develop/tools/cli/
 */
export function parseRedisCli(text: string): ParsedUrl {
  const words = shellWords(text.trim().replace(/^\$\s+/, ''))
  const values: Values = {}
  let [tls, verify, cluster] = [false, true, false]
  const auth = /^REDISCLI_AUTH=(.*)$/s.exec(words[0] ?? '')?.[1]
  if (auth !== undefined) values.password = auth
  for (let at = auth === undefined ? 1 : 2; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) break
    const name = WITH_VALUE[word]
    const next = words[at + 1]
    if (name !== undefined) {
      if (next === undefined)
        throw badAddress('url', message('url.cli-value', { flag: word }), message('url.give-value'))
      values[name] = next
      at += 1
    } else if (word === '--tls') tls = true
    else if (word === '--insecure') verify = false
    else if (word === '-c') cluster = true
    else if (IGNORED_WITH_VALUE.has(word)) at += 1
    else if (!IGNORED.has(word)) throw unknownFlag(word)
  }
  return withUrl(values, { tls, verify, cluster })
}

function withUrl(values: Values, { tls, verify, cluster }: Record<'tls' | 'verify' | 'cluster', boolean>): ParsedUrl {
  const base = values.url === undefined ? null : parseConnectionUrl(values.url)
  const { host, port, socket } = values
  const known = base?.profile.endpoint.kind === 'tcp' ? base.profile.endpoint : { host: '127.0.0.1', port: 6379 }
  const address = { host: host ?? known.host, port: port === undefined ? known.port : readPort(port) }
  const endpoint: Endpoint =
    socket !== undefined
      ? { kind: 'unix', path: readSocket(socket) }
      : cluster
        ? { kind: 'cluster', nodes: [address] }
        : { kind: 'tcp', ...address }
  const profile = namedProfile(endpoint, socket ?? addressText(address))
  const isTls = socket === undefined && (tls || (base?.profile.tls ?? null) !== null)
  return {
    profile: {
      ...profile,
      username: values.username ?? base?.profile.username ?? '',
      db: cluster ? 0 : values.db === undefined ? (base?.profile.db ?? 0) : parseDb(values.db),
      tls: isTls ? { ca: '', cert: '', serverName: values.serverName ?? '', verify } : null,
    },
    password: values.password || base?.password || null,
  }
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

/** Only a long option is named: `-asecret` may be meant as one. */
function unknownFlag(word: string) {
  const flag = /^--[a-z][a-z-]{0,24}$/.test(word) ? word : '-…'
  return badAddress('url', message('url.cli-flag', { flag }), message('url.leave-flag'))
}

/** As a shell parts them: blanks, single and double quotes, backslashes. Nothing is expanded. */
function shellWords(text: string): readonly string[] {
  const words: string[] = []
  const part = /\s*(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+))/gsy
  let end = 0
  for (let match = part.exec(text); match; match = part.exec(text)) {
    const [whole, single, double, escaped, plain = ''] = match
    const piece = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain
    const begins = words.length === 0 || /^\s/.test(whole)
    if (begins) words.push(piece)
    else words.push((words.pop() ?? '') + piece)
    end = part.lastIndex
  }
  if (text.slice(end).trim() !== '') throw badAddress('url', message('url.cli-quote'), message('url.close-quote'))
  return words
}
