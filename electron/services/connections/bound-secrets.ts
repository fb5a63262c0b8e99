import { z } from 'zod'
import { destinationOf, secretDestination, staysWithin } from '../../../shared/judgement/secret-destination'
import { secretPurpose, type ConnectionProfile, type SecretPurpose } from '../../../shared/model/connection'
import type { Secrets } from './secrets'

/**
 * Secrets, each kept with where it may go, so that none goes elsewhere: not where the address of its connection was changed by
 * another process, by hand, or half (as when a process ended in the midst of saving).
 */
export interface BoundSecrets {
  /** Whether one is known, be it for another destination. */
  has(id: string, purpose: SecretPurpose): Promise<boolean>
  known(id: string): Promise<SecretPurpose[]>
  /** Null where none is known that may go where this profile leads. `also`: servers that count as named when it was given. */
  get(id: string, purpose: SecretPurpose, profile: ConnectionProfile, also?: readonly string[]): Promise<string | null>
  /** For where this profile leads, and nowhere else. Null forgets it; so does a profile by which it goes nowhere. */
  set(id: string, purpose: SecretPurpose, secret: string | null, profile: ConnectionProfile): Promise<void>
  forget(id: string): Promise<void>
}

const BEGIN = '{"sluice":"secret",'
const bound = z.object({ for: secretDestination, secret: z.string() })

export function bindSecrets(secrets: Secrets): BoundSecrets {
  return {
    has: (id, purpose) => secrets.has(id, purpose),
    async known(id) {
      const known = await Promise.all(secretPurpose.options.map((purpose) => secrets.has(id, purpose)))
      return secretPurpose.options.filter((_, at) => known[at])
    },
    async get(id, purpose, profile, also) {
      const kept = await secrets.get(id, purpose)
      const wanted = destinationOf(profile, purpose)
      if (kept === null || wanted === null) return null
      // What was given from outside is for the connection that it was given with.
      if (!kept.startsWith(BEGIN)) return kept
      const { data } = bound.safeParse(JSON.parse(kept))
      return data && staysWithin(data.for, wanted, also) ? data.secret : null
    },
    set(id, purpose, secret, profile) {
      const to = destinationOf(profile, purpose)
      if (secret === null || to === null) return secrets.set(id, purpose, null)
      return secrets.set(id, purpose, `${BEGIN}${JSON.stringify({ for: to, secret }).slice(1)}`)
    },
    async forget(id) {
      for (const purpose of secretPurpose.options) await secrets.set(id, purpose, null)
    },
  }
}
