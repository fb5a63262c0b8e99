import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { AbstractConnector } from 'ioredis'
import { createReplyCheck, type ReplyCheck } from './reply-check'

/** What ioredis hands a connector: its own options. */
interface Dialling {
  readonly host?: string
  readonly port?: number
  readonly path?: string
  readonly tls?: ConnectionOptions
  readonly disconnectTimeout: number
  readonly replyLimit?: ReplyLimit
  /** Instead of host and port. */
  readonly locate?: () => Promise<{ readonly host: string; readonly port: number }>
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
    const at = await this.#options.locate?.()
    if (!this.connecting) throw new Error('Connection is closed.')
    const stream = dial({ ...this.#options, ...at })
    guardReplies(stream, this.#options.replyLimit)
    stream.once('error', (error) => (this.firstError = error))
    this.stream = stream
    return stream
  }
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

function dial({ host, port, path, tls }: Dialling): Socket {
  const target = (path === undefined ? { host, port } : { path }) as NetConnectOpts
  return tls === undefined ? connectTcp(target) : connectTls({ ...target, ...tls } as ConnectionOptions)
}

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
