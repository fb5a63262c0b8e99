import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { UPLOAD_PIECE_BYTES } from '../../shared/model/entry-import'
import { WEB_PATHS } from '../../shared/web-paths'
import { whoRunsThis } from '../host/who-runs-this'
import type { ApiDoor } from './api/door'
import type { ApiPages } from './api/pages'
import { bearerOf } from './bearer'
import { belowBase, requestPath } from './base-path'
import type { Downloads } from './downloads'
import { enterPage, enterScript } from './enter-page'
import type { LaunchToken } from './launch-token'
import type { Login } from './login'
import { loginPage, loginScript, loginStyle } from './login-page'
import { sentPageKey } from './page-key'
import {
  badRequest,
  done,
  forbidden,
  methodNotAllowed,
  notAUser,
  notFound,
  seeOther,
  tooLarge,
  unauthorized,
  type Reply,
} from './reply'
import { announcesBody, readBody, readBytes } from './request-body'
import type { RequestGuard } from './request-guard'
import type { Sessions } from './session'
import type { Uploads } from './uploads'
import { staticFile } from './static-files'
import type { ProxyLogin } from './users/proxy-login'
import type { Visits } from './visits'
import { matchesDigest, type SecretDigest } from './secret'
import { whoAsks, type TrustedProxies } from './who-asks'

/** How a browser comes by a session: the launch link on this machine, a password, or the word of a proxy. One of them. */
export type Entrance =
  | { readonly kind: 'launch'; readonly token: LaunchToken }
  /** `asksName`: one password for each user. */
  | { readonly kind: 'password'; readonly login: Login; readonly asksName: boolean }
  | { readonly kind: 'proxy'; readonly login: ProxyLogin }

/** What Prometheus is told, and by which token. */
export interface Metrics {
  readonly token: SecretDigest
  read(): Promise<string>
}

/** Who opens one more window, and by which secret. */
export interface Windows {
  readonly secret: SecretDigest
  open(): void
}

export interface RouteOptions {
  readonly guard: RequestGuard
  readonly sessions: Sessions
  readonly visits: Visits
  readonly entrance: Entrance
  /** Below which all paths lie: empty, or /sluice. */
  readonly base: string
  readonly rendererDir: string
  readonly metrics: Metrics | null
  readonly windows: Windows | null
  /** For programs; null: none may call. */
  readonly api: (ApiDoor & { readonly pages: ApiPages }) | null
  readonly downloads: Pick<Downloads, 'take'>
  readonly uploads: Pick<Uploads, 'receive'>
  readonly proxies: TrustedProxies
  /** Somebody came in by the launch link. */
  readonly onLaunch: () => void
  /** Sessions were ended by one who had one. */
  readonly onLogOut: () => void
}

const MAX_FORM_BYTES = 8_192
const LOG_OUTS: ReadonlySet<string> = new Set([WEB_PATHS.logOut, WEB_PATHS.logOutEverywhere, WEB_PATHS.logOutEverybody])

/** What is told of the API, by its path. */
const PAGES_OF_API: Readonly<Record<string, keyof ApiPages>> = {
  [WEB_PATHS.api]: 'page',
  [`${WEB_PATHS.api}/`]: 'page',
  [WEB_PATHS.apiDocument]: 'document',
  [WEB_PATHS.apiStyle]: 'style',
}

