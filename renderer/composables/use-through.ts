import { computed, type ComputedRef } from 'vue'
import { useConnections } from '../stores/connections'

/**
 * The connection to go on through with what a record did: its own, or where that was removed, one that is open. Whether
 * that leads to the same server, the host asks.
 */
export function useThrough(connectionId: () => string): ComputedRef<string> {
  const connections = useConnections()
  return computed(() => {
    const { list, statuses } = connections
    if (list.some(({ id }) => id === connectionId())) return connectionId()
    return list.find(({ id }) => statuses.get(id)?.state === 'open')?.id ?? connectionId()
  })
}
