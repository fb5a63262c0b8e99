import type { SecretPurpose } from '../../../shared/model/connection'

/**
 * Where secrets are kept, by connection id and purpose; the host hands it in, for only the host knows of a key ring. Asking
 * may take as long as a person does. Nothing else may hold, log or write a secret.
 */
export interface Secrets {
  /** Null where none is known. Rejects when it can't be told. */
  get(connectionId: string, purpose: SecretPurpose): Promise<string | null>
  /** Null forgets it. */
  set(connectionId: string, purpose: SecretPurpose, secret: string | null): Promise<void>
}

/** In memory only: gone with the process. */
export function createMemorySecrets(): Secrets {
  const secrets = new Map<string, string>()
  const nameOf = (connectionId: string, purpose: SecretPurpose): string => JSON.stringify([connectionId, purpose])
  return {
    get: (connectionId, purpose) => Promise.resolve(secrets.get(nameOf(connectionId, purpose)) ?? null),
    set(connectionId, purpose, secret) {
      const name = nameOf(connectionId, purpose)
      if (secret === null) secrets.delete(name)
      else secrets.set(name, secret)
      return Promise.resolve()
    },
  }
}
