import { digestSecret, matchesDigest, newSecret, type SecretDigest } from './secret'
import { WEB_PATHS } from '../../shared/web-paths'

/** The secret in the launch link. It opens one session, once. */
export interface LaunchToken {
  /** Of the link that was made last. */
  path(): string
  /** True the first time it is given the right token, and never again. A wrong one changes nothing. */
  redeem(candidate: string): boolean
  /** Another one in its place. Gives its path. */
  renew(): string
  /** One that was not used yet. Gives its path. */
  unused(): string
}

export function createLaunchToken(): LaunchToken {
  let token = newSecret()
  let unused: SecretDigest | null = digestSecret(token)
  const path = (): string => `${WEB_PATHS.launch}${token}`
  const renew = (): string => {
    token = newSecret()
    unused = digestSecret(token)
    return path()
  }
  return {
    path,
    renew,
    unused: () => (unused === null ? renew() : path()),
    redeem(candidate) {
      if (unused === null || !matchesDigest(candidate, unused)) return false
      unused = null
      return true
    },
  }
}
