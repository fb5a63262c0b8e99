import { AppError, isAppError } from '../../shared/error'
import type { Message } from '../../shared/model/message'
import type { ReadCommand } from './commands'
import { prefixOf } from './errors'
import type { Reply } from './reply'

/**
 * Takes the password that a server was given out of what it says. It need not be kind: it may repeat AUTH's argument in an
 * error, in INFO, or as a name of a client, and from there it would reach logs, the journal and the page.
 */
export interface SecretFilter {
  error(error: AppError): AppError
  /** Of commands about the server. What streams hold is data, and stays what it is. */
  reply(command: string, reply: Reply): Reply
}

const HIDDEN = '•••'
/** One that is shorter, or all digits, is hidden where it stands alone: within a word or a figure it tells nothing. */
const LONG = 6
/** What is shorter in what a server says of itself is taken for chance. */
const SHORTEST_IN_REPLY = 4
/**
 * What a reply is made of: the server's own words, which are looked through; data, which stay what they are; figures; names of
 * commands and addresses, without which it would be taken for a server that lacks them, or not be found again.
 */
const MADE_OF: Readonly<Record<ReadCommand, 'words' | 'data' | 'figures' | 'names'>> = {
  ACL: 'words',
  CLIENT: 'words',
  CLUSTER: 'names',
  COMMAND: 'names',
  CONFIG: 'words',
  DBSIZE: 'figures',
  EVALSHA_RO: 'data',
  EVAL_RO: 'data',
  HELLO: 'words',
  HLEN: 'figures',
  HMGET: 'data',
  HPEXPIRETIME: 'figures',
  HSTRLEN: 'figures',
  INFO: 'words',
  MEMORY: 'figures',
  PING: 'words',
  PTTL: 'figures',
  SCAN: 'data',
  SENTINEL: 'names',
  TIME: 'figures',
  TYPE: 'words',
  XINFO: 'data',
  XLEN: 'figures',
  XPENDING: 'data',
  XRANGE: 'data',
  XREAD: 'data',
  XREVRANGE: 'data',
}
const ABOUT_SERVER: ReadonlySet<string> = new Set(
  Object.entries(MADE_OF).flatMap(([command, of]) => (of === 'words' ? command : [])),
)
/** Words that INFO and HELLO are made of. As a password they are no secret there, and taking them out would make no sense of it. */
const OF_REDIS: ReadonlySet<string> = new Set([
  ...[
    'redis',
    'valkey',
    'dragonfly',
    'keydb',
    'garnet',
    'kvrocks',
    'server',
    'version',
    'mode',
    'role',
    'proto',
    'name',
  ],
  ...['master', 'slave', 'replica', 'standalone', 'cluster', 'sentinel', 'default', 'user', 'pong'],
  ...['none', 'stream', 'string', 'hash', 'list', 'set', 'zset'],
])

/** One after the other: a server may have been given two. */
export function bothFilters(first: SecretFilter, second: SecretFilter): SecretFilter {
  return {
    error: (error) => second.error(first.error(error)),
    reply: (command, reply) => second.reply(command, first.reply(command, reply)),
  }
}

export function createSecretFilter(password: string | null): SecretFilter {
  if (!password) return { error: (error) => error, reply: (_command, reply) => reply }
  const isPlain = password.length < LONG || /^\d+$/.test(password)
  const text = textFilter(formsOf(password), isPlain)
  const bytes = textFilter(formsOf(password).map(asLatin1), isPlain)
  const isTold = password.length >= SHORTEST_IN_REPLY && !OF_REDIS.has(password.toLowerCase())

  const hidden = (reply: Reply): Reply => {
    if (Buffer.isBuffer(reply)) return hiddenBytes(reply, bytes)
    // An integer comes as a string.
    if (typeof reply === 'string') return /^-?\d+$/.test(reply) ? reply : text(reply)
    return Array.isArray(reply) ? reply.map(hidden) : reply
  }
  return {
    error: (error) => withoutSecret(error, text),
    reply: (command, reply) => (isTold && ABOUT_SERVER.has(command.toUpperCase()) ? hidden(reply) : reply),
  }
}

/** Beyond that it is no prefix of Redis's. */
const MOST_PREFIX = 24

/** The first word of an error, as the log of commands tells it. */
export function prefixSaid(said: string, secrets: SecretFilter): string {
  const told = secrets.error(new AppError('REDIS', { prefix: prefixOf(said), reply: said, command: '' }))
  return isAppError(told, 'REDIS') && told.data.prefix.length <= MOST_PREFIX ? told.data.prefix : 'ERR'
}

type TextFilter = (text: string) => string

/** As it is, and as it stands in a URL, or in quotes. */
function formsOf(password: string): readonly string[] {
  const inUrl = encodeURIComponent(Buffer.from(password).toString('utf8'))
  return [...new Set([password, inUrl, JSON.stringify(password).slice(1, -1)])].sort((a, b) => b.length - a.length)
}

function textFilter(forms: readonly string[], isPlain: boolean): TextFilter {
  const patterns = forms
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .map((form) => (isPlain ? `(?<![\\p{L}\\p{N}_])${form}(?![\\p{L}\\p{N}_])` : form))
  const pattern = new RegExp(patterns.join('|'), 'gu')
  return (text) => text.replace(pattern, HIDDEN)
}

function hiddenBytes(reply: Buffer, filter: TextFilter): Buffer {
  const before = reply.toString('latin1')
  const after = filter(before)
  return after === before ? reply : Buffer.from(after.split(HIDDEN).join(asLatin1(HIDDEN)), 'latin1')
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Only what a server said is looked through: names of ours stay, even where a password is one of them. */
function withoutSecret(error: AppError, filter: TextFilter): AppError {
  if (isAppError(error, 'REDIS')) {
    const { prefix } = error.data
    const reply = filter(error.data.reply)
    // The password may begin the reply, and go on beyond its first word.
    const isSaid = filter(prefix) !== prefix || (error.data.reply.startsWith(prefix) && !reply.startsWith(prefix))
    return new AppError('REDIS', { ...error.data, prefix: isSaid ? 'ERR' : prefix, reply })
  }
  if (isAppError(error, 'UNREACHABLE')) {
    const { detail } = error.data
    return new AppError('UNREACHABLE', { ...error.data, detail: detail && inMessage(detail, filter) })
  }
  if (isAppError(error, 'UNSUPPORTED')) {
    return new AppError('UNSUPPORTED', { ...error.data, reason: inMessage(error.data.reason, filter) })
  }
  return error
}

/** A server's own words go verbatim. */
function inMessage(told: Message, filter: TextFilter): Message {
  const { text } = told.params
  return told.code === 'verbatim' && typeof text === 'string' ? { ...told, params: { text: filter(text) } } : told
}
