import { computed, onScopeDispose, type ComputedRef } from 'vue'
import type { Consumer } from '../../shared/model/group'
import { useConsumers } from '../stores/consumers'
import type { GroupTarget } from '../stores/targets'

/** The consumers of a group, read where they are not known yet. None where that fails: they can be named then. */
export function useGroupConsumers(target: GroupTarget): ComputedRef<readonly Consumer[]> {
  const store = useConsumers()
  const controller = new AbortController()
  onScopeDispose(() => controller.abort())
  if (store.of(target) === null) void store.load(target, controller.signal).catch(() => undefined)
  return computed(() => store.of(target) ?? [])
}
