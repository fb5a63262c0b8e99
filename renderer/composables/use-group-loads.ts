import { computed } from 'vue'
import { useConsumers } from '../stores/consumers'
import { useGroups } from '../stores/groups'
import { usePending } from '../stores/pending'
import { groupTargetKey, type GroupTarget } from '../stores/targets'
import { useRefresh } from './use-refresh'

/** What a view of one group shows, read again and again. Each by itself: the ACL may refuse one of them, and that one alone rests. */
export function useGroupLoads(target: () => GroupTarget) {
  const [groups, consumers, pending] = [useGroups(), useConsumers(), usePending()]
  const key = (): string => groupTargetKey(target())
  const ofGroup = useRefresh((signal) => groups.load(target(), signal), key)
  const ofPending = useRefresh((signal) => pending.loadSummary(target(), signal), key)
  const ofConsumers = useRefresh((signal) => consumers.load(target(), signal), key)
  return {
    ofConsumers,
    groupError: computed(() => ofGroup.error.value ?? ofPending.error.value),
    isGroupStale: computed(() => ofGroup.isStale.value || ofPending.isStale.value),
    refreshAll: () => Promise.all([ofConsumers.refresh(), ofGroup.refresh(), ofPending.refresh()]),
  }
}
