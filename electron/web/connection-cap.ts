import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Keeps the connections that have proven nothing within a number. */
export interface ConnectionCap {
  /** It has proven itself, and counts no more. */
  admit(socket: Duplex): void
}

/** Beyond `most`, the oldest goes: a newcomer would otherwise be locked out by whoever opens many and says nothing. */
export function capConnections(http: Server, most: number): ConnectionCap {
  const strangers = new Map<string, Socket>()
  http.on('connection', (socket: Socket) => {
    const other = otherEnd(socket)
    strangers.set(other, socket)
    socket.once('close', () => {
      // The same end may have come again by now.
      if (strangers.get(other) === socket) strangers.delete(other)
    })
    const [oldest] = strangers.values()
    if (strangers.size > most) oldest?.destroy()
  })
  return { admit: (socket) => void strangers.delete(otherEnd(socket)) }
}

type End = Pick<Socket, 'remoteAddress' | 'remotePort'>

/** By which a connection is known, also where TLS wraps it in another object. */
function otherEnd({ remoteAddress, remotePort }: Duplex & Partial<End>): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`
}
