import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServerEndpoint, TcpEndpoint } from '../../shared/model/connection'
import type { Tunnel } from './dial'

/** A server that has no address of its own: who it is has to be asked before each connection. */
export interface Located {
  /** How it is called. */
  readonly name: string
  /** Throws UNREACHABLE. */
  locate(): Promise<TcpEndpoint>
}

/** Where a connection leads; `stream` null: it is to be dialled from here. */
export interface Reached {
  readonly at: ServerEndpoint
  readonly stream: Socket | null
}

export interface Locator {
  /** Where the next connection leads, and the way there. Asks again while it may. Throws what the last answer was. */
  reach(): Promise<Reached>
  /** Where the last one led; null: it was never asked. */
  last(): ServerEndpoint | null
}

export interface LocatorOptions {
  /** What has an address of its own needs not be asked for. */
  readonly located: Located | undefined
  readonly endpoint: ServerEndpoint
  readonly tunnel: Tunnel | undefined
  /** False: the first failure is the last. */
  readonly mayRetry: () => boolean
  readonly failed: (error: unknown) => void
  /** After the first failure; then twice as long, up to `mostMs`. */
  readonly firstMs: number
  readonly mostMs: number
}

/** ioredis gives up for good where its connector does: so the connector tries again itself. */
export function createLocator(options: LocatorOptions): Locator {
  const { located, endpoint, tunnel, mayRetry, failed, firstMs, mostMs } = options
  let last: ServerEndpoint | null = null
  const reach = async (): Promise<Reached> => {
    const at = located ? await located.locate() : endpoint
    last = at
    return { at, stream: tunnel ? await tunnel.open(at) : null }
  }
  return {
    last: () => last,
    async reach() {
      for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, mostMs)) {
        try {
          return await reach()
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
