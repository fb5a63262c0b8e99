import { words } from '../../shared/words/words'
import { useConnections } from '../stores/connections'
import { useWhyNotHere } from './use-permission'

/** Why what was done on a connection can't be taken back just now, in words; null when it can. `name`: what it was called. */
export function useWhyNoUndo(): (connectionId: string, name?: string) => string | null {
  const connections = useConnections()
  const whyNotHere = useWhyNotHere()
  return (connectionId, name = words.permission.theConnection) => {
    const nowhere = whyNotHere()
    if (nowhere !== null) return nowhere
    const connection = connections.list.find(({ id }) => id === connectionId)
    if (!connection) return words.permission.wasRemoved(name)
    if (connection.readOnly) return words.permission.readOnly(connection.name)
    return connections.statuses.get(connectionId)?.state === 'open' ? null : words.permission.openFirst(connection.name)
  }
}
