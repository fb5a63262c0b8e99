import { actionNeeds } from '../../shared/judgement/action-needs'
import type { CapabilityName } from '../../shared/model/connection'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import { mayAct, type Role } from '../../shared/roles'
import { words } from '../../shared/words/words'
import { linkState } from '../api/link-state'
import { useHost } from '../stores/host'
import { useConnections } from '../stores/connections'
import { sentence } from '../../shared/words/messages'

/**
 * Why the active connection can't do something, in words for a disabled button's tooltip; null when it can. Without a
 * capability it asks about changing anything at all.
 */
export function useWhyNot(): (needs?: CapabilityName) => string | null {
  const connections = useConnections()
  const whyNotHere = useWhyNotHere()
  return (needs) => {
    const { active, activeStatus } = connections
    const nowhere = whyNotHere()
    if (nowhere !== null) return nowhere
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

/** Why an action, as it is chosen, can't be done on the active connection; null when it can. */
export function useWhyNotDo(): (action: RecoveryAction) => string | null {
  const connections = useConnections()
  const whyNot = useWhyNot()
  return (action) => {
    const server = connections.activeStatus?.server
    const needs = server ? actionNeeds(action, server) : []
    return [undefined, ...needs].map((need) => whyNot(need)).find((why) => why !== null) ?? null
  }
}

/** Why the person at this page may not do what takes somebody of a role, in words for a disabled button's tooltip; null when they may. */
export function useWhyNotYou(): (needs: Role) => string | null {
  const host = useHost()
  return (needs) => {
    // Until the host has answered, nothing is on the screen.
    const role = host.info?.you.role ?? 'admin'
    return mayAct(role, needs) ? null : words.permission.needsRole(needs, role)
  }
}

/** Why nothing can be changed here by this person, whatever the connection; null when it can. */
export function useWhyNotHere(): () => string | null {
  const whyNotYou = useWhyNotYou()
  const host = useHost()
  return () => whyNotYou('operator') ?? (host.info?.readOnly === true ? words.permission.hostReadOnly : null)
}
