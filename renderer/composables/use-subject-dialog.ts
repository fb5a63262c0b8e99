import { computed, type ComputedRef, type Ref, type WritableComputedRef } from 'vue'
import { useConnections } from '../stores/connections'
import { words } from '../../shared/words/words'

interface Told {
  readonly what: string
  readonly connectionId: string
  /** Between the two; " on " by default. */
  readonly joined?: typeof words.endpoint.onServer
}

/** Whether a dialog is open: as long as it has a subject. */
export function useOpenWhile<S>(subject: Ref<S | null>): WritableComputedRef<boolean> {
  return computed({
    get: () => subject.value !== null,
    set: (isOpen) => {
      if (!isOpen) subject.value = null
    },
  })
}

/** A dialog that is open as long as it has a subject; `description` tells which, and on which server. */
export function useSubjectDialog<S>(
  subject: Ref<S | null>,
  tell: (subject: S) => Told,
): { readonly open: WritableComputedRef<boolean>; readonly description: ComputedRef<string | undefined> } {
  const connections = useConnections()
  return {
    open: useOpenWhile(subject),
    description: computed(() => {
      if (subject.value === null) return undefined
      const { what, connectionId, joined = words.endpoint.onServer } = tell(subject.value)
      const connection = connections.list.find(({ id }) => id === connectionId)
      return connection ? joined(what, connection) : what
    }),
  }
}
