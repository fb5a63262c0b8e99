import { openSocket, type SocketOptions } from './open-socket'

const WAIT_MS = 500
const MAX_LENGTH = 300

/**
 * What a server says to somebody who listens first, and only then says PING; empty when that is nothing, or it can't be
 * reached. One that refuses a client for want of room, or for its address (protected mode), says so at once and hangs
 * up, and what is no Redis complains of words it doesn't know: both get lost when we were speaking at the same time.
 */
export function serverGreeting(options: Omit<SocketOptions, 'tls'>): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    let asked = false
    const socket = openSocket(options)
    const end = (): void => {
      socket.destroy()
      resolve(said.slice(0, MAX_LENGTH))
    }
    socket.setTimeout(WAIT_MS)
    socket.on('timeout', () => {
      if (asked || said !== '') return end()
      asked = true
      socket.write('PING\r\n')
      socket.setTimeout(WAIT_MS)
    })
    socket.on('error', end)
    socket.on('close', end)
    socket.on('data', (chunk) => {
      said += chunk.toString('utf8')
      if (said.includes('\n') || said.length > MAX_LENGTH) end()
    })
  })
}
