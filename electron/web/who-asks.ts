import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Proxies whose word on whom they ask for is taken. */
export interface TrustedProxies {
  has(address: string): boolean
}

/** `addresses`: of proxies, or networks of them (10.0.0.0/8). Null where one is neither. */
export function trustedProxies(addresses: readonly string[]): TrustedProxies | null {
  const list = new BlockList()
  for (const each of addresses) {
    const [address = '', bits, ...more] = each.split('/')
    const family = familyOf(address)
    const most = family === 'ipv4' ? 32 : 128
    if (family === null || more.length > 0) return null
    if (bits === undefined) list.addAddress(address, family)
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) list.addSubnet(address, Number(bits), family)
    else return null
  }
  return {
    has(address) {
      const family = familyOf(address)
      return family !== null && list.check(address, family)
    },
  }
}

/**
 * The address that a request is from. What `X-Forwarded-For` says counts only as far as trusted proxies wrote it: anybody
 * can send one. Read from its end, where the last proxy wrote.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
 */
export function whoAsks({ socket, headers }: IncomingMessage, proxies: TrustedProxies): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  let who = plainAddress(socket.remoteAddress ?? '')
  while (proxies.has(who)) {
    const before = plainAddress(forwarded.pop()?.trim() ?? '')
    if (isIP(before) === 0) break
    who = before
  }
  return who
}

/**
 * What one who asks may be taken to have: an IPv4 address, or all of an IPv6 network of 64 bits, the least that anybody is given.
 * https://www.rfc-editor.org/rfc/rfc6177
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** An IPv4 address that came by IPv6 is itself. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address)
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6'
}
