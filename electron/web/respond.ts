import { STATUS_CODES, type ServerResponse } from 'node:http'
import { pipeline, Readable, type Duplex } from 'node:stream'
import { commonHeaders, pagePolicy } from '../host/page-policy'
import type { Reply } from './reply'

const RESPONSE_HEADERS = commonHeaders(pagePolicy({ connect: "'self'" }))

export function send(response: ServerResponse, { status, headers, body = '', onSent }: Reply): void {
  // Whoever asked may have left while the reply was made: then there is no other close to come.
  if (response.closed || response.destroyed) {
    if (body instanceof Readable) body.destroy()
    return onSent?.()
  }
  if (onSent) response.once('close', onSent)
  if (body instanceof Readable) {
    response.writeHead(status, { ...RESPONSE_HEADERS, ...headers })
    // At once: until there is something to send, the browser knows that it comes.
    response.flushHeaders()
    pipeline(body, response, () => undefined)
    return
  }
  response.writeHead(status, { ...RESPONSE_HEADERS, ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/**
 * The same where Node gives us no response object. The connection ends with it: if the other side doesn't hang up within
 * `lingerMs`, we do.
 */
export function sendRaw(socket: Duplex, { status, headers, body = '' }: Reply, lingerMs: number): void {
  socket.on('error', () => socket.destroy())
  if (!socket.writable || body instanceof Readable) return void socket.destroy()
  const all = { ...RESPONSE_HEADERS, ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(all).flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}\r\n`))
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body.toString()}`)
  // Not at once: what is destroyed with something unread takes its own reply back.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}
