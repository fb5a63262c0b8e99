import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { struck } from './faults-struck'

export interface SlowLine {
  readonly host: string
  readonly port: number
  stop(): Promise<void>
}

interface Line {
  /** Each way, ms. */
  readonly delayMs: number
  /** From the server to the client. */
  readonly bytesPerSecond: number
}

/** A line between a client and a server that is far away and narrow. */
export async function startSlowLine(
  target: { readonly host: string; readonly port: number },
  { delayMs, bytesPerSecond }: Line,
): Promise<SlowLine> {
  struck('slow line')
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ ...target, noDelay: true })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    pump(client, upstream, delayMs, Infinity)
    pump(upstream, client, delayMs, bytesPerSecond)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What comes is handed on in order: when the line is free, and so much later. */
function pump(from: Socket, to: Socket, delayMs: number, bytesPerSecond: number): void {
  let freeAtMs = 0
  let sent = Promise.resolve()
  from.on('data', (chunk: Buffer) => {
    const now = performance.now()
    freeAtMs = Math.max(now, freeAtMs) + (chunk.length / bytesPerSecond) * 1_000
    const waitMs = freeAtMs + delayMs - now
    const due = delay(waitMs)
    sent = sent.then(async () => {
      await due
      if (!to.destroyed) to.write(chunk)
    })
  })
}
