import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { Contract } from '../../shared/contract/index'
import { request } from '../helpers/raw-http'
import type { WebHost } from '../helpers/web-host'

export interface HostClient {
  readonly client: ContractRouterClient<Contract>
  /** The session's; a page with it needs no launch token. */
  readonly cookie: { readonly name: string; readonly value: string }
  close(): void
}

/** The built web host's procedures over its own WebSocket, as its page calls them. */
export async function connectToHost(host: WebHost): Promise<HostClient> {
  const { port, host: authority, pathname } = new URL(host.launchUrl)
  const { headers } = await request(Number(port), { path: pathname })
  const cookie = headers['set-cookie']?.split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${authority}/rpc`, { headers: { cookie }, origin: host.origin })
  await once(socket, 'open')
  const [name = '', value = ''] = cookie.split('=')
  return {
    cookie: { name, value },
    client: createORPCClient<ContractRouterClient<Contract>>(
      new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
    ),
    close: () => socket.terminate(),
  }
}
