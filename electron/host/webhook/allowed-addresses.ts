import { BlockList, isIP } from 'node:net'

/** Which addresses Sluice may send to by itself. */
export interface AllowedAddresses {
  /** A public one, or one that the owner allows. */
  allows(address: string): boolean
  /** Also without TLS: only where the owner allows this address. */
  allowsPlain(address: string): boolean
}

/** Of this machine, of networks that are not public, of no one host, or tunnels whose end is not told. */
const NOT_PUBLIC = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]

/** `allowed`: addresses, or ranges as 10.0.0.0/8. Null: one of them is none. */
export function allowedAddresses(allowed: readonly string[]): AllowedAddresses | null {
  const own = listOf(allowed)
  const notPublic = listOf(NOT_PUBLIC)
  if (own === null || notPublic === null) return null
  const isIn = (list: BlockList, address: string): boolean => {
    const plain = withoutZone(address)
    const family = familyOf(plain)
    return family !== null && list.check(plain, family)
  }
  const isAddress = (address: string): boolean => familyOf(withoutZone(address)) !== null
  return {
    allows: (address) => isAddress(address) && (isIn(own, address) || !isIn(notPublic, address)),
    allowsPlain: (address) => isIn(own, address),
  }
}

function listOf(ranges: readonly string[]): BlockList | null {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits, ...more] = range.split('/')
    const family = familyOf(address)
    const most = family === 'ipv4' ? 32 : 128
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN
    if (family === null || more.length > 0 || !(prefix <= most)) return null
    list.addSubnet(address, prefix, family)
  }
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address)
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6'
}

/** fe80::1%eth0 */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}
