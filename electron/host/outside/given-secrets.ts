import { createMemorySecrets, type KeptPurpose, type Secrets } from '../../services/connections/secrets'
import type { GivenConnection, SecretSource, SecretSources } from './given'
import { readSecret } from './secret-source'

/**
 * Secrets of connections from outside come from where they were given, anew whenever they are asked for; what a person types
 * for one goes before, and stays in memory. All others are `saved`'s.
 */
export function createGivenSecrets(connections: readonly GivenConnection[], saved: Secrets): Secrets {
  const byId = new Map(connections.map(({ id, secrets }) => [id, secrets]))
  const typed = createMemorySecrets()
  return {
    async has(id, purpose) {
      const sources = byId.get(id)
      if (!sources) return saved.has(id, purpose)
      return sourceOf(sources, purpose) !== undefined || typed.has(id, purpose)
    },
    async get(id, purpose) {
      const sources = byId.get(id)
      if (!sources) return saved.get(id, purpose)
      const known = await typed.get(id, purpose)
      if (known !== null) return known
      const source = sourceOf(sources, purpose)
      return source ? readSecret(source) : null
    },
    set: (id, purpose, secret) => (byId.has(id) ? typed : saved).set(id, purpose, secret),
  }
}

function sourceOf(sources: SecretSources, purpose: KeptPurpose): SecretSource | undefined {
  return purpose === 'webhook' ? undefined : sources[purpose]
}
