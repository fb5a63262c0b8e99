import type { IncomingMessage } from 'node:http'
import type { Who } from '../../shared/model/who'
import { sentPageKey } from './page-key'
import type { OpenSession, Sessions } from './session'
import type { ProxyLogin } from './users/proxy-login'
import { whoAsks, type TrustedProxies } from './who-asks'

/** Whose session a request comes with. */
export interface Visits {
  /** By its cookie, which opens nothing but the page itself. */
  session(request: IncomingMessage): OpenSession | null
  /** The session of a page that has both halves of it. */
  page(request: IncomingMessage): OpenSession | null
}

/** `proxy`: names the user with each request; a session is good for that one alone. */
export function createVisits(sessions: Sessions, proxy: ProxyLogin | null, proxies: TrustedProxies): Visits {
  const session = (request: IncomingMessage): OpenSession | null => {
    const found = sessions.use(request.headers.cookie, whoAsks(request, proxies))
    if (found === null || proxy === null) return found
    return proxy.entered(request)?.name === nameOf(found.caller.who) ? found : null
  }
  return {
    session,
    page(request) {
      const found = session(request)
      return found?.hasKey(sentPageKey(request.headers)) === true ? found : null
    },
  }
}

function nameOf(who: Who): string | null {
  return who.by === 'password' ? null : who.name
}
