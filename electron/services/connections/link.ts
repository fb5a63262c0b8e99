import type { ConnectionStatus, ServerInfo } from '../../../shared/model/connection'
import { unreachable } from '../../redis/errors'
import { standalone, type Topology } from '../../redis/topology'
import type { ServerLink } from './server-link'
import type { StatusBoard } from './status-board'

/** A connection as it lives, whatever servers are behind it: `server` in its status is what holds for each. It never opens by itself. */
export interface Link extends Omit<StatusBoard, 'set'> {
  /** Null unless it is open, or was and reconnects. The same object as long as it stays open. */
  topology(): Topology | null
  /** What the server of this key is. Throws UNREACHABLE where that is not known. */
  server(key: Buffer): ServerInfo
  /**
   * Opens, or joins what is open or opening. A password that was refused is sent again, but for one that opens `byItself`: no person asks
   * for it. Throws UNREACHABLE.
   */
  open(byItself?: boolean): Promise<ConnectionStatus>
  close(): void
  /**
   * Resolves once the server of this key is reached (again): to true when nothing that was sent before can still be carried
   * out, and so what is read now is the last word on it. Throws UNREACHABLE when the connection is closed or failed, and
   * the signal's reason.
   */
  whenReady(key: Buffer, signal?: AbortSignal): Promise<boolean>
}

/** To one server, and no other. */
export function standaloneLink(link: ServerLink, endpoint: () => string): Link {
  let topology: Topology | null = null
  let of: ReturnType<ServerLink['client']> = null
  return {
    ...link,
    topology() {
      const client = link.client()
      if (client !== of) [topology, of] = [client && standalone(client), client]
      return topology
    },
    server() {
      const { server } = link.status()
      if (server === null) throw unreachable('not-open', endpoint())
      return server
    },
    whenReady: (_key, signal) => link.whenReady(signal),
  }
}
