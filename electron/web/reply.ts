/** A response as a value. The server adds the headers that every response has. */
export interface Reply {
  readonly status: number
  /** A list: the header several times. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Buffer
  /** All of it is on its way, or the other side left. */
  readonly onSent?: () => void
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

function plain(status: number, body: string): Reply {
  return { status, headers: TEXT, body }
}

export const done = plain(200, 'OK\n')
export const badRequest = plain(400, 'Bad request\n')
/** The same for every wrong, used or missing token or cookie: it tells nothing more. */
export const unauthorized = plain(401, 'Unauthorized\n')
export const forbidden = plain(403, 'Forbidden\n')
export const notFound = plain(404, 'Not found\n')
export const tooLarge: Reply = { ...plain(413, 'Too large\n'), headers: { ...TEXT, connection: 'close' } }
export const failed = plain(500, 'Internal error\n')
export const busy = plain(503, 'Busy\n')

export function methodNotAllowed(allow: string): Reply {
  return { ...plain(405, 'Method not allowed\n'), headers: { ...TEXT, allow } }
}

/** To a path of ours, by GET. */
export function seeOther(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 303, headers: { location, ...headers } }
}
