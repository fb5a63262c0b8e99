import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { AbstractConnector } from 'ioredis'
import { socketTarget } from './dial'
import type { Reached } from './locate'
import { openSocket } from './open-socket'
import { createReplyCheck, type ReplyCheck } from './reply-check'

/** What ioredis hands a connector: its own options. */
interface Dialling {
  readonly host?: string
  readonly port?: number
  readonly path?: string
  readonly tls?: ConnectionOptions
  readonly disconnectTimeout: number
  readonly replyLimit?: ReplyLimit
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
 * more than a reply may hold, ends the connection.
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
      target: reached ? socketTarget({ endpoint: reached.at }) : { host, port, path },
      ...{ tls, through: reached?.stream },
    })
    guardReplies(stream, this.#options.replyLimit)
    stream.once('error', (error) => (this.firstError = error))
    this.stream = stream
    return stream
  }
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

const checks = new WeakMap<object, ReplyCheck>()

/** Ends the connection where a reply has begun: what nobody waits for any more would go on filling memory. */
export function endWithinReply(stream: Pick<Socket, 'destroy'>): void {
  if (checks.get(stream)?.isWithin() !== true) return
  stream.destroy(Object.assign(new Error('timed out within a reply'), { code: 'ETIMEDOUT' }))
}

function guardReplies(stream: Socket, limit: ReplyLimit | undefined): void {
  const check = createReplyCheck(undefined, limit?.bytes)
  checks.set(stream, check)
  const emit = stream.emit.bind(stream)
  stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [chunk] = args
    const problem = event === 'data' && chunk instanceof Uint8Array ? check(chunk) : null
    if (problem === null) return emit(event, ...args)
    if (problem === 'too-much') limit?.exceeded()
    stream.destroy(new Error(`Not RESP: ${problem}`))
    return true
  }
}
