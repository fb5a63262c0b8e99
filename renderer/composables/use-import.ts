import { computed, type ComputedRef } from 'vue'
import { useConnections } from '../stores/connections'
import { useImportDialog } from './use-import-dialog'
import { useWhyNot } from './use-permission'

interface Import {
  /** Why nothing can be imported on the connection one looks at, in words. */
  readonly whyNot: ComputedRef<string | null>
  /** Opens the dialog, for a stream that is named there. */
  ask(): void
}

export function useImport(): Import {
  const connections = useConnections()
  const { subject } = useImportDialog()
  const whyNotBy = useWhyNot()
  return {
    whyNot: computed(() => whyNotBy('xadd')),
    ask: () => (subject.value = { connectionId: connections.activeId, stream: null }),
  }
}
