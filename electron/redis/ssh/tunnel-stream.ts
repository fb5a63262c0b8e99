import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { ClientChannel } from 'ssh2'

/**
 * A channel of SSH as whoever expects a TCP socket uses it: what is destroyed is closed at once, whether the other side
 * answers or not, and what the other side ends ends here too.
 */
export class TunnelStream extends Duplex {
  /** As of a socket: it is connected from the beginning. */
  readonly connecting = false
  readonly #channel: ClientChannel
  #idle: NodeJS.Timeout | undefined
  #idleMs = 0

  constructor(channel: ClientChannel) {
    super({ allowHalfOpen: false })
    this.#channel = channel
    // Told to all who listen, and there may be nobody by then.
    this.on('error', () => undefined)
    channel.on('data', (chunk: Buffer) => {
      this.#stir()
      if (!this.push(chunk)) channel.pause()
    })
    channel.on('end', () => this.push(null))
    channel.on('close', () => {
      // What came before is read first.
      if (this.readableEnded) return void this.destroy()
      this.once('end', () => this.destroy())
      this.push(null)
    })
    channel.on('error', (error: Error) => this.destroy(error))
  }

  override _read(): void {
    this.#channel.resume()
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stir()
    this.#channel.write(chunk, encoding, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#idle)
    this.#channel.destroy()
    done(error)
  }

  /** `timeout` is emitted whenever nothing has gone through for so long; 0: never again. */
  setTimeout(ms: number, listener?: () => void): this {
    if (listener) this.once('timeout', listener)
    this.#idleMs = ms
    this.#stir()
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  /** For those that take nothing but a socket, and use nothing that is not here. */
  asSocket(): Socket {
    return this as unknown as Socket
  }

  #stir(): void {
    clearTimeout(this.#idle)
    if (this.#idleMs > 0) this.#idle = setTimeout(() => this.emit('timeout'), this.#idleMs)
  }
}
