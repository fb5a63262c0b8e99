import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { AnyRouter } from '@orpc/server'
import type { Logger } from 'pino'
import { createRpcServer } from '../host/rpc-server'
import { webWords } from '../../shared/words/en/web-words'
import { capConnections } from './connection-cap'
import type { Downloads } from './downloads'
import { createKnownBrowsers } from './known-browsers'
import { createLaunchToken } from './launch-token'
import { createLogin } from './login'
import type { LoginLimitOptions } from './login-limit'
import { badRequest, busy, failed, forbidden, notFound, unauthorized, type Reply } from './reply'
import { createRequestGuard, isLoopback, type RequestGuard } from './request-guard'
import { send, sendRaw } from './respond'
import { pageSession, requestPath, route, type Entrance } from './routes'
import { createRpcSockets, MOST_SOCKETS, type RpcSockets } from './rpc-sockets'
import { createSessions, type OpenSession, type Sessions } from './session'
import type { TrustedProxies } from './who-asks'
import { WEB_PATHS } from '../../shared/web-paths'

export interface WebServerOptions {
  readonly router: AnyRouter
  /** The built renderer. */
  readonly rendererDir: string
  /** Of the same host as the router. None by default. */
  readonly downloads?: Pick<Downloads, 'take'>
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** With one, people log in; without, the launch link lets one in. Needed beyond this machine. */
  readonly password: string | null
  readonly publicUrl: URL | null
  /** Whose word on whom they ask for is taken; nobody's by default. */
  readonly proxies?: TrustedProxies
  readonly log: Logger
  readonly heartbeatMs?: number
  readonly limits?: Partial<ConnectionLimits>
  readonly loginLimit?: LoginLimitOptions
  /** The launch link was used. */
  readonly onLaunch?: () => void
  /** The last session was ended by hand: the address of a new launch link, the only way back in. */
  readonly onNewLink?: (url: string) => void
}

/** What a connection is given, ms. A socket of a page with a session is under `heartbeatMs` instead. */
export interface ConnectionLimits {
  /** Until its request line and headers are there, from the moment it connects; a next one on it is not waited for as long. */
  readonly headersMs: number
  /** Until all of a request is there. */
  readonly requestMs: number
  /** While nothing at all is read or written. */
  readonly idleMs: number
  /** To hang up, once it was refused. */
  readonly lingerMs: number
  /** How many at a time. */
  readonly most: number
}

export interface WebServer {
  readonly port: number
  /** To open in a browser: the launch link, or the page that asks for the password. */
  readonly url: string
  close(): Promise<void>
}

const LIMITS: ConnectionLimits = { headersMs: 10_000, requestMs: 20_000, idleMs: 60_000, lingerMs: 1_000, most: 256 }
const HEARTBEAT_MS = 30_000
const CLOSE_GRACE_MS = 1_000
const NO_PROXIES: TrustedProxies = { has: () => false }
const NO_DOWNLOADS: Pick<Downloads, 'take'> = { take: () => null }

/** Serves the page and the router. Fails as `listen` does: EADDRINUSE, EACCES, EADDRNOTAVAIL. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { router, rendererDir, host, password, publicUrl, log, heartbeatMs = HEARTBEAT_MS } = options
  if (password === null && !isLoopback(host)) throw new Error(webWords.reachableNeedsPassword(host))

  const limits = { ...LIMITS, ...options.limits }
  const http = createLimitedServer(limits)
  const cap = capConnections(http, limits.most)
  http.listen(options.port, host)
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo

  const guard = createRequestGuard({ host, port, publicUrl, machineNames: [hostname()] })
  const secure = publicUrl?.protocol === 'https:'
  const sessions = createSessions({ cookieName: `sluice-${port}`, secure })
  const browsers = createKnownBrowsers({ cookieName: `sluice-${port}-known`, path: WEB_PATHS.login, secure })
  const token = createLaunchToken()
  const entrance: Entrance =
    password === null
      ? { kind: 'launch', token }
      : { kind: 'password', login: createLogin({ password, sessions, browsers, log, limit: options.loginLimit }) }
  const sockets = createRpcSockets({ rpc: createRpcServer(router, log), heartbeatMs, log })
  const base = publicUrl?.origin ?? `http://${addressable(host)}:${port}`

  const routes = {
    ...{ guard, sessions, entrance, rendererDir, proxies: options.proxies ?? NO_PROXIES },
    downloads: options.downloads ?? NO_DOWNLOADS,
    onLaunch: () => options.onLaunch?.(),
    onLogOut() {
      sockets.dismiss()
      if (entrance.kind === 'launch' && sessions.size === 0) options.onNewLink?.(`${base}${token.renew()}`)
    },
  }
  http.on('request', (request, response) => {
    void route(request, routes)
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
    const admitted = admit(request, guard, sessions, sockets)
    if ('status' in admitted) {
      if (admitted === forbidden) logForbidden(request, log)
      return sendRaw(socket, admitted, limits.lingerMs)
    }
    cap.admit(socket)
    const stillWelcome = (): boolean => pageSession(request, sessions) !== null
    sockets.upgrade(request, socket, head, { caller: admitted.caller, stillWelcome })
  })
  http.on('clientError', (_error, socket) => sendRaw(socket, badRequest, limits.lingerMs))

  return {
    port,
    get url() {
      return password === null ? `${base}${token.path()}` : `${base}/`
    },
    close: () => closeAll(http, sockets),
  }
}

function createLimitedServer({ headersMs, requestMs, idleMs }: ConnectionLimits): Server {
  const http = createServer({
    requireHostHeader: false,
    maxHeaderSize: 16_384,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    // How often Node looks at these two.
    connectionsCheckingInterval: Math.min(headersMs, 2_000),
  })
  http.setTimeout(idleMs)
  return http
}

/** As it stands in an address. Listening on all addresses is not one to go to: the machine's name is. */
function addressable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

/** The session whose page opens a socket, or why it is not let in. Browsers do not apply the same-origin policy to WebSockets: we do. */
function admit(
  request: IncomingMessage,
  guard: RequestGuard,
  sessions: Sessions,
  sockets: RpcSockets,
): OpenSession | Reply {
  const { host, origin, upgrade } = request.headers
  if (!guard.allowsHost(host) || !guard.allowsOrigin(origin, host)) return forbidden
  if (request.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket') return badRequest
  const session = pageSession(request, sessions)
  if (session === null) return unauthorized
  if (requestPath(request) !== WEB_PATHS.rpc) return notFound
  return sockets.size >= MOST_SOCKETS ? busy : session
}

/** Whoever set it up under a name that it does not know has to find out why it is refused. */
function logForbidden({ headers: { host, origin } }: IncomingMessage, log: Logger): void {
  log.warn({ host, origin }, 'refused: neither a name of this machine nor --public-url, or a page of elsewhere')
}

async function closeAll(http: Server, sockets: RpcSockets): Promise<void> {
  const closed = once(http, 'close')
  http.close()
  await sockets.close(CLOSE_GRACE_MS)
  http.closeAllConnections()
  await closed
}
