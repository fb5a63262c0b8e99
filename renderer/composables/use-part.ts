import { computed, type WritableComputedRef } from 'vue'
import { useParts } from '../stores/parts'
import type { Tab } from '../utils/tab'

/** The part of a view that shows, one of these; the first unless another was chosen, be it by an address. */
export function usePart<Part extends string>(
  connectionId: string,
  tab: () => Tab,
  parts: readonly [Part, ...Part[]],
): WritableComputedRef<Part> {
  const chosen = useParts()
  return computed({
    get: () => {
      const name = chosen.of(connectionId, tab())
      return parts.find((part) => part === name) ?? parts[0]
    },
    set: (part) => chosen.choose(connectionId, tab(), part === parts[0] ? null : part),
  })
}
