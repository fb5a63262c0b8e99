import { digestSecret, matchesDigest, newSecret, type SecretDigest } from './secret'

/** The secret in the launch link. It opens one session, once. */
export interface LaunchToken {
  readonly path: string
  /** True the first time it is given the right token, and never again. A wrong one changes nothing. */
  redeem(candidate: string): boolean
}

export const LAUNCH_PATH = '/launch/'

export function createLaunchToken(): LaunchToken {
  const token = newSecret()
  let unused: SecretDigest | null = digestSecret(token)
  return {
    path: `${LAUNCH_PATH}${token}`,
    redeem(candidate) {
      if (unused === null || !matchesDigest(candidate, unused)) return false
      unused = null
      return true
    },
  }
}
