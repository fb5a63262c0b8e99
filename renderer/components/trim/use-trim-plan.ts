import { useDebounceFn } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { TrimPlan, TrimStrategy } from '../../../shared/model/plan'
import type { References } from '../../../shared/model/references'
import { api } from '../../api/client'
import type { StreamTarget } from '../../stores/targets'

export interface TrimChoice {
  readonly strategy: TrimStrategy
  readonly approximate: boolean
  readonly references: References
  readonly limit: number
}

const SETTLE_MS = 250

/**
 * The plan of what is chosen, made anew while a person types; null while it is not up to date. `shown` is the last one
 * that was made, so that figures can dim rather than vanish while new ones are worked out.
 */
export function useTrimPlan(target: () => StreamTarget, choice: () => TrimChoice | null) {
  const plan = shallowRef<TrimPlan | null>(null)
  const shown = shallowRef<TrimPlan | null>(null)
  const planning = shallowRef(false)
  const error = shallowRef<unknown>(null)
  let controller = new AbortController()

  async function make(): Promise<void> {
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    const wanted = choice()
    plan.value = null
    planning.value = wanted !== null
    if (!wanted) return
    try {
      const { connectionId, key } = target()
      const made = await api().trim.plan({ connectionId, key, ...wanted }, { signal })
      if (signal.aborted) return
      plan.value = made
      shown.value = made
      error.value = null
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) planning.value = false
    }
  }

  const settle = useDebounceFn(make, SETTLE_MS)
  watch(choice, (wanted) => {
    controller.abort()
    plan.value = null
    if (wanted === null) shown.value = null
    error.value = null
    planning.value = wanted !== null
    void settle()
  })

  onScopeDispose(() => controller.abort())
  return { plan, shown, planning, error, make }
}
