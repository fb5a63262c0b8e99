import type { SecretPurpose } from '../../../shared/model/connection'
import type { Message } from '../../../shared/model/message'

/** Beside those of connections: the address and the key of a webhook, by its id. */
export type KeptPurpose = SecretPurpose | 'webhook'

/**
 * Where secrets are kept, by connection id and purpose; the host hands it in, for only the host knows of a key ring. Asking
 * may take as long as a person does. Nothing else may hold, log or write a secret.
 */
export interface Secrets {
  /** Whether one is known, as far as that can be told without having it. */
  has(connectionId: string, purpose: KeptPurpose): Promise<boolean>
  /** Null where none is known. Rejects with a `SecretUnavailable` when it can't be told. */
  get(connectionId: string, purpose: KeptPurpose): Promise<string | null>
  /** Null forgets it. */
  set(connectionId: string, purpose: KeptPurpose, secret: string | null): Promise<void>
}

/** One is known, and can't be had now. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable'
  constructor(readonly why: Message) {
    super(why.code)
  }
}

/** In memory only: gone with the process. */
export function createMemorySecrets(): Secrets {
  const secrets = new Map<string, string>()
  const nameOf = (connectionId: string, purpose: KeptPurpose): string => JSON.stringify([connectionId, purpose])
  return {
    has: (connectionId, purpose) => Promise.resolve(secrets.has(nameOf(connectionId, purpose))),
    get: (connectionId, purpose) => Promise.resolve(secrets.get(nameOf(connectionId, purpose)) ?? null),
    set(connectionId, purpose, secret) {
      const name = nameOf(connectionId, purpose)
      if (secret === null) secrets.delete(name)
      else secrets.set(name, secret)
      return Promise.resolve()
    },
  }
}
