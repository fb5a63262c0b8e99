import { computed, type ComputedRef } from 'vue'
import { words } from '../../shared/words/words'
import { useHost } from '../stores/host'

/** Where a secret that is typed will be kept, in words. */
export function useSecretsKept(): ComputedRef<string> {
  const host = useHost()
  return computed(() => words.connectionForm.kept[host.info?.secretsKept ?? 'memory'])
}
