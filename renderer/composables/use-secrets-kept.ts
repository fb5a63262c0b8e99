import { computed, type ComputedRef } from 'vue'
import type { SecretPurpose } from '../../shared/model/connection'
import { words } from '../../shared/words/words'
import { useHost } from '../stores/host'

/** Where a secret that is typed will be kept, in words. */
export function useSecretsKept(): ComputedRef<string> {
  const host = useHost()
  return computed(() => words.connectionForm.kept[host.info?.secretsKept ?? 'memory'])
}

/** The secrets that a connection has without their being typed. `stay`: where it leads now, too; `elsewhere`: they were given for another server. */
export interface KnownSecrets {
  readonly stay: readonly SecretPurpose[]
  readonly elsewhere: readonly SecretPurpose[]
}

/**
 * What a field for a secret says of it: that one is known and stays, or does not, while nothing was typed (null); else where
 * what is typed will be kept, or, of a passphrase, when one is needed.
 */
export function useSecretHint(known: () => KnownSecrets): (purpose: SecretPurpose, typed: string | null) => string {
  const kept = useSecretsKept()
  return (purpose, typed) => {
    const { stay, elsewhere } = known()
    if (typed === null && elsewhere.includes(purpose)) return words.connectionForm.knownElsewhere
    const isKnown = typed === null && stay.includes(purpose)
    if (isKnown) return purpose.endsWith('key') ? words.connectionForm.keyKnown : words.connectionForm.passwordKnown
    return purpose.endsWith('passphrase') ? words.connectionForm.passphraseHint : kept.value
  }
}
