import type { AppError } from '../../../shared/error'
import { isAppError } from '../../../shared/error'
import type { OwnedClient } from '../../redis/client'

/** So long the secret is not even asked for again: it may be had by a command that asks a person. */
const REST_MS = 60_000

/**
 * The passwords that were refused, by server: none is sent there a second time unless a person says so, for some servers lock
 * a user out who is wrong several times. Of one link.
 */
export interface RefusedLogins {
  /**
   * A client by the password as it is now; throws what the server said where that is the one that it refused. `again`: as it
   * is later on, for a client that asks anew.
   */
  unlessRefused(
    server: string,
    password: () => Promise<string | null>,
    make: (password: string | null, again: () => Promise<string | null>) => Promise<OwnedClient>,
  ): Promise<OwnedClient>
  /** A person tries again. */
  forgive(): void
}

interface Refused {
  readonly password: string | null
  readonly error: AppError
  askedAtMs: number
}

export function createRefusedLogins(): RefusedLogins {
  const refused = new Map<string, Refused>()
  return {
    async unlessRefused(server, ask, make) {
      const before = refused.get(server)
      if (before && performance.now() - before.askedAtMs < REST_MS) throw before.error
      const password = await ask()
      if (before?.password === password) {
        before.askedAtMs = performance.now()
        throw before.error
      }
      let sent = password
      const client = await make(password, async () => (sent = await ask()))
      const note = (error: unknown): void => {
        if (!isAppError(error, 'UNREACHABLE') || error.data.reason !== 'password-wrong') return
        refused.set(server, { password: sent, error, askedAtMs: performance.now() })
      }
      client.onChange(({ error }) => note(error))
      return {
        ...client,
        async open() {
          try {
            await client.open()
            refused.delete(server)
          } catch (error) {
            note(error)
            throw error
          }
        },
      }
    },
    forgive: () => refused.clear(),
  }
}
