import type { ConnectionStatus } from '../../../shared/model/connection'

/** Stands for the one server of a connection that is no cluster. */
const ONE = ''

/**
 * Says of each status of a connection, in turn, whether a server is open that was not in the one before; of the first: no. A status is
 * told anew for each latency, and a cluster's stays open while one of its nodes is away.
 */
export function createLinkReturns(): (status: ConnectionStatus) => boolean {
  let before: ReadonlySet<string> | null = null
  return (status) => {
    const known = before
    const now = new Set(openServers(status))
    before = now
    return known !== null && [...now].some((server) => !known.has(server))
  }
}

function openServers({ state, nodes }: ConnectionStatus): readonly string[] {
  if (state !== 'open') return []
  if (nodes.length === 0) return [ONE]
  return nodes.filter((node) => node.state === 'open').map(({ endpoint }) => endpoint)
}
