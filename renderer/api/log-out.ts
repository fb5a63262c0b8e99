import { hostUrl } from './host-url'
import { HostLostError, linkState } from './link-state'
import { keyHeaders } from './page-key'
import { WEB_PATHS } from '../../shared/web-paths'

const PATHS = {
  here: WEB_PATHS.logOut,
  everywhere: WEB_PATHS.logOutEverywhere,
  everybody: WEB_PATHS.logOutEverybody,
} as const

/**
 * Ends this browser's session at the web host, those of all one's browsers, or those of all users. Not by the contract: the cookie is out of reach of
 * scripts, and only a response takes it away. Throws HostLostError.
 */
export async function logOut(where: keyof typeof PATHS): Promise<void> {
  const path = PATHS[where]
  const answer = await fetch(hostUrl(path), { method: 'POST', headers: keyHeaders() }).catch(() => null)
  // 401: it was over already.
  if (answer === null || (!answer.ok && answer.status !== 401)) throw new HostLostError()
  linkState.value = { kind: 'unauthorised' }
}
