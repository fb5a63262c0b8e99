import { isIP } from 'node:net'

/**
 * The address of a link that may be opened in the system's browser; null for one that may not. Only https to a host with
 * a public name: what a stream holds may end up in a link, and must not reach a local handler, file or router.
 */
export function externalUrl(address: string): string | null {
  if (address.length > 2_048 || !URL.canParse(address)) return null
  const { protocol, username, password, port, hostname, href } = new URL(address)
  const isPlain = protocol === 'https:' && username === '' && password === '' && port === ''
  // The parser has already written every spelling of an IPv4 address as four numbers, and IPv6 in brackets.
  const isNamed = hostname.includes('.') && !hostname.endsWith('.') && !hostname.startsWith('[') && isIP(hostname) === 0
  return isPlain && isNamed && !/\.(?:local|localhost|internal)$/.test(hostname) ? href : null
}
