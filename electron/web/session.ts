import { digestSecret, newSecret } from './secret'

/** Sessions live in memory: they outlast a reload and a restart of the browser, not of Sluice. */
export interface Sessions {
  /** Begins one. Returns its `Set-Cookie`. */
  open(): string
  /** The open session in a `Cookie` header, which goes on for another day; null when there is none. */
  use(cookieHeader: string | undefined): { readonly setCookie: string } | null
}

export interface SessionOptions {
  /** Cookies know no ports: the name keeps two Sluices on one machine apart. */
  readonly cookieName: string
  /** Only over https. */
  readonly secure: boolean
  readonly now?: () => number
}

const LIFETIME_MS = 24 * 3_600_000
const MOST_SESSIONS = 100

export function createSessions({ cookieName, secure, now = Date.now }: SessionOptions): Sessions {
  /** When each was last used, by the digest of its secret; the one used longest ago comes first. */
  const lastUsed = new Map<string, number>()

  const forgetOld = (): void => {
    for (const [key, at] of lastUsed) if (now() - at > LIFETIME_MS) lastUsed.delete(key)
    for (const key of lastUsed.keys()) {
      if (lastUsed.size < MOST_SESSIONS) break
      lastUsed.delete(key)
    }
  }

  const touch = (key: string): void => {
    lastUsed.delete(key)
    lastUsed.set(key, now())
  }
  const isOpen = (secret: string): boolean => now() - (lastUsed.get(sessionKey(secret)) ?? -Infinity) <= LIFETIME_MS
  const cookie = (secret: string): string => {
    const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${LIFETIME_MS / 1000}`]
    return [`${cookieName}=${secret}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ')
  }

  return {
    open() {
      forgetOld()
      const secret = newSecret()
      touch(sessionKey(secret))
      return cookie(secret)
    },
    use(cookieHeader) {
      const secret = cookieValues(cookieHeader ?? '', cookieName).find(isOpen)
      if (secret === undefined) return null
      touch(sessionKey(secret))
      return { setCookie: cookie(secret) }
    },
  }
}

// Looked up by digest, so the time it takes tells nothing about the secret.
function sessionKey(secret: string): string {
  return digestSecret(secret).toString('base64url')
}

/** All values of that name: another server on this host may have set a second cookie of the same name beside ours. */
function cookieValues(header: string, name: string): readonly string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}
