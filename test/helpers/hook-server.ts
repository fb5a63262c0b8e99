import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Hooked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What is answered: a status, or what is done with the response. */
type Answer = number | ((response: ServerResponse, request: IncomingMessage) => void)

export interface HookServer {
  readonly port: number
  readonly got: Hooked[]
  /** How often somebody connected, whatever came of it. */
  connections: number
  /** The next ones, in turn; the last one stays. */
  answers: Answer[]
  close(): Promise<void>
}

/** A real server that takes webhooks. */
export async function startHookServer(
  host = '127.0.0.1',
  tls: { readonly cert: string; readonly key: string } | null = null,
): Promise<HookServer> {
  const got: Hooked[] = []
  const self = { port: 0, got, connections: 0, answers: [200] as Answer[], close }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      got.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      const answer = (self.answers.length > 1 ? self.answers.shift() : self.answers[0]) ?? 200
      if (typeof answer === 'number') response.writeHead(answer).end('thanks')
      else answer(response, request)
    })
  }
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle)
  server.on('connection', () => (self.connections += 1))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  self.port = (server.address() as AddressInfo).port
  function close(): Promise<void> {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return self
}
