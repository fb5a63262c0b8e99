import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer, type WebSocket } from 'ws'
import { RPC_PROTOCOL } from '../../shared/page-key'
import type { RpcServer } from '../host/rpc-server'

export interface RpcSocketsOptions {
  readonly rpc: RpcServer
  /** A socket that has not answered one ping by the time of the next is taken for dead. */
  readonly heartbeatMs: number
  readonly log: Logger
}

/** The sockets of all pages. Whoever calls `upgrade` has checked the request. */
export interface RpcSockets {
  readonly size: number
  /** `stillWelcome` is asked at every heartbeat: whether the session stands. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, stillWelcome: () => boolean): void
  /** Closes at once those whose session is over. */
  dismiss(): void
  /** Says goodbye to all, and drops those that do not answer within `graceMs`. */
  close(graceMs: number): Promise<void>
}

export const MAX_FRAME_BYTES = 1_048_576
export const MOST_SOCKETS = 64

// https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008

export function createRpcSockets({ rpc, heartbeatMs, log }: RpcSocketsOptions): RpcSockets {
  const server = new WebSocketServer({
    ...{ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false },
    // The page key is offered as another one, and never goes back.
    handleProtocols: (offered) => (offered.has(RPC_PROTOCOL) ? RPC_PROTOCOL : false),
  })
  const guests = new Map<WebSocket, () => boolean>()

  return {
    get size() {
      return server.clients.size
    },
    upgrade(request, socket, head, stillWelcome) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        guests.set(webSocket, stillWelcome)
        webSocket.once('close', () => guests.delete(webSocket))
        serve(webSocket, rpc)
        keepAlive(webSocket, heartbeatMs, stillWelcome)
        // ws closes the socket itself, with the code that says why (1009: a frame too large), and `close` follows.
        webSocket.on('error', (err) => log.warn({ err }, 'socket closed'))
      })
    },
    dismiss() {
      for (const [socket, stillWelcome] of guests) if (!stillWelcome()) socket.close(POLICY_VIOLATION)
    },
    async close(graceMs) {
      const sockets = [...server.clients]
      const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
      for (const socket of sockets) socket.close(GOING_AWAY)
      const timer = setTimeout(() => sockets.forEach((socket) => socket.terminate()), graceMs)
      await closed
      clearTimeout(timer)
      server.close()
    },
  }
}

function serve(socket: WebSocket, rpc: RpcServer): void {
  // Settles once the text is on its way, so that a slow page slows down what is sent to it instead of filling memory.
  const peer = rpc.accept((text) => new Promise((resolve) => socket.send(text, () => resolve())))
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(UNSUPPORTED_DATA)
    // Always one Buffer, as long as `binaryType` is left alone.
    else peer.receive((data as Buffer).toString())
  })
  socket.on('close', () => peer.close())
}

function keepAlive(socket: WebSocket, heartbeatMs: number, stillWelcome: () => boolean): void {
  let answered = true
  const timer = setInterval(() => {
    if (!stillWelcome()) return socket.close(POLICY_VIOLATION)
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, heartbeatMs)
  socket.on('pong', () => (answered = true))
  socket.once('close', () => clearInterval(timer))
}
