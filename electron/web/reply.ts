import { Readable } from 'node:stream'
import { webWords } from '../../shared/words/en/web-words'

/** A response as a value. The server adds the headers that every response has. */
export interface Reply {
  readonly status: number
  /** A list: the header several times. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** A stream: as long as it goes on; where it fails, the connection ends with it. */
  readonly body?: string | Buffer | Readable
  /** All of it is on its way, or the other side left. */
  readonly onSent?: () => void
}

/** Whether it is sent while it is made, for as long as that takes. */
export function isStreamed({ body }: Reply): boolean {
  return body instanceof Readable
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

const { status } = webWords

function plain(code: number, body: string): Reply {
  return { status: code, headers: TEXT, body: `${body}\n` }
}

export const done = plain(200, status.ok)
export const badRequest = plain(400, status.badRequest)
/** The same for every wrong, used or missing token or cookie: it tells nothing more. */
export const unauthorized = plain(401, status.unauthorized)
/** The proxy named nobody, or somebody who is none of the users. */
export const notAUser = plain(403, status.notAUser)
export const forbidden = plain(403, status.forbidden)
export const notFound = plain(404, status.notFound)
export const tooLarge: Reply = { ...plain(413, status.tooLarge), headers: { ...TEXT, connection: 'close' } }
export const failed = plain(500, status.failed)
export const busy = plain(503, status.busy)

export function methodNotAllowed(allow: string): Reply {
  return { ...plain(405, status.methodNotAllowed), headers: { ...TEXT, allow } }
}

/** To a path of ours, by GET. */
export function seeOther(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 303, headers: { location, ...headers } }
}
