import type { IncomingHttpHeaders } from 'node:http'

/** The token of a request, from the one header that it counts in (https://www.rfc-editor.org/rfc/rfc6750#section-2.1); null: none. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null
}
