import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

export interface SocketOptions {
  /** With a path, or with host and port; by its host a server's certificate is checked. */
  readonly target: NetConnectOpts
  readonly tls?: ConnectionOptions | undefined
  /** Leads there already: a stream of a tunnel. */
  readonly through?: Socket | null | undefined
}

/** A connection to a server, plain or by TLS, from here or through what leads there. */
export function openSocket({ target, tls, through = null }: SocketOptions): Socket {
  if (tls === undefined) return through ?? connectTcp(target)
  if (through === null) return connectTls({ ...target, ...tls } as ConnectionOptions)
  // TLS has a last word to say once the other side has ended; that it could not be said is nobody's concern.
  through.allowHalfOpen = true
  through.once('end', () => setImmediate(() => through.destroy()))
  const secure = connectTls({ ...target, ...tls, socket: through } as ConnectionOptions)
  // By itself it tells neither what has become of what it goes through, nor lets go of that at once; and it may tell twice.
  through.on('error', (error) => secure.destroy(error))
  through.once('close', () => secure.destroy())
  secure.on('error', () => undefined)
  secure.once('close', () => through.destroy())
  return secure
}
