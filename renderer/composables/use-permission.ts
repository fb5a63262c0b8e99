import type { CapabilityName } from '../../shared/model/connection'
import { linkState } from '../api/link-state'
import { useConnections } from '../stores/connections'

/**
 * Why the active connection can't do something, in words for a disabled button's tooltip; null when it can. Without a
 * capability it asks about changing anything at all.
 */
export function useWhyNot(): (needs?: CapabilityName) => string | null {
  const connections = useConnections()
  return (needs) => {
    const { active, activeStatus } = connections
    if (!active) return 'No connection is open'
    if (active.readOnly) return `${active.name} is read-only in Sluice`
    if (linkState.value.kind === 'reconnecting') return 'Sluice’s own process doesn’t answer just now'
    if (activeStatus?.state !== 'open') return `${active.name} is not connected just now`
    if (activeStatus.server?.role === 'replica') return 'This server is a replica, which takes no writes'
    const capability = needs ? activeStatus.server?.capabilities[needs] : undefined
    return capability && !capability.available ? (capability.reason ?? 'This server can’t do it') : null
  }
}
