import { parseNodes } from '../../../shared/node-list'
import { isRedisCliLine, parseRedisCli } from './parse-redis-cli'
import { addressText, namedProfile, parseConnectionUrl, type ParsedUrl } from './parse-url'

/**
 * Reads whatever says where a server is: a URL, a line of redis-cli, or `host:port`. Throws BAD_INPUT with the part that is
 * wrong and what to write instead; never with what was typed, which may hold a password.
 */
export function parseAddress(text: string): ParsedUrl {
  const typed = text.trim()
  if (isRedisCliLine(typed)) return parseRedisCli(typed)
  // With its port, or any word would be a host.
  const nodes = /:\d+$/.test(typed) && !/[\s,;]/.test(typed) ? parseNodes(typed) : null
  const [node] = nodes ?? []
  if (node === undefined) return parseConnectionUrl(typed)
  return { profile: namedProfile({ kind: 'tcp', ...node }, addressText(node)), password: null }
}
