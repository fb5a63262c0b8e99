import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cookieValues } from './cookie-values'
import { newSecret } from './secret'

/**
 * Browsers from which the password was given before: what they try is counted by itself, so that no flood of strangers' wrong
 * passwords keeps them out. It opens nothing. Known until Sluice ends.
 * https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export interface KnownBrowsers {
  /** Which one it is, by its `Cookie` header; null: none that is known. `user`: of whom the password was, where each has one. */
  nameOf(cookieHeader: string | undefined, user?: string): string | null
  /** The `Set-Cookie` that makes it known. */
  setCookie(cookieHeader: string | undefined, user?: string): string
}

const LIFETIME_S = 90 * 24 * 3_600

export function createKnownBrowsers({
  cookieName,
  path,
  secure,
}: {
  readonly cookieName: string
  /** Where it is sent to, and nowhere else. */
  readonly path: string
  readonly secure: boolean
}): KnownBrowsers {
  const key = randomBytes(32)
  const proofOf = (name: string, user: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([name, user]))
      .digest()
  const isProven = (name: string, proof: string, user: string): boolean => {
    const given = Buffer.from(proof, 'base64url')
    return given.length === 32 && timingSafeEqual(given, proofOf(name, user))
  }
  const nameOf = (cookieHeader: string | undefined, user = ''): string | null => {
    for (const value of cookieValues(cookieHeader ?? '', cookieName)) {
      const [name = '', proof = ''] = value.split('.')
      if (isProven(name, proof, user)) return name
    }
    return null
  }
  return {
    nameOf,
    setCookie(cookieHeader, user = '') {
      const name = nameOf(cookieHeader, user) ?? newSecret()
      const value = `${name}.${proofOf(name, user).toString('base64url')}`
      const attributes = [`Path=${path}`, 'HttpOnly', 'SameSite=Strict', `Max-Age=${LIFETIME_S}`]
      return [`${cookieName}=${value}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ')
    },
  }
}
