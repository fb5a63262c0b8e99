import type { IncomingMessage } from 'node:http'
import { plainAddress, type TrustedProxies } from '../who-asks'
import type { Entered, Users } from './users'

/** Who it is by the word of a proxy, which has people log in before it passes anything on. */
export interface ProxyLogin {
  /** The user that the proxy names; null: none, somebody who is no user, or it came by no proxy that is trusted. */
  entered(request: IncomingMessage): Entered | null
}

export interface ProxyLoginOptions {
  readonly users: Users
  readonly proxies: TrustedProxies
  /** The header by which the proxy names the user. */
  readonly header: string
}

/** Headers that others than such a proxy write, or that say something else here. */
const OTHERS =
  /^(?:host|origin|cookie|authorization|connection|upgrade|referer|x-forwarded-(?:for|host|proto)|forwarded|sluice-.*|sec-.*|content-.*|accept.*)$/

/** In lower case; null where no proxy could name a user by it. */
export function readAuthHeader(name: string): string | null {
  const header = name.toLowerCase()
  return /^[a-z][a-z0-9-]{1,63}$/.test(header) && !OTHERS.test(header) ? header : null
}

export function createProxyLogin({ users, proxies, header }: ProxyLoginOptions): ProxyLogin {
  return {
    entered({ socket, headersDistinct }) {
      // The neighbour itself: what an address further back says, it could have made up.
      if (!proxies.has(plainAddress(socket.remoteAddress ?? ''))) return null
      const [name, ...more] = headersDistinct[header] ?? []
      return name === undefined || more.length > 0 ? null : users.byName(name)
    },
  }
}
