import { once } from 'node:events'
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import type { AnyRouter } from '@orpc/server'
import type { Logger } from 'pino'
import { commonHeaders, pagePolicy } from '../host/page-policy'
import { createRpcServer } from '../host/rpc-server'
import { createLaunchToken } from './launch-token'
import { createLogin } from './login'
import { badRequest, busy, failed, forbidden, notFound, unauthorized, type Reply } from './reply'
import { createRequestGuard, isLoopback, type RequestGuard } from './request-guard'
import { requestPath, route, type Entrance } from './routes'
import { createRpcSockets, MOST_SOCKETS, type RpcSockets } from './rpc-sockets'
import { createSessions, type Sessions } from './session'

export interface WebServerOptions {
  readonly router: AnyRouter
  /** The built renderer. */
  readonly rendererDir: string
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** With one, people log in; without, the launch link lets one in. Needed beyond this machine. */
  readonly password: string | null
  readonly publicUrl: URL | null
  readonly log: Logger
  readonly heartbeatMs?: number
}

export interface WebServer {
  readonly port: number
  /** To open in a browser: the launch link, or the page that asks for the password. */
  readonly url: string
  close(): Promise<void>
}

export const RPC_PATH = '/rpc'
const HEARTBEAT_MS = 30_000
const CLOSE_GRACE_MS = 1_000
const RESPONSE_HEADERS = commonHeaders(pagePolicy({ connect: "'self'" }))

/** Serves the page and the router. Fails as `listen` does: EADDRINUSE, EACCES, EADDRNOTAVAIL. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { router, rendererDir, host, password, publicUrl, log, heartbeatMs = HEARTBEAT_MS } = options
  if (password === null && !isLoopback(host))
    throw new Error(`${host} is reachable from elsewhere and needs a password`)

  const http = createServer({
    requireHostHeader: false,
    maxHeaderSize: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 20_000,
  })
  http.listen(options.port, host)
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo

  const guard = createRequestGuard({ host, port, publicUrl, machineNames: [hostname()] })
  const sessions = createSessions({ cookieName: `sluice-${port}`, secure: publicUrl?.protocol === 'https:' })
  const token = createLaunchToken()
  const entrance: Entrance =
    password === null
      ? { kind: 'launch', token }
      : { kind: 'password', login: createLogin({ password, sessions, log }) }
  const sockets = createRpcSockets({ rpc: createRpcServer(router, log), heartbeatMs, log })

  http.on('request', (request, response) => {
    void route(request, { guard, sessions, entrance, rendererDir })
      .catch((err: unknown) => {
        log.error({ err, method: request.method }, 'request failed')
        return failed
      })
      .then((reply) => {
        if (reply === forbidden) logForbidden(request, log)
        send(response, reply)
      })
  })
  // Nothing here wants `Expect`; Node would answer without our headers.
  http.on('checkExpectation', (_request, response) => send(response, badRequest))
  http.on('upgrade', (request, socket, head) => {
    const refusal = refuseUpgrade(request, guard, sessions, sockets)
    if (refusal === forbidden) logForbidden(request, log)
    if (refusal !== null) return sendRaw(socket, refusal)
    sockets.upgrade(request, socket, head, () => sessions.use(request.headers.cookie) !== null)
  })
  http.on('clientError', (_error, socket) => sendRaw(socket, badRequest))

  const base = publicUrl?.origin ?? `http://${addressable(host)}:${port}`
  return {
    port,
    url: password === null ? `${base}${token.path}` : `${base}/`,
    close: () => closeAll(http, sockets),
  }
}

/** As it stands in an address. Listening on all addresses is not one to go to: the machine's name is. */
function addressable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

/** Why a socket is not let in; null when it is. Browsers do not apply the same-origin policy to WebSockets: we do. */
function refuseUpgrade(
  request: IncomingMessage,
  guard: RequestGuard,
  sessions: Sessions,
  sockets: RpcSockets,
): Reply | null {
  const { host, origin, cookie, upgrade } = request.headers
  if (!guard.allowsHost(host) || !guard.allowsOrigin(origin, host)) return forbidden
  if (request.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket') return badRequest
  if (sessions.use(cookie) === null) return unauthorized
  if (requestPath(request) !== RPC_PATH) return notFound
  return sockets.size >= MOST_SOCKETS ? busy : null
}

/** Whoever set it up under a name that it does not know has to find out why it is refused. */
function logForbidden({ headers: { host, origin } }: IncomingMessage, log: Logger): void {
  log.warn({ host, origin }, 'refused: neither a name of this machine nor --public-url, or a page of elsewhere')
}

function send(response: ServerResponse, { status, headers, body = '' }: Reply): void {
  response.writeHead(status, { ...RESPONSE_HEADERS, ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** The same where Node gives us no response object. The connection ends with it. */
function sendRaw(socket: Duplex, { status, headers, body = '' }: Reply): void {
  if (!socket.writable) return void socket.destroy()
  const all = { ...RESPONSE_HEADERS, ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.once('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body.toString()}`)
}

async function closeAll(http: Server, sockets: RpcSockets): Promise<void> {
  const closed = once(http, 'close')
  http.close()
  await sockets.close(CLOSE_GRACE_MS)
  http.closeAllConnections()
  await closed
}
