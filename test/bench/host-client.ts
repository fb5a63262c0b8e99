import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { Contract } from '../../shared/contract/index'
import { enter } from '../helpers/enter'
import type { WebHost } from '../helpers/web-host'

export interface HostClient {
  readonly client: ContractRouterClient<Contract>
  /** A page with this needs no launch token. */
  readonly session: { readonly cookie: { readonly name: string; readonly value: string }; readonly pageKey: string }
  close(): void
}

/** The built web host's procedures over its own WebSocket, as its page calls them. */
export async function connectToHost(host: WebHost): Promise<HostClient> {
  const { port, host: authority, pathname } = new URL(host.launchUrl)
  const { cookie, pageKey, protocols } = await enter(Number(port), pathname)
  const socket = new WebSocket(`ws://${authority}/rpc`, protocols, { headers: { cookie }, origin: host.origin })
  await once(socket, 'open')
  const [name = '', value = ''] = cookie.split('=')
  return {
    session: { cookie: { name, value }, pageKey },
    client: createORPCClient<ContractRouterClient<Contract>>(
      new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
    ),
    close: () => socket.terminate(),
  }
}
