/**
 * Where passwords are kept, by connection id. For now in memory only; a host with a key ring can bring its own. Nothing
 * else may hold, log or write a password.
 */
export interface Secrets {
  get(connectionId: string): string | null
  /** Null forgets it. */
  set(connectionId: string, secret: string | null): void
}

export function createMemorySecrets(): Secrets {
  const secrets = new Map<string, string>()
  return {
    get: (connectionId) => secrets.get(connectionId) ?? null,
    set(connectionId, secret) {
      if (secret === null) secrets.delete(connectionId)
      else secrets.set(connectionId, secret)
    },
  }
}
