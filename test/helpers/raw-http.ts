import { once } from 'node:events'
import { connect } from 'node:net'

export interface RawResponse {
  readonly status: number
  /** Names in lower case; values of a repeated header are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends exactly these bytes, which no HTTP client would agree to send, and reads the response to its end. */
export async function rawHttp(port: number, text: string, host = '127.0.0.1'): Promise<RawResponse> {
  const { send, response } = slowHttp(port, host)
  send(text)
  return response
}

/** The same in as many pieces as one likes. */
export function slowHttp(port: number, host = '127.0.0.1') {
  const socket = connect(port, host)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const response = once(socket, 'close').then(() => parse(Buffer.concat(chunks).toString('latin1')))
  return { send: (text: string) => void socket.write(text, 'latin1'), response }
}

export interface RequestParts {
  readonly method?: string
  readonly path?: string
  /** Null leaves a header out. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly body?: string
}

/** The bytes of a request to `port`, with a right `Host` unless told otherwise. */
export function requestText(
  port: number,
  { method = 'GET', path = '/', headers = {}, body = '' }: RequestParts,
): string {
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const all = { host: `127.0.0.1:${port}`, connection: 'close', ...length, ...headers }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`]))
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

export function request(port: number, parts: RequestParts = {}): Promise<RawResponse> {
  return rawHttp(port, requestText(port, parts))
}

function parse(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) }
}
