import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { createRouterClient, type AnyRouter, type RouterClient } from '@orpc/server'
import { pino, type Logger } from 'pino'
import { WebSocket } from 'ws'
import { servePort } from '../../electron/desktop/rpc'
import { createRpcServer } from '../../electron/host/rpc-server'
import { startWebServer } from '../../electron/web/server'
import { enter } from './enter'
import { portMain } from './port-main'
import { AS_ADMIN } from './callers'

export interface Connected<T extends AnyRouter> {
  readonly client: RouterClient<T>
  /** Breaks the connection, as a page does that is closed, and waits until both ends know. */
  disconnect(): Promise<void>
  stop(): Promise<void>
}

export interface Transport {
  readonly name: 'direct' | 'message port' | 'ws' | 'http'
  /** Serves the router and returns a client of it. `stop` ends both. */
  connect<T extends AnyRouter>(router: T, log?: Logger): Promise<Connected<T>>
}

const silent = pino({ level: 'silent' })

/** The ways to call a router: within the process, as the desktop does, and as the web host does. The hosts' own code carries them. */
export const transports: readonly Transport[] = [
  { name: 'direct', connect: connectDirect },
  { name: 'message port', connect: connectPort },
  { name: 'ws', connect: connectSocket },
]

async function connectDirect<T extends AnyRouter>(router: T): Promise<Connected<T>> {
  const client = createRouterClient<AnyRouter, Record<never, never>>(router, { context: AS_ADMIN }) as RouterClient<T>
  return { client, disconnect: async () => undefined, stop: async () => undefined }
}

async function connectPort<T extends AnyRouter>(router: T, log = silent): Promise<Connected<T>> {
  const { port1, port2 } = new MessageChannel()
  servePort(createRpcServer(router, log), portMain(port2))
  const client = createORPCClient<RouterClient<T>>(new PortLink({ port: port1 }))
  const disconnect = async (): Promise<void> => {
    const closed = once(port2, 'close')
    port1.close()
    await closed
  }
  return { client, disconnect, stop: async () => port1.close() }
}

async function connectSocket<T extends AnyRouter>(router: T, log = silent): Promise<Connected<T>> {
  const local = { host: '127.0.0.1', port: 0, password: null, publicUrl: null }
  const server = await startWebServer({ ...local, router, rendererDir: '/nowhere', log })
  const { cookie, protocols } = await enter(server.port, new URL(server.url).pathname)
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, protocols, {
    headers: { cookie },
    origin: `http://127.0.0.1:${server.port}`,
  })
  await once(socket, 'open')
  return {
    client: createORPCClient<RouterClient<T>>(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket })),
    async disconnect() {
      const closed = once(socket, 'close')
      socket.terminate()
      await closed
    },
    async stop() {
      socket.terminate()
      await server.close()
    },
  }
}
