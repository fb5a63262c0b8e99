import { computed, type ComputedRef } from 'vue'
import { linkState } from '../api/link-state'
import { useConnections } from '../stores/connections'

/** Whether the host or the server can't be reached just now: all figures on screen are then of before. */
export function useIsAway(): ComputedRef<boolean> {
  const connections = useConnections()
  return computed(() => {
    const { kind } = linkState.value
    if (kind === 'reconnecting' || kind === 'unauthorised') return true
    const status = connections.activeStatus
    return status !== null && status.state !== 'open'
  })
}
