import { computed, type ComputedRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import { useConnections } from '../stores/connections'
import { useWhyNot } from './use-permission'
import { useRestoreDialog } from './use-restore-dialog'

interface Restore {
  /** Why nothing can be restored on the connection one looks at, in words. */
  readonly whyNot: ComputedRef<string | null>
  /** Opens the dialog, where it is possible. */
  ask(file: string, stream: Bytes | null): void
}

export function useRestore(): Restore {
  const connections = useConnections()
  const { restore } = useRestoreDialog()
  const whyNotBy = useWhyNot()
  const whyNot = computed(() => whyNotBy('xadd'))
  return {
    whyNot,
    ask(file, stream) {
      if (whyNot.value === null) restore.value = { connectionId: connections.activeId, file, stream }
    },
  }
}
