import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { AnyRouter } from '@orpc/server'
import type { Logger } from 'pino'
import { errorCode } from '../host/outside/bounded-file'
import { createRpcServer } from '../host/rpc-server'
import { webWords } from '../../shared/words/en/web-words'
import { createApiDoor } from './api/door'
import { createApiPages } from './api/pages'
import { requestPath } from './base-path'
import { capConnections } from './connection-cap'
import type { Downloads } from './downloads'
import { createKnownBrowsers } from './known-browsers'
import { createLaunchToken } from './launch-token'
import { createLogin } from './login'
import type { LoginLimitOptions } from './login-limit'
import type { OwnTls } from './own-tls'
import { badRequest, busy, failed, forbidden, isStreamed, notFound, unauthorized, type Reply } from './reply'
import { createRequestGuard, isLoopback, type RequestGuard } from './request-guard'
import { send, sendRaw } from './respond'
import { route, type Entrance, type Metrics, type Windows } from './routes'
import { createRpcSockets, MOST_SOCKETS, type RpcSockets } from './rpc-sockets'
import { createSessions, type OpenSession } from './session'
import type { SessionRoster } from './session-roster'
import type { Tokens } from './tokens/tokens'
import { createProxyLogin } from './users/proxy-login'
import { createUserLogin } from './users/user-login'
import type { Users } from './users/users'
import type { Uploads } from './uploads'
import { createVisits, type Visits } from './visits'
import type { TrustedProxies } from './who-asks'
import { WEB_PATHS } from '../../shared/web-paths'

export interface WebServerOptions {
  readonly router: AnyRouter
  /** The built renderer. */
  readonly rendererDir: string
  /** Of the same host as the router. None by default. */
  readonly downloads?: Pick<Downloads, 'take'>
  /** The same. */
  readonly uploads?: Pick<Uploads, 'receive'>
  /** Is told of the sessions. */
  readonly roster?: Pick<SessionRoster, 'serve'>
  /** None by default. */
  readonly metrics?: Metrics | null
  /** None by default. */
  readonly windows?: Windows | null
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** With one, or with users, people log in; without, the launch link lets one in. Needed beyond this machine. */
  readonly password: string | null
  /** Who may log in, each by a password of his own. */
  readonly users?: Users | null
  /** By which programs call; none may by default. */
  readonly tokens?: Tokens | null
  /** The header by which a trusted proxy names the user, instead of a password. */
  readonly authHeader?: string | null
  /** Below which everything is served: empty, or /sluice. */
  readonly basePath?: string
  /** Its own certificate; plain HTTP without. */
  readonly tls?: OwnTls | null
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
  /** How many pages are open. */
  readonly pages: number
  /** The same, and of a launch link one that was not used yet. */
  unusedUrl(): string
  close(): Promise<void>
}

const LIMITS: ConnectionLimits = { headersMs: 10_000, requestMs: 20_000, idleMs: 60_000, lingerMs: 1_000, most: 256 }
const HEARTBEAT_MS = 30_000
const CLOSE_GRACE_MS = 1_000
const NO_PROXIES: TrustedProxies = { has: () => false }
const NO_UPLOADS: Pick<Uploads, 'receive'> = { receive: () => Promise.resolve(notFound) }
const NO_DOWNLOADS: Pick<Downloads, 'take'> = { take: () => null }

