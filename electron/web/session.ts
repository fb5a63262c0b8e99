import type { HostSession } from '../../shared/model/session'
import type { Caller, Who } from '../../shared/model/who'
import { cookieValues } from './cookie-values'
import { digestSecret, matchesDigest, newSecret, type SecretDigest } from './secret'

/** Sessions live in memory: they outlast a reload and a restart of the browser, not of Sluice. */
export interface Sessions {
  /** How many are open. */
  readonly size: number
  open(caller: Caller, from?: From): NewSession
  /** The open session in a `Cookie` header, which goes on for another day; null when there is none. */
  use(cookieHeader: string | undefined, address?: string): OpenSession | null
  /** Those that stand, whoever came last first. */
  list(): readonly ListedSession[]
  /** One by its id, or all of one; gives how many. */
  end(which: { readonly id: string } | { readonly who: Who }): number
  endAll(): void
  /** The `Set-Cookie` that takes a session's away. */
  readonly noCookie: string
}

export interface From {
  /** Whether he is still let in, which is asked at each use; always, where it is left out. */
  readonly stands?: () => boolean
  readonly address?: string
}

export type ListedSession = Omit<HostSession, 'pages' | 'isYours'>

/** `pageKey`: what its pages keep, and give with every call. The cookie alone opens nothing but the page itself. */
export interface NewSession {
  readonly setCookie: string
  readonly pageKey: string
}

export interface OpenSession {
  /** Tells it from others, and opens nothing. */
  readonly id: string
  readonly caller: Caller
  readonly setCookie: string
  hasKey(candidate: string | null): boolean
  end(): void
}

export interface SessionOptions {
  /** Cookies know no ports: the name keeps two Sluices on one machine apart. */
  readonly cookieName: string
  /** Below which it is sent, and nowhere else: /, or a base path. */
  readonly path: string
  /** Only over https. */
  readonly secure: boolean
  readonly now?: () => number
}

const LIFETIME_MS = 24 * 3_600_000
const MOST_SESSIONS = 100

interface Kept {
  readonly since: number
  readonly usedAt: number
  /** Of its last use; empty: not known. */
  readonly address: string
  readonly key: SecretDigest
  readonly caller: Caller
  readonly stands: () => boolean
}

export function createSessions({ cookieName, path, secure, now = Date.now }: SessionOptions): Sessions {
  /** By the digest of the cookie's secret; the one used longest ago comes first. */
  const kept = new Map<string, Kept>()

  const forgetOld = (): void => {
    for (const [id, { usedAt }] of kept) if (now() - usedAt > LIFETIME_MS) kept.delete(id)
  }
  /** Of whoever has the most the one used longest ago goes: nobody ends others' sessions by opening many of his own. */
  const makeRoom = (): void => {
    if (kept.size < MOST_SESSIONS) return
    const byOwner = new Map<string, string[]>()
    for (const [id, { caller }] of kept) {
      const owner = JSON.stringify(caller.who)
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), id])
    }
    const [most = []] = [...byOwner.values()].toSorted((a, b) => b.length - a.length)
    for (const oldest of most.slice(0, 1)) kept.delete(oldest)
  }
  const touch = (id: string, session: Omit<Kept, 'usedAt'>): void => {
    kept.delete(id)
    kept.set(id, { ...session, usedAt: now() })
  }
  const cookie = (value: string, seconds: number): string => {
    const attributes = [`Path=${path}`, 'HttpOnly', 'SameSite=Strict', `Max-Age=${seconds}`]
    return [`${cookieName}=${value}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ')
  }

  const endWhere = (isMeant: (id: string, session: Kept) => boolean): number => {
    const meant = [...kept].filter(([id, session]) => isMeant(id, session))
    for (const [id] of meant) kept.delete(id)
    return meant.length
  }

  return {
    get size() {
      forgetOld()
      return kept.size
    },
    open(caller, { stands = () => true, address = '' } = {}) {
      forgetOld()
      makeRoom()
      const [secret, pageKey] = [newSecret(), newSecret()]
      touch(sessionId(secret), { caller, stands, address, since: now(), key: digestSecret(pageKey) })
      return { setCookie: cookie(secret, LIFETIME_MS / 1000), pageKey }
    },
    use(cookieHeader, address = '') {
      forgetOld()
      const secret = cookieValues(cookieHeader ?? '', cookieName).find((value) => kept.has(sessionId(value)))
      const id = sessionId(secret ?? '')
      const session = kept.get(id)
      if (secret === undefined || session === undefined) return null
      if (!session.stands()) {
        kept.delete(id)
        return null
      }
      touch(id, { ...session, address: address || session.address })
      const { key } = session
      return {
        ...{ id, caller: { ...session.caller, session: id } },
        setCookie: cookie(secret, LIFETIME_MS / 1000),
        hasKey: (candidate) => candidate !== null && matchesDigest(candidate, key),
        end: () => void kept.delete(id),
      }
    },
    list() {
      forgetOld()
      endWhere((_id, { stands }) => !stands())
      return [...kept]
        .map(([id, { caller, since, usedAt, address }]) => ({
          ...{ id, who: caller.who, role: caller.role, sinceMs: since, usedAtMs: usedAt, address },
        }))
        .toSorted((a, b) => b.sinceMs - a.sinceMs)
    },
    end: (which) => endWhere((id, { caller }) => ('id' in which ? id === which.id : isSame(caller.who, which.who))),
    endAll: () => kept.clear(),
    noCookie: cookie('', 0),
  }
}

// Looked up by digest, so the time it takes tells nothing about the secret.
function sessionId(secret: string): string {
  return digestSecret(secret).toString('base64url')
}

function isSame(a: Who, b: Who): boolean {
  return a.by === b.by && (a.by === 'password' || b.by === 'password' || a.name === b.name)
}
