import type { IpcMainEvent, MessagePortMain, WebContents } from 'electron'
import type { Logger } from 'pino'
import type { RpcServer } from '../host/rpc-server'
import { whoRunsThis } from '../host/who-runs-this'
import { APP_ORIGIN } from './app-origin'

export const CONNECT_CHANNEL = 'sluice:connect'

export type RpcPort = Pick<MessagePortMain, 'on' | 'start' | 'postMessage' | 'close'>

/** Serves the router on a port. It ends when the page at the other end goes. */
export function servePort(rpc: RpcServer, port: RpcPort): void {
  const peer = rpc.accept((text) => port.postMessage(text), whoRunsThis())
  port.on('message', ({ data }: { readonly data: unknown }) => {
    if (typeof data === 'string') peer.receive(data)
  })
  port.on('close', () => peer.close())
  port.start()
}

/**
 * Takes the ports that our own page hands over, from its main frame only; anybody else's is closed. A page has one port:
 * the one before, left over from before a reload, is closed.
 */
export function acceptPorts(contents: Pick<WebContents, 'ipc'>, rpc: RpcServer, log: Logger): void {
  let current: RpcPort | null = null
  contents.ipc.on(CONNECT_CHANNEL, (event) => {
    const [port, ...rest] = event.ports
    for (const extra of rest) extra.close()
    if (port === undefined) return
    if (!isOurPage(event)) {
      log.warn({ origin: event.senderFrame?.origin }, 'refused a port that is not from our page')
      return port.close()
    }
    current?.close()
    current = port
    servePort(rpc, port)
  })
}

// The frame is null where it has navigated away or gone before we got here: then there is nobody to answer.
function isOurPage({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.origin === APP_ORIGIN
}
