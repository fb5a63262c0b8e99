import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'

export interface SocketAttempt {
  /** 101 when it was let in. */
  readonly status: number
  readonly body: string
  readonly socket: WebSocket | null
}

/** Tries to open a socket as a browser would, with any headers and subprotocols. */
export function trySocket(
  url: string,
  options: ClientOptions = {},
  protocols: readonly string[] = [],
): Promise<SocketAttempt> {
  const socket = new WebSocket(url, [...protocols], options)
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ status: 101, body: '', socket }))
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), socket: null }),
      )
    })
  })
}

/** The code it was closed with; 1006 where the other side just went. */
export async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number]
  return code
}
