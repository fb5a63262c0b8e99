import { connect } from 'node:net'
import type { Endpoint } from '../../shared/model/connection'

const WAIT_MS = 500
const MAX_LENGTH = 300

/**
 * What a server says to somebody who only listens. One that refuses a client for want of room, or for its address
 * (protected mode), says so at once and hangs up, which is lost when we were speaking at the same time. Null when it is
 * silent, or can't be reached.
 */
export function serverGreeting(endpoint: Endpoint): Promise<string | null> {
  const target = endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port }
  return new Promise((resolve) => {
    let said = ''
    const socket = connect(target)
    const end = (): void => {
      socket.destroy()
      resolve(/^-([^\r\n]+)/.exec(said)?.[1]?.slice(0, MAX_LENGTH) ?? null)
    }
    socket.setTimeout(WAIT_MS, end)
    socket.on('error', end)
    socket.on('close', end)
    socket.on('data', (chunk) => {
      said += chunk.toString('utf8')
      if (said.includes('\n') || said.length > MAX_LENGTH) end()
    })
  })
}
