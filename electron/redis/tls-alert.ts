import { openSocket, type SocketOptions } from './open-socket'

const WAIT_MS = 500

/**
 * What a server has to say against a connection over TLS to somebody who only listens; null where that is nothing. Since
 * TLS 1.3 the client's certificate is refused after the handshake: whoever speaks by then hears of a reset instead.
 * https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2.4
 */
export function tlsAlert(options: SocketOptions): Promise<Error | null> {
  return new Promise((resolve) => {
    const socket = openSocket(options)
    const end = (error: Error | null): void => {
      socket.destroy()
      resolve(error)
    }
    socket.setTimeout(WAIT_MS)
    socket.on('timeout', () => end(null))
    socket.on('error', end)
    socket.on('close', () => end(null))
  })
}
