import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer, type WebSocket } from 'ws'
import { RPC_PROTOCOL } from '../../shared/page-key'
import type { Caller } from '../../shared/model/who'
import type { RpcServer } from '../host/rpc-server'

export interface RpcSocketsOptions {
  readonly rpc: RpcServer
  /** A socket that has not answered one ping by the time of the next is taken for dead. */
  readonly heartbeatMs: number
  readonly log: Logger
}

/** Whose page it is. */
export interface Visitor {
  readonly caller: Caller
  /** Whether the session stands. Asked at every heartbeat, and before anything is done for it. */
  stillWelcome(): boolean
}

/** The sockets of all pages. Whoever calls `upgrade` has checked the request. */
export interface RpcSockets {
  readonly size: number
  /** How many pages are open by a session. */
  pagesOf(session: string): number
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, visitor: Visitor): void
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
  const guests = new Set<Guest>()

  return {
    get size() {
      return server.clients.size
    },
    pagesOf: (session) => [...guests].filter((guest) => guest.session === session).length,
    upgrade(request, socket, head, visitor) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const guest = serve(webSocket, rpc, visitor)
        guests.add(guest)
        webSocket.once('close', () => guests.delete(guest))
        keepAlive(webSocket, heartbeatMs, guest)
        // ws closes the socket itself, with the code that says why (1009: a frame too large), and `close` follows.
        webSocket.on('error', (err) => log.warn({ err }, 'socket closed'))
      })
    },
    dismiss() {
      for (const guest of guests) guest.isWelcome()
    },
    async close(graceMs) {
      const sockets = [...server.clients]
      const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
      for (const guest of guests) guest.leave(GOING_AWAY)
      const timer = setTimeout(() => sockets.forEach((socket) => socket.terminate()), graceMs)
      await closed
      clearTimeout(timer)
      server.close()
    },
  }
}

/** One page at its socket. */
interface Guest {
  readonly session: string | undefined
  /** False once its session is over: then it was sent away. */
  isWelcome(): boolean
  /**
   * What runs for it ends, as where the page is lost, and nothing that it sends from now on is looked at: a socket that
   * we close is open until the other side says so as well.
   */
  leave(code: number): void
}

function serve(socket: WebSocket, rpc: RpcServer, { caller, stillWelcome }: Visitor): Guest {
  // Settles once the text is on its way, so that a slow page slows down what is sent to it instead of filling memory.
  const peer = rpc.accept((text) => new Promise((resolve) => socket.send(text, () => resolve())), caller)
  let isHere = true
  const guest: Guest = {
    session: caller.session,
    isWelcome() {
      if (isHere && !stillWelcome()) guest.leave(POLICY_VIOLATION)
      return isHere
    },
    leave(code) {
      if (!isHere) return
      isHere = false
      peer.close()
      socket.close(code)
    },
  }
  socket.on('message', (data, isBinary) => {
    if (!guest.isWelcome()) return
    if (isBinary) guest.leave(UNSUPPORTED_DATA)
    // Always one Buffer, as long as `binaryType` is left alone.
    else peer.receive((data as Buffer).toString())
  })
  socket.on('close', () => peer.close())
  return guest
}

function keepAlive(socket: WebSocket, heartbeatMs: number, guest: Guest): void {
  let answered = true
  const timer = setInterval(() => {
    if (!guest.isWelcome()) return
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, heartbeatMs)
  socket.on('pong', () => (answered = true))
  socket.once('close', () => clearInterval(timer))
}
