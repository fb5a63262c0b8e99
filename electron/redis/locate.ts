import { setTimeout as delay } from 'node:timers/promises'
import type { TcpEndpoint } from '../../shared/model/connection'

/** A server that has no address of its own: who it is has to be asked before each connection. */
export interface Located {
  /** How it is called. */
  readonly name: string
  /** Throws UNREACHABLE. */
  locate(): Promise<TcpEndpoint>
}

export interface Locator {
  /** Where the next connection leads. Asks again while it may. Throws what the last answer was. */
  locate(): Promise<TcpEndpoint>
  /** Where the last one led; null: it was never asked. */
  last(): TcpEndpoint | null
}

export interface LocatorOptions {
  /** False: the first failure is the last. */
  readonly mayRetry: () => boolean
  readonly failed: (error: unknown) => void
  /** After the first failure; then twice as long, up to `mostMs`. */
  readonly firstMs: number
  readonly mostMs: number
}

/** ioredis gives up for good where its connector does: so the connector tries again itself. */
export function createLocator({ locate }: Located, { mayRetry, failed, firstMs, mostMs }: LocatorOptions): Locator {
  let last: TcpEndpoint | null = null
  return {
    last: () => last,
    async locate() {
      for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, mostMs)) {
        try {
          return (last = await locate())
        } catch (error) {
          if (!mayRetry()) throw error
          failed(error)
          await delay(waitMs, undefined, { ref: false })
          if (!mayRetry()) throw error
        }
      }
    },
  }
}
