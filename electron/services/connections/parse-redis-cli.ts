import { message } from '../../../shared/words/messages'
import { badAddress, parseConnectionUrl, type ParsedUrl } from './parse-url'
import { flagOf, profileOfFlags, takeRedisFlag, type RedisFlags } from './redis-cli-flags'

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
/** A page may name no file of the host. */
const FILES = ['cacert', 'cert', 'key'] as const

export function isRedisCliLine(text: string): boolean {
  return /^(?:\$\s+)?(?:REDISCLI_AUTH=\S+\s+)?(?:\S*\/)?(?:redis|valkey)-cli(?:\s|$)/.test(text.trim())
}

/**
 * Reads what one would type in a shell: `redis-cli -h host -p 6380 --tls --user me -a secret -n 2`, with what redis-cli
 * itself takes where nothing is said. The command behind it is left out. Throws BAD_INPUT, never with a value.
 */
export function parseRedisCli(text: string): ParsedUrl {
  const words = shellWords(text.trim().replace(/^\$\s+/, ''))
  const flags: RedisFlags = {}
  const auth = /^REDISCLI_AUTH=(.*)$/s.exec(words[0] ?? '')?.[1]
  if (auth !== undefined) flags.password = auth
  for (let at = auth === undefined ? 1 : 2; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) break
    const taken = takeRedisFlag(words, at, flags)
    if (taken > 0) at += taken - 1
    else if (IGNORED_WITH_VALUE.has(word)) at += 1
    else if (!IGNORED.has(word)) throw unknownFlag(word)
  }
  const file = FILES.find((name) => flags[name] !== undefined)
  if (file !== undefined) throw unknownFlag(flagOf(file))
  return profileOfFlags(flags, flags.url === undefined ? null : parseConnectionUrl(flags.url))
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
