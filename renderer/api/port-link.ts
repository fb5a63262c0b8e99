import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { linkState } from './link-state'

/** The desktop's link: one end of a new channel goes through the preload to the main process, the other is ours. */
export function createPortLink(): ClientLink<ClientContext> {
  const { port1, port2 } = new MessageChannel()
  const link = new RPCLink({ port: port1 })
  port1.start()
  window.postMessage('sluice:connect', window.origin, [port2])
  linkState.value = { kind: 'connected' }
  return link
}
