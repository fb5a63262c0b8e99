import { Redis, type RedisOptions } from 'ioredis'
import type { CommandTap } from './command-tap'
import { keepingUp } from './sent-by'

/** What ioredis keeps for itself. */
interface Inner {
  readonly condition?: { readonly handshake?: boolean } | null
}

/**
 * ioredis, and who looks at each command: this is where all of them pass, those of pipelines and those that ioredis sends by itself as
 * it connects.
 */
export class TappedRedis extends Redis {
  readonly #tap: CommandTap

  constructor(options: RedisOptions & { replyMapping: 'legacy' }, tap: CommandTap) {
    super(options)
    this.#tap = tap
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const isHandshake = (this as unknown as Inner).condition?.handshake === true
    const see = (): void => this.#tap.sending(command)
    if (isHandshake) keepingUp(see)
    else see()
    return super.sendCommand(command, stream)
  }
}
