import { HostLostError, linkState } from './link-state'
import { keyHeaders } from './page-key'
import { WEB_PATHS } from '../../shared/web-paths'

/**
 * Ends this browser's session at the web host, or those of all browsers. Not by the contract: the cookie is out of reach of
 * scripts, and only a response takes it away. Throws HostLostError.
 */
export async function logOut(where: 'here' | 'everywhere'): Promise<void> {
  const path = where === 'here' ? WEB_PATHS.logOut : WEB_PATHS.logOutEverywhere
  const answer = await fetch(path, { method: 'POST', headers: keyHeaders() }).catch(() => null)
  // 401: it was over already.
  if (answer === null || (!answer.ok && answer.status !== 401)) throw new HostLostError()
  linkState.value = { kind: 'unauthorised' }
}
