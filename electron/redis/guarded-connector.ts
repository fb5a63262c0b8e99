import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { AbstractConnector } from 'ioredis'
import { socketTarget } from './dial'
import type { Reached } from './locate'
import { openSocket } from './open-socket'
import { createReplyGate, type Awaiting, type ReplyGate } from './reply-gate'
import { countSent, type Traffic } from './traffic'

/** What ioredis hands a connector: its own options. */
interface Dialling {
  readonly host: string
  readonly port: number
  readonly path?: string
  readonly tls?: ConnectionOptions
  readonly disconnectTimeout: number
  readonly replyLimit?: ReplyLimit
  /** See `createReplyGate`. */
  readonly awaiting: (nth: number) => Awaiting | null
  readonly traffic?: Traffic
  /** Where it leads instead of host, port and path, and the stream that is there already. */
  readonly reach?: () => Promise<Reached>
}

/** What one reply may hold in its bodies, and who is told when one announces more: before the connection ends. */
export interface ReplyLimit {
  readonly bytes: number
  readonly exceeded: () => void
}

/**
 * Connects as ioredis itself does, and looks at each byte that comes before its decoder does: what is no RESP, or announces
 * more than any reply may hold, ends the connection.
 */
export class GuardedConnector extends AbstractConnector {
  readonly #options: Dialling

  /** By ioredis, with all of its own options. */
  constructor(options: unknown) {
    super((options as Dialling).disconnectTimeout)
    this.#options = options as Dialling
  }

  override async connect(): Promise<Socket> {
    this.connecting = true
    await nextTick()
    const reached = await this.#options.reach?.()
    if (!this.connecting) {
      reached?.stream?.destroy()
      throw new Error('Connection is closed.')
    }
    const { host, port, path, tls } = this.#options
    const stream = openSocket({
      target: reached ? socketTarget({ endpoint: reached.at }) : path === undefined ? { host, port } : { path },
      ...{ tls, through: reached?.stream },
    })
    guardReplies(stream, this.#options)
    stream.once('error', (error) => (this.firstError = error))
    this.stream = stream
    return stream
  }
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

const gates = new WeakMap<object, ReplyGate>()

/** Ends the connection where a reply has begun: what nobody waits for any more would go on coming. */
export function endWithinReply(stream: Pick<Socket, 'destroy'>): void {
  if (gates.get(stream)?.isWithin() !== true) return
  stream.destroy(Object.assign(new Error('timed out within a reply'), { code: 'ETIMEDOUT' }))
}

/** How many bytes of replies have come on it. */
export function replyBytesOn(stream: object | undefined): number {
  return (stream && gates.get(stream)?.bytes()) ?? 0
}

const NO_BYTES = Buffer.alloc(0)

function guardReplies(stream: Socket, { replyLimit: limit, awaiting, traffic }: Dialling): void {
  if (traffic) countSent(stream, traffic)
  const gate = createReplyGate(awaiting, limit?.bytes)
  gates.set(stream, gate)
  const emit = stream.emit.bind(stream)
  stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [chunk] = args
    if (event !== 'data' || !(chunk instanceof Uint8Array)) return emit(event, ...args)
    if (traffic) traffic.received += chunk.length
    const { fault, pieces } = gate.push(chunk)
    if (fault === null) {
      // Also where nothing of it is kept, so that the connection is known to be alive.
      for (const piece of pieces.length === 0 ? [NO_BYTES] : pieces) emit(event, piece)
      return true
    }
    if (fault === 'too-much') limit?.exceeded()
    stream.destroy(new Error(`Not RESP: ${fault}`))
    return true
  }
}
