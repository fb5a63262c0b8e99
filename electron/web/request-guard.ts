import { isIP } from 'node:net'

/** Says whose requests are ours at all, before anything else is looked at. */
export interface RequestGuard {
  /**
   * Whether `Host` names us. A page that rebinds its own name to our address (DNS rebinding) still sends its own name
   * here.
   */
  allowsHost(host: string | undefined): boolean
  /** Whether `Origin` is the page we served under that `Host`. Browsers send it with every WebSocket and every form. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean
}

export interface RequestGuardOptions {
  /** The address listened on. */
  readonly host: string
  readonly port: number
  /** How people reach it from elsewhere, through a proxy that ends TLS. */
  readonly publicUrl: URL | null
  /** Whether it speaks TLS itself. */
  readonly tls?: boolean
  /** Names of this machine. */
  readonly machineNames: readonly string[]
}

export function createRequestGuard({
  host,
  port,
  publicUrl,
  tls = false,
  machineNames,
}: RequestGuardOptions): RequestGuard {
  const local = isLoopback(host)
  const names = new Set(
    local ? ['127.0.0.1', 'localhost', '::1', host] : ['localhost', host, ...machineNames].map((n) => n.toLowerCase()),
  )

  // A proxy may name the port that goes without saying.
  const isPublic = (header: string): boolean =>
    publicUrl !== null && withoutDefaultPort(header.toLowerCase(), publicUrl.protocol) === publicUrl.host

  const allowsHost = (header: string | undefined): boolean => {
    if (header === undefined) return false
    if (isPublic(header)) return true
    const parsed = parseHost(header, tls ? 443 : 80)
    if (parsed === null) return false
    if (local) return names.has(parsed.name) && parsed.port === port
    // An address is no name, so nobody can have rebound it. The port may be another's, mapped on to ours by a container.
    return names.has(parsed.name) || isIP(parsed.name) !== 0
  }

  // Beyond this machine a proxy may speak TLS for us.
  const isSpoken = ({ protocol }: URL): boolean =>
    tls ? protocol === 'https:' : protocol === 'http:' || (!local && protocol === 'https:')

  return {
    allowsHost,
    allowsOrigin(origin, header) {
      if (origin === undefined || header === undefined || !allowsHost(header)) return false
      if (isPublic(header)) return origin === publicUrl?.origin
      if (!URL.canParse(origin)) return false
      const url = new URL(origin)
      if (url.origin !== origin || !isSpoken(url)) return false
      return url.host === withoutDefaultPort(header.toLowerCase(), url.protocol)
    },
  }
}

/** True for the addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function withoutDefaultPort(host: string, protocol: string): string {
  const port = protocol === 'https:' ? ':443' : ':80'
  return host.endsWith(port) ? host.slice(0, -port.length) : host
}

const HOST = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9.-]{1,253}))(?::(\d{1,5}))?$/

function parseHost(header: string, usualPort: number): { readonly name: string; readonly port: number } | null {
  const match = HOST.exec(header.toLowerCase())
  const name = match?.[1] ?? match?.[2]
  return name === undefined ? null : { name, port: Number(match?.[3] ?? usualPort) }
}