/** Serves the page and the router. Fails as `listen` does: EADDRINUSE, EACCES, EADDRNOTAVAIL. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { router, rendererDir, host, password, publicUrl, log, heartbeatMs = HEARTBEAT_MS } = options
  const { users = null, tokens = null, basePath = '', tls = null, proxies = NO_PROXIES } = options
  if (password === null && users === null && !isLoopback(host)) throw new Error(webWords.reachableNeedsPassword(host))

  const limits = { ...LIMITS, ...options.limits }
  const http = createLimitedServer(limits, tls)
  const cap = capConnections(http, limits.most)
  http.listen(options.port, host)
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo

  const guard = createRequestGuard({ host, port, publicUrl, tls: tls !== null, machineNames: [hostname()] })
  const secure = tls !== null || publicUrl?.protocol === 'https:'
  const sessions = createSessions({ cookieName: `sluice-${port}`, path: basePath || '/', secure })
  const browsers = createKnownBrowsers({
    cookieName: `sluice-${port}-known`,
    path: `${basePath}${WEB_PATHS.login}`,
    secure,
  })
  const token = createLaunchToken()
  const forLogin = { sessions, browsers, base: basePath, log, limit: options.loginLimit }
  const entranceOf = (): Entrance => {
    if (users !== null && options.authHeader) {
      return { kind: 'proxy', login: createProxyLogin({ users, proxies, header: options.authHeader }) }
    }
    if (users !== null) return { kind: 'password', login: createUserLogin({ ...forLogin, users }), asksName: true }
    if (password === null) return { kind: 'launch', token }
    return { kind: 'password', login: createLogin({ ...forLogin, password }), asksName: false }
  }
  const entrance = entranceOf()
  const visits = createVisits(sessions, entrance.kind === 'proxy' ? entrance.login : null, proxies)
  const sockets = createRpcSockets({ rpc: createRpcServer(router, log), heartbeatMs, log })
  const origin = publicUrl?.origin ?? `${tls === null ? 'http' : 'https'}://${addressable(host)}:${port}`
  // Whoever was removed, or is something else now, goes at once, also where he only listens.
  users?.onChange(() => sockets.dismiss())

  const urlBy = (launch: string): string => `${origin}${basePath}${entrance.kind === 'launch' ? launch : '/'}`
  const onLogOut = (): void => {
    sockets.dismiss()
    if (entrance.kind === 'launch' && sessions.size === 0) {
      options.onNewLink?.(`${origin}${basePath}${token.renew()}`)
    }
  }
  options.roster?.serve({
    list: () => sessions.list().map((each) => ({ ...each, pages: sockets.pagesOf(each.id) })),
    end(which) {
      const ended = sessions.end(which)
      if (ended > 0) onLogOut()
      return ended
    },
  })

  const forApi = { router, proxies, log, limit: options.loginLimit }
  const routes = {
    ...{ guard, sessions, visits, entrance, base: basePath, rendererDir, proxies },
    downloads: options.downloads ?? NO_DOWNLOADS,
    uploads: options.uploads ?? NO_UPLOADS,
    metrics: options.metrics ?? null,
    windows: options.windows ?? null,
    api: tokens && { ...createApiDoor({ ...forApi, tokens }), pages: createApiPages(basePath) },
    onLaunch: () => options.onLaunch?.(),
    onLogOut,
  }
  http.on('request', (request, response) => {
    void route(request, routes)
      .catch((err: unknown) => {
        // Whoever asked went away in the middle of what it sent.
        if (!request.destroyed || request.complete) log.error({ err, method: request.method }, 'request failed')
        return failed
      })
      .then((reply) => {
        if (reply === forbidden) logForbidden(request, log)
        // It has shown a session and a secret, and may have nothing to say for long.
        if (isStreamed(reply)) {
          cap.admit(request.socket)
          request.socket.setTimeout(0)
        }
        send(response, reply)
      })
  })
  // Nothing here wants `Expect`; Node would answer without our headers.
  http.on('checkExpectation', (_request, response) => send(response, badRequest))
  http.on('upgrade', (request, socket, head) => {
    const admitted = admit(request, { guard, visits, sockets, basePath })
    if ('status' in admitted) {
      if (admitted === forbidden) logForbidden(request, log)
      return sendRaw(socket, admitted, limits.lingerMs)
    }
    cap.admit(socket)
    const stillWelcome = (): boolean => visits.page(request) !== null
    sockets.upgrade(request, socket, head, { caller: admitted.caller, stillWelcome })
  })
  http.on('clientError', (error, socket) => {
    // Who speaks no TLS, or none that we do, would not understand the reply.
    if (/^ERR_(?:SSL|TLS)/.test(errorCode(error)) || isInStore(error, socket)) socket.destroy()
    else sendRaw(socket, badRequest, limits.lingerMs)
  })

  return {
    port,
    get url() {
      return urlBy(token.path())
    },
    get pages() {
      return sockets.size
    },
    unusedUrl: () => urlBy(token.unused()),
    close: () => closeAll(http, sockets),
  }
}

/** On which nothing was asked yet, as browsers keep some: they would take a reply for the answer to what they ask on it next. */
function isInStore(error: Error, socket: Duplex & { readonly bytesRead?: number }): boolean {
  // Beneath TLS what was read is no request yet.
  const hasAsked = !(socket instanceof TLSSocket) && socket.bytesRead !== 0
  return errorCode(error) === 'ERR_HTTP_REQUEST_TIMEOUT' && !hasAsked
}

function createLimitedServer({ headersMs, requestMs, idleMs }: ConnectionLimits, tls: OwnTls | null): Server {
  const limits = {
    requireHostHeader: false,
    maxHeaderSize: 16_384,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    // How often Node looks at these two.
    connectionsCheckingInterval: Math.min(headersMs, 2_000),
  }
  const http = tls === null ? createServer(limits) : createTlsServer(limits, headersMs, tls)
  http.setTimeout(idleMs)
  return http
}

function createTlsServer(limits: ServerOptions, handshakeMs: number, tls: OwnTls): Server {
  const https = createHttpsServer({ ...limits, ...tls.pair, handshakeTimeout: handshakeMs })
  tls.watch((pair) => https.setSecureContext(pair))
  return https
}

/** As it stands in an address. Listening on all addresses is not one to go to: the machine's name is. */
function addressable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

interface Admission {
  readonly guard: RequestGuard
  readonly visits: Visits
  readonly sockets: RpcSockets
  readonly basePath: string
}

/** The session whose page opens a socket, or why it is not let in. Browsers do not apply the same-origin policy to WebSockets: we do. */
function admit(request: IncomingMessage, { guard, visits, sockets, basePath }: Admission): OpenSession | Reply {
  const { host, origin, upgrade } = request.headers
  if (!guard.allowsHost(host) || !guard.allowsOrigin(origin, host)) return forbidden
  if (request.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket') return badRequest
  const session = visits.page(request)
  if (session === null) return unauthorized
  if (requestPath(request) !== `${basePath}${WEB_PATHS.rpc}`) return notFound
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
