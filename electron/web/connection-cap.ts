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
  const strangers = new Set<Duplex>()
  http.on('connection', (socket: Socket) => {
    strangers.add(socket)
    socket.once('close', () => strangers.delete(socket))
    const [oldest] = strangers
    if (strangers.size > most) oldest?.destroy()
  })
  return { admit: (socket) => void strangers.delete(socket) }
}
