import { computed, type ComputedRef } from 'vue'
import type { CapabilityName } from '../../shared/model/connection'
import type { References } from '../../shared/model/references'
import { words } from '../../shared/words/words'
import { useWhyNot } from './use-permission'

/** What becomes of the groups' pending lists where entries are deleted. The first one every server can do. */
const MODES: readonly { readonly value: References; readonly label: string; readonly needs?: CapabilityName }[] = [
  { value: 'KEEPREF', label: words.deletion.keepReferences },
  { value: 'DELREF', label: words.deletion.deleteReferences, needs: 'xdelex' },
  { value: 'ACKED', label: words.deletion.onlyAcked, needs: 'xdelex' },
]

export interface ReferenceModes {
  readonly modes: ComputedRef<readonly { value: References; label: string; disabled: boolean }[]>
  /** Why only the first one can be chosen, where that is so. */
  readonly note: ComputedRef<string | undefined>
}

/** The modes of XDELEX (8.2+) to choose from on the active connection. */
export function useReferenceModes(): ReferenceModes {
  const whyNot = useWhyNot()
  return {
    modes: computed(() =>
      MODES.map(({ value, label, needs }) => ({
        value,
        label,
        disabled: needs !== undefined && whyNot(needs) !== null,
      })),
    ),
    note: computed(() => {
      const why = whyNot('xdelex')
      return why === null ? undefined : words.deletion.otherWaysOff(why)
    }),
  }
}
