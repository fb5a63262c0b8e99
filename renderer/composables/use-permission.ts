import type { CapabilityName } from '../../shared/model/connection'
import { words } from '../../shared/words/words'
import { linkState } from '../api/link-state'
import { useConnections } from '../stores/connections'
import { sentence } from '../../shared/words/messages'

/**
 * Why the active connection can't do something, in words for a disabled button's tooltip; null when it can. Without a
 * capability it asks about changing anything at all.
 */
export function useWhyNot(): (needs?: CapabilityName) => string | null {
  const connections = useConnections()
  return (needs) => {
    const { active, activeStatus } = connections
    if (!active) return words.permission.noneOpen
    if (active.readOnly) return words.permission.readOnly(active.name)
    if (linkState.value.kind === 'reconnecting') return words.permission.noHost
    if (activeStatus?.state !== 'open') return words.permission.notConnected(active.name)
    if (activeStatus.server?.role === 'replica') return words.permission.replica
    const capability = needs ? activeStatus.server?.capabilities[needs] : undefined
    if (!capability || capability.available) return null
    return capability.reason === null ? words.permission.unsupported : sentence(capability.reason)
  }
}
