import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../shared/contract'
import { hostUrl } from './host-url'
import { createPortLink } from './port-link'
import { createSocketLink } from './socket-link'
import { WEB_PATHS } from '../../shared/web-paths'

export type Client = ContractRouterClient<Contract>

function socketUrl(): string {
  const url = hostUrl(WEB_PATHS.rpc)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

let connected: Client | null = null

/** The one way to the host: every procedure of the contract, typed. Connects at the first use. */
export function api(): Client {
  connected ??= createORPCClient(
    window.location.protocol === 'app:' ? createPortLink() : createSocketLink(socketUrl()),
  ) satisfies Client
  return connected
}

/** Puts another client in its place. For tests. */
export function setApi(client: Client): void {
  connected = client
}
