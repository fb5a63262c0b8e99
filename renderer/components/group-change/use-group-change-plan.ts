import { onScopeDispose, shallowRef, watch } from 'vue'
import type { GroupChange, GroupChangePlan } from '../../../shared/model/group-change'
import { api } from '../../api/client'
import type { GroupTarget } from '../../stores/targets'

/** The plan of a change, made by reading only, and anew when what is asked for changes. */
export function useGroupChangePlan(target: () => GroupTarget, change: () => GroupChange | null) {
  const plan = shallowRef<GroupChangePlan | null>(null)
  const error = shallowRef<unknown>(null)
  const planning = shallowRef(false)
  let controller = new AbortController()

  async function make(): Promise<void> {
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    const wanted = change()
    plan.value = null
    error.value = null
    planning.value = wanted !== null
    if (wanted === null) return
    try {
      const { connectionId, key, group } = target()
      const made = await api().group.planChange({ connectionId, key, group, change: wanted }, { signal })
      if (!signal.aborted) plan.value = made
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) planning.value = false
    }
  }

  watch(
    () => JSON.stringify(change()),
    () => void make(),
    { immediate: true },
  )
  onScopeDispose(() => controller.abort())
  return { plan, error, planning, make }
}
