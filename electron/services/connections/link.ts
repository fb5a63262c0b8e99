import type { ConnectionStatus, ServerInfo } from '../../../shared/model/connection'
import { standalone, type Topology } from '../../redis/topology'
import type { ServerLink } from './server-link'

/** A connection as it lives, whatever servers are behind it. It never opens by itself. */
export interface Link {
  /** Null unless it is open, or was and reconnects. The same object as long as it stays open. */
  topology(): Topology | null
  /** What the server of this key is; null: not known, it does not answer. */
  server(key: Buffer): ServerInfo | null
  /** `server` there is what holds for every server. */
  status(): ConnectionStatus
  /** Opens, or joins what is open or opening. Throws UNREACHABLE. */
  open(): Promise<ConnectionStatus>
  close(): void
  /** The status now, then as it changes, with a fresh latency every 2 s while somebody watches. */
  watch(signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /**
   * Resolves once the server of this key is reached (again): to true when nothing that was sent before can still be carried
   * out, and so what is read now is the last word on it. Throws UNREACHABLE when the connection is closed or failed, and
   * the signal's reason.
   */
  whenReady(key: Buffer, signal?: AbortSignal): Promise<boolean>
}

/** To one server, and no other. */
export function standaloneLink(link: ServerLink): Link {
  let topology: Topology | null = null
  let of: ReturnType<ServerLink['client']> = null
  return {
    ...link,
    topology() {
      const client = link.client()
      if (client !== of) [topology, of] = [client && standalone(client), client]
      return topology
    },
    server: () => link.status().server,
    whenReady: (_key, signal) => link.whenReady(signal),
  }
}