/** What to answer. First whose request it is, then whether there is a session, and only then what it asks for. */
export async function route(request: IncomingMessage, options: RouteOptions): Promise<Reply> {
  const { guard, entrance, base } = options
  if (!guard.allowsHost(request.headers.host)) return forbidden
  const whole = requestPath(request)
  if (whole === null) return badRequest
  const path = belowBase(whole, base)
  if (path === null) return whole === base && request.method === 'GET' ? seeOther(`${base}/`) : notFound
  const told = PAGES_OF_API[path]
  if (options.api !== null && told === undefined && path.startsWith(`${WEB_PATHS.api}/`)) {
    return options.api.call(request, path.slice(WEB_PATHS.api.length))
  }
  if (request.method === 'POST') {
    if (entrance.kind === 'password' && path === WEB_PATHS.login) return postLogin(request, options, entrance.login)
    if (LOG_OUTS.has(path)) return postLogOut(request, options, path)
    if (path.startsWith(WEB_PATHS.upload)) return postUpload(request, options, path.slice(WEB_PATHS.upload.length))
    if (path === WEB_PATHS.window && options.windows !== null) return openWindow(request, options.windows)
  }
  const isLaunch = path.startsWith(WEB_PATHS.launch)
  // HEAD reads nothing and is how the page asks whether its session stands; but a preview of the link must not spend it.
  const isRead = request.method === 'GET' || (request.method === 'HEAD' && !isLaunch)
  if (!isRead) return methodNotAllowed(path === WEB_PATHS.login ? 'GET, HEAD, POST' : 'GET, HEAD')
  if (announcesBody(request)) return tooLarge
  if (options.api !== null && told !== undefined) return ofApi(request, options.api, told, options)
  return isLaunch ? launch(request, path, options) : get(request, path, options)
}

/** For whoever has a session, or a token. */
async function ofApi(
  request: IncomingMessage,
  api: ApiDoor & { readonly pages: ApiPages },
  page: keyof ApiPages,
  { visits, base }: RouteOptions,
): Promise<Reply> {
  if (visits.session(request) !== null) return api.pages[page]()
  if (request.headers.authorization === undefined && wantsPage(request)) return seeOther(`${base}/`)
  const entered = await api.enter(request)
  return 'stands' in entered ? api.pages[page]() : entered
}

/** A browser that fetches ahead of its user drops what it gets, and asks again when it is meant. A frame keeps no session. */
function isMeant({ headers }: IncomingMessage): boolean {
  return headers['sec-purpose'] === undefined && (headers['sec-fetch-dest'] ?? 'document') === 'document'
}

function launch(request: IncomingMessage, path: string, options: RouteOptions): Reply {
  const { sessions, visits, entrance, base, onLaunch } = options
  if (!isMeant(request)) return unauthorized
  if (entrance.kind === 'launch' && entrance.token.redeem(path.slice(WEB_PATHS.launch.length))) {
    onLaunch()
    return enterPage({ ...sessions.open(whoRunsThis(), { address: whoAsks(request, options.proxies) }), base })
  }
  return visits.session(request) === null ? unauthorized : seeOther(`${base}/`)
}

async function get(request: IncomingMessage, path: string, options: RouteOptions): Promise<Reply> {
  const { visits, entrance, base, rendererDir, downloads } = options
  const { headers } = request
  if (path === WEB_PATHS.enterScript) return enterScript(base)
  if (path === WEB_PATHS.health) return done
  if (path === WEB_PATHS.metrics && options.metrics !== null) return metrics(headers, options.metrics)
  if (entrance.kind === 'password') {
    if (path === WEB_PATHS.login) return loginPage({ status: 200, base, asksName: entrance.asksName })
    if (path === WEB_PATHS.loginStyle) return loginStyle
    if (path === WEB_PATHS.loginScript) return loginScript
  }
  const session = visits.session(request)
  if (path === WEB_PATHS.session) return session?.hasKey(sentPageKey(headers)) === true ? done : unauthorized
  // The path is a secret that only who asked for the file was given. A look (HEAD) doesn't spend it.
  if (path.startsWith(WEB_PATHS.download)) {
    const entered = session ?? (await options.api?.enter(request)) ?? unauthorized
    if ('status' in entered) return entered
    return (request.method === 'GET' ? downloads.take(path.slice(WEB_PATHS.download.length)) : null) ?? notFound
  }
  if (session === null) return path === '/' && wantsPage(request) ? comeIn(request, options) : unauthorized
  const reply = await staticFile(rendererDir, path)
  // The page renews the cookie, so that it does not end in the middle of a working day.
  return path === '/' ? { ...reply, headers: { ...reply.headers, 'set-cookie': session.setCookie } } : reply
}

