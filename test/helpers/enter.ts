import { PAGE_KEY_PROTOCOL, RPC_PROTOCOL } from '../../shared/page-key'
import { request, type RawResponse } from './raw-http'

/** Both halves of a session at the web host, as a browser and its page keep them. */
export interface Entered {
  /** The `Cookie` header. */
  readonly cookie: string
  readonly pageKey: string
  /** What a page offers with its WebSocket. */
  readonly protocols: string[]
}

/** Spends a launch link. */
export async function enter(port: number, path: string): Promise<Entered> {
  return entered(await request(port, { path }))
}

/** What a page that lets one in holds. */
export function entered({ headers, body }: RawResponse): Entered {
  const pageKey = /<meta name="sluice-key" content="([\w-]{43})">/.exec(body)?.[1]
  if (pageKey === undefined) throw new Error('no page key was given')
  return { cookie: sessionCookie(headers['set-cookie']), pageKey, protocols: protocolsOf(pageKey) }
}

export function protocolsOf(pageKey: string): string[] {
  return [RPC_PROTOCOL, `${PAGE_KEY_PROTOCOL}${pageKey}`]
}

/** `name=value` of a `Set-Cookie`. */
export function sessionCookie(setCookie: string | undefined): string {
  const [pair] = (setCookie ?? '').split(';')
  if (!pair) throw new Error('no cookie was set')
  return pair
}
