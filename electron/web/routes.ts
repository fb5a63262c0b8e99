import type { IncomingMessage } from 'node:http'
import { LAUNCH_PATH, type LaunchToken } from './launch-token'
import type { Login } from './login'
import { LOGIN_PATH, LOGIN_STYLE_PATH, loginPage, loginStyle } from './login-page'
import { badRequest, forbidden, methodNotAllowed, seeOther, tooLarge, unauthorized, type Reply } from './reply'
import { announcesBody, readBody } from './request-body'
import type { RequestGuard } from './request-guard'
import type { Sessions } from './session'
import { staticFile } from './static-files'

/** How a browser comes by a session: the launch link on this machine, or a password from elsewhere. Never both. */
export type Entrance =
  { readonly kind: 'launch'; readonly token: LaunchToken } | { readonly kind: 'password'; readonly login: Login }

export interface RouteOptions {
  readonly guard: RequestGuard
  readonly sessions: Sessions
  readonly entrance: Entrance
  readonly rendererDir: string
}

const MAX_FORM_BYTES = 8_192

/** What to answer. First whose request it is, then whether there is a session, and only then what it asks for. */
export async function route(request: IncomingMessage, options: RouteOptions): Promise<Reply> {
  const { guard, sessions, entrance, rendererDir } = options
  if (!guard.allowsHost(request.headers.host)) return forbidden
  const path = requestPath(request)
  if (path === null) return badRequest
  if (entrance.kind === 'password' && path === LOGIN_PATH && request.method === 'POST') {
    return postLogin(request, guard, entrance.login)
  }
  const isLaunch = path.startsWith(LAUNCH_PATH)
  // HEAD reads nothing and is how the page asks whether its session stands; but a preview of the link must not spend it.
  const isRead = request.method === 'GET' || (request.method === 'HEAD' && !isLaunch)
  if (!isRead) return methodNotAllowed(path === LOGIN_PATH ? 'GET, HEAD, POST' : 'GET, HEAD')
  if (announcesBody(request)) return tooLarge

  if (isLaunch) {
    // A browser that fetches ahead of its user drops a refusal, and asks again when it is meant.
    const isMeant = request.headers['sec-purpose'] === undefined
    const token = path.slice(LAUNCH_PATH.length)
    const redeemed = entrance.kind === 'launch' && isMeant && entrance.token.redeem(token)
    return redeemed ? seeOther('/', { 'set-cookie': sessions.open() }) : unauthorized
  }
  if (entrance.kind === 'password') {
    if (path === LOGIN_PATH) return loginPage({ status: 200 })
    if (path === LOGIN_STYLE_PATH) return loginStyle
  }

  const session = sessions.use(request.headers.cookie)
  if (session === null) {
    const wantsPage = path === '/' && (request.headers.accept ?? '').includes('text/html')
    return entrance.kind === 'password' && wantsPage ? seeOther(LOGIN_PATH) : unauthorized
  }
  const reply = await staticFile(rendererDir, path)
  // The page renews the cookie, so that it does not end in the middle of a working day.
  return path === '/' ? { ...reply, headers: { ...reply.headers, 'set-cookie': session.setCookie } } : reply
}

async function postLogin(request: IncomingMessage, guard: RequestGuard, login: Login): Promise<Reply> {
  if (!guard.allowsOrigin(request.headers.origin, request.headers.host)) return forbidden
  const body = await readBody(request, MAX_FORM_BYTES)
  if (body === null) return tooLarge
  return login({ body, address: request.socket.remoteAddress ?? '' })
}

/** The path as it was sent, without the query; null where the target is no path (a proxy's form, `*`). */
export function requestPath(request: IncomingMessage): string | null {
  const target = request.url ?? ''
  return target.startsWith('/') ? (target.split('?')[0] ?? null) : null
}