/** Without a session: whoever scrapes has the token, and the token is good for nothing else. */
async function metrics(headers: IncomingHttpHeaders, { token, read }: Metrics): Promise<Reply> {
  if (!bears(headers, token))
    return { ...unauthorized, headers: { ...unauthorized.headers, 'www-authenticate': 'bearer' } }
  return { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, body: await read() }
}

function bears(headers: IncomingHttpHeaders, secret: SecretDigest): boolean {
  return matchesDigest(bearerOf(headers) ?? '', secret)
}

/** No page asks for it, also none of ours: a browser says whose page it is. */
function openWindow({ headers }: IncomingMessage, { secret, open }: Windows): Reply {
  if (headers.origin !== undefined) return forbidden
  if (!bears(headers, secret)) return unauthorized
  open()
  return done
}

function wantsPage({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').includes('text/html')
}

/** What one who wants the page and has no session is told. */
function comeIn(request: IncomingMessage, { sessions, entrance, base, proxies }: RouteOptions): Reply {
  // From a link on another site a browser sends no strict cookie: there may be a session all the same.
  if (request.headers['sec-fetch-site'] === 'cross-site') return enterPage({ pageKey: null, setCookie: null, base })
  if (entrance.kind === 'launch') return unauthorized
  if (entrance.kind === 'password') return seeOther(`${base}${WEB_PATHS.login}`)
  if (request.method !== 'GET' || !isMeant(request)) return unauthorized
  const entered = entrance.login.entered(request)
  if (entered === null) return notAUser
  const { name, role, stands } = entered
  return enterPage({
    ...sessions.open({ who: { by: 'proxy', name }, role }, { stands, address: whoAsks(request, proxies) }),
    base,
  })
}

async function postLogin(request: IncomingMessage, options: RouteOptions, login: Login): Promise<Reply> {
  const { guard, proxies } = options
  if (!guard.allowsOrigin(request.headers.origin, request.headers.host)) return forbidden
  const body = await readBody(request, MAX_FORM_BYTES)
  if (body === null) return tooLarge
  return login({ body, address: whoAsks(request, proxies), cookies: request.headers.cookie })
}

/** By a page with both halves of its session, or by a program, to a path that is a secret. */
async function postUpload(
  request: IncomingMessage,
  { guard, visits, uploads, api }: RouteOptions,
  path: string,
): Promise<Reply> {
  const { origin, host } = request.headers
  const isOfProgram = origin === undefined && api !== null
  if (!isOfProgram && !guard.allowsOrigin(origin, host)) return forbidden
  const entered = isOfProgram ? await api.enter(request) : (visits.page(request) ?? unauthorized)
  if ('status' in entered) return entered
  const stands = (): boolean => ('stands' in entered ? entered.stands() : visits.page(request) !== null)
  return uploads.receive(path, async () => {
    const piece = await readBytes(request, UPLOAD_PIECE_BYTES)
    // It may have been long on its way.
    return stands() ? (piece ?? tooLarge) : unauthorized
  })
}

function postLogOut(request: IncomingMessage, options: RouteOptions, path: string): Reply {
  const { guard, sessions, visits, onLogOut } = options
  if (!guard.allowsOrigin(request.headers.origin, request.headers.host)) return forbidden
  if (announcesBody(request)) return tooLarge
  const session = visits.page(request)
  if (session === null) return unauthorized
  const { who, role } = session.caller
  if (path === WEB_PATHS.logOutEverybody && role !== 'admin') return forbidden
  if (path === WEB_PATHS.logOut) session.end()
  else if (path === WEB_PATHS.logOutEverywhere) sessions.end({ who })
  else sessions.endAll()
  onLogOut()
  return { ...done, headers: { 'set-cookie': sessions.noCookie } }
}
