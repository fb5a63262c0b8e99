import { onScopeDispose, shallowRef, watch } from 'vue'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { api } from '../../api/client'
import type { RecoveryInput } from '../../composables/use-recovery'

const SETTLE_MS = 200

/** The plan of an action, made by reading only, and anew when what is asked for changes. */
export function usePlan(input: () => RecoveryInput | null) {
  const plan = shallowRef<RecoveryPlan | null>(null)
  const error = shallowRef<unknown>(null)
  const planning = shallowRef(false)
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function make(wanted: RecoveryInput): Promise<void> {
    const { signal } = controller
    try {
      const made = await api().recovery.plan(wanted, { signal })
      if (!signal.aborted) plan.value = made
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) planning.value = false
    }
  }

  function restart(wanted: RecoveryInput | null, waitMs: number): void {
    clearTimeout(timer)
    controller.abort()
    controller = new AbortController()
    plan.value = null
    error.value = null
    planning.value = wanted !== null
    if (wanted) timer = setTimeout(() => void make(wanted), waitMs)
  }

  watch(
    () => JSON.stringify(input()),
    (_now, before) => restart(input(), before === undefined ? 0 : SETTLE_MS),
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    controller.abort()
  })
  return { plan, error, planning, again: () => restart(input(), 0) }
}
