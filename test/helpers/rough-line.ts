import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { struck } from './faults-struck'

/** What happens to the bytes of replies, wherever in them it falls. */
export type Roughness =
  /** They come one by one. */
  | 'split'
  /** A piece comes twice. */
  | 'twice'
  /** One byte is another. */
  | 'garbled'
  /** The rest of a piece never comes, and nothing is closed. */
  | 'lost'

export interface RoughLine {
  readonly host: string
  readonly port: number
  /** Strikes the next pieces of what the server says, so many of them; `at`: which byte, modulo what there is. */
  strike(what: Roughness, pieces: number, at: number): void
  /** From now on nothing is struck. Lines that lost something are cut. */
  heal(): void
  stop(): Promise<void>
}

/** A line that knows nothing of Redis. Only replies are struck: what a server is told wrong is beyond any client. */
export async function startRoughLine(target: { readonly host: string; readonly port: number }): Promise<RoughLine> {
  const lines = new Set<Socket>()
  const lossy = new Set<Socket>()
  let due: { what: Roughness; left: number; at: number } | null = null

  const pass = (chunk: Buffer, client: Socket): void => {
    if (lossy.has(client)) return
    const fault = due
    if (fault === null || client.destroyed) return void (client.destroyed || client.write(chunk))
    struck(`bytes ${fault.what}`)
    fault.left -= 1
    if (fault.left <= 0) due = null
    const at = fault.at % chunk.length
    switch (fault.what) {
      case 'split':
        for (const byte of chunk) client.write(Buffer.of(byte))
        break
      case 'twice':
        client.write(chunk)
        client.write(chunk.subarray(at))
        break
      case 'garbled':
        client.write(Buffer.concat([chunk.subarray(0, at), Buffer.of((chunk[at] ?? 0) ^ 0x15), chunk.subarray(at + 1)]))
        break
      case 'lost':
        lossy.add(client)
        client.write(chunk.subarray(0, at))
        break
    }
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ ...target, noDelay: true })
    lines.add(client)
    client.on('data', (chunk: Buffer) => upstream.destroyed || upstream.write(chunk))
    upstream.on('data', (chunk: Buffer) => pass(chunk, client))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => other.destroy())
      socket.on('end', () => other.end())
      socket.on('close', (failed) => failed && other.destroy())
    }
    client.once('close', () => {
      lines.delete(client)
      lossy.delete(client)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{ host: '127.0.0.1', port },
    strike: (what, pieces, at) => void (due = { what, left: pieces, at }),
    heal() {
      due = null
      for (const each of lossy) each.destroy()
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const each of lines) each.destroy()
      await closed
    },
  }
}
