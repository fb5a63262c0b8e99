import { useConnections } from '../stores/connections'

/** Why what was done on a connection can't be taken back just now, in words; null when it can. `name`: what it was called. */
export function useWhyNoUndo(): (connectionId: string, name?: string) => string | null {
  const connections = useConnections()
  return (connectionId, name = 'The connection') => {
    const connection = connections.list.find(({ id }) => id === connectionId)
    if (!connection) return `${name} was removed`
    if (connection.readOnly) return `${connection.name} is read-only in Sluice`
    return connections.statuses.get(connectionId)?.state === 'open' ? null : `Open ${connection.name} first`
  }
}
