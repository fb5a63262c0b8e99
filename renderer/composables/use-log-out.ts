import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { describeError } from '../api/errors'
import { logOut } from '../api/log-out'
import { useHost } from '../stores/host'
import { useToasts } from '../stores/toasts'

interface LogOut {
  /** Only the web host has sessions. */
  readonly hasSession: ComputedRef<boolean>
  readonly isLeaving: Ref<boolean>
  leave(where: 'here' | 'everywhere'): Promise<void>
}

/** Ends sessions; a toast says so when that can't be done. */
export function useLogOut(): LogOut {
  const host = useHost()
  const toasts = useToasts()
  const isLeaving = ref(false)
  return {
    hasSession: computed(() => host.info?.kind === 'web'),
    isLeaving,
    async leave(where) {
      isLeaving.value = true
      try {
        await logOut(where)
      } catch (error) {
        const { title, next } = describeError(error)
        toasts.show({ tone: 'bad', title, detail: next })
      } finally {
        isLeaving.value = false
      }
    },
  }
}
