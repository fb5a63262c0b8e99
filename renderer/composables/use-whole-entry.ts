import { onScopeDispose, shallowRef, watch } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'
import { api } from '../api/client'
import type { StreamTarget } from '../stores/targets'

/** One entry with its values whole. `known` is what the list already has of it, shown until the rest is here. */
export function useWholeEntry(target: () => StreamTarget, id: () => EntryId | null, known: () => Entry | null) {
  const entry = shallowRef<Entry | null>(null)
  const isWhole = shallowRef(false)
  const error = shallowRef<unknown>(null)
  let controller = new AbortController()

  async function load(): Promise<void> {
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    const wanted = id()
    entry.value = known()
    isWhole.value = false
    error.value = null
    if (wanted === null) return
    try {
      const { connectionId, key } = target()
      const whole = await api().entry.get({ connectionId, key, id: wanted }, { signal })
      if (signal.aborted) return
      entry.value = whole
      isWhole.value = true
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    }
  }

  watch(id, load, { immediate: true })
  onScopeDispose(() => controller.abort())
  return { entry, isWhole, error, load }
}
