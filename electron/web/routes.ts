import type { IncomingMessage } from 'node:http'
import { whoRunsThis } from '../host/who-runs-this'
import type { Downloads } from './downloads'
import { enterPage, enterScript } from './enter-page'
import type { LaunchToken } from './launch-token'
import type { Login } from './login'
import { loginPage, loginStyle } from './login-page'
import { sentPageKey } from './page-key'
import {
  badRequest,
  done,
  forbidden,
  methodNotAllowed,
  notFound,
  seeOther,
  tooLarge,
  unauthorized,
  type Reply,
} from './reply'
import { announcesBody, readBody } from './request-body'
import type { RequestGuard } from './request-guard'
import type { OpenSession, Sessions } from './session'
import { staticFile } from './static-files'
import { whoAsks, type TrustedProxies } from './who-asks'
import { WEB_PATHS } from '../../shared/web-paths'

/** How a browser comes by a session: the launch link on this machine, or a password from elsewhere. Never both. */
export type Entrance =
  { readonly kind: 'launch'; readonly token: LaunchToken } | { readonly kind: 'password'; readonly login: Login }

export interface RouteOptions {
  readonly guard: RequestGuard
  readonly sessions: Sessions
  readonly entrance: Entrance
  readonly rendererDir: string
  readonly downloads: Pick<Downloads, 'take'>
  readonly proxies: TrustedProxies
  /** Somebody came in by the launch link. */
  readonly onLaunch: () => void
  /** Sessions were ended by one who had one. */
  readonly onLogOut: () => void
}

const MAX_FORM_BYTES = 8_192

/** What to answer. First whose request it is, then whether there is a session, and only then what it asks for. */
export async function route(request: IncomingMessage, options: RouteOptions): Promise<Reply> {
  const { guard, entrance } = options
  if (!guard.allowsHost(request.headers.host)) return forbidden
  const path = requestPath(request)
  if (path === null) return badRequest
  if (request.method === 'POST') {
    if (entrance.kind === 'password' && path === WEB_PATHS.login) return postLogin(request, options, entrance.login)
    if (path === WEB_PATHS.logOut || path === WEB_PATHS.logOutEverywhere) return postLogOut(request, options, path)
  }
  const isLaunch = path.startsWith(WEB_PATHS.launch)
  // HEAD reads nothing and is how the page asks whether its session stands; but a preview of the link must not spend it.
  const isRead = request.method === 'GET' || (request.method === 'HEAD' && !isLaunch)
  if (!isRead) return methodNotAllowed(path === WEB_PATHS.login ? 'GET, HEAD, POST' : 'GET, HEAD')
  if (announcesBody(request)) return tooLarge
  return isLaunch ? launch(request, path, options) : get(request, path, options)
}

function launch(request: IncomingMessage, path: string, { sessions, entrance, onLaunch }: RouteOptions): Reply {
  const { headers } = request
  // A browser that fetches ahead of its user drops a refusal, and asks again when it is meant. A frame keeps no session.
  const isMeant = headers['sec-purpose'] === undefined && (headers['sec-fetch-dest'] ?? 'document') === 'document'
  if (entrance.kind === 'launch' && isMeant && entrance.token.redeem(path.slice(WEB_PATHS.launch.length))) {
    onLaunch()
    return enterPage(sessions.open(whoRunsThis()))
  }
  return isMeant && sessions.use(headers.cookie) !== null ? seeOther('/') : unauthorized
}

async function get(request: IncomingMessage, path: string, options: RouteOptions): Promise<Reply> {
  const { sessions, entrance, rendererDir, downloads } = options
  const { headers } = request
  if (path === WEB_PATHS.enterScript) return enterScript
  if (path === WEB_PATHS.health) return done
  if (entrance.kind === 'password') {
    if (path === WEB_PATHS.login) return loginPage({ status: 200 })
    if (path === WEB_PATHS.loginStyle) return loginStyle
  }
  const session = sessions.use(headers.cookie)
  if (path === WEB_PATHS.session) return session?.hasKey(sentPageKey(headers)) === true ? done : unauthorized
  if (session === null) {
    const wantsPage = path === '/' && (headers.accept ?? '').includes('text/html')
    // From a link on another site a browser sends no strict cookie: there may be a session all the same.
    if (wantsPage && headers['sec-fetch-site'] === 'cross-site') return enterPage({ pageKey: null, setCookie: null })
    return entrance.kind === 'password' && wantsPage ? seeOther(WEB_PATHS.login) : unauthorized
  }
  // The path is a secret that only a page with both halves of the session was given. A look (HEAD) doesn't spend it.
  if (path.startsWith(WEB_PATHS.download)) {
    return (request.method === 'GET' ? downloads.take(path.slice(WEB_PATHS.download.length)) : null) ?? notFound
  }
  const reply = await staticFile(rendererDir, path)
  // The page renews the cookie, so that it does not end in the middle of a working day.
  return path === '/' ? { ...reply, headers: { ...reply.headers, 'set-cookie': session.setCookie } } : reply
}

async function postLogin(request: IncomingMessage, options: RouteOptions, login: Login): Promise<Reply> {
  const { guard, proxies } = options
  if (!guard.allowsOrigin(request.headers.origin, request.headers.host)) return forbidden
  const body = await readBody(request, MAX_FORM_BYTES)
  if (body === null) return tooLarge
  return login({ body, address: whoAsks(request, proxies), cookies: request.headers.cookie })
}

function postLogOut(request: IncomingMessage, { guard, sessions, onLogOut }: RouteOptions, path: string): Reply {
  if (!guard.allowsOrigin(request.headers.origin, request.headers.host)) return forbidden
  if (announcesBody(request)) return tooLarge
  const session = pageSession(request, sessions)
  if (session === null) return unauthorized
  if (path === WEB_PATHS.logOut) session.end()
  else sessions.endAll()
  onLogOut()
  return { ...done, headers: { 'set-cookie': sessions.noCookie } }
}

/** The session of a page that has both halves of it. */
export function pageSession({ headers }: IncomingMessage, sessions: Sessions): OpenSession | null {
  const session = sessions.use(headers.cookie)
  return session?.hasKey(sentPageKey(headers)) === true ? session : null
}

/** The path as it was sent, without the query; null where the target is no path (a proxy's form, `*`). */
export function requestPath(request: IncomingMessage): string | null {
  const target = request.url ?? ''
  return target.startsWith('/') ? (target.split('?')[0] ?? null) : null
}
