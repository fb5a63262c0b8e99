import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { OwnedClient } from '../../redis/client'
import { addressName, type NodeAddress } from '../../redis/cluster/slot-map'
import { unreachable } from '../../redis/errors'
import { standaloneLink, type Link } from './link'
import { createServerLink } from './server-link'
import { createSentinels, type SentinelsOptions } from './sentinels'

/**
 * How often the sentinels are asked whether the primary is another by now: a former one takes writes for some seconds more,
 * and loses them.
 */
const ASK_EVERY_MS = 500

export interface SentinelLinkOptions extends Omit<SentinelsOptions, 'connect'> {
  readonly connectionId: string
  readonly connectSentinel: SentinelsOptions['connect']
  /** A client that asks before each connection where that leads, and is not open yet. */
  readonly connect: (locate: () => Promise<NodeAddress>) => Promise<OwnedClient>
  readonly log: Logger
}

/**
 * The connection to whichever server the sentinels take for the primary. They are asked before each connection is made, and
 * every half a second beside it: one that hangs on to a former primary is given up. A server that says it is a replica is none.
 */
export function createSentinelLink(options: SentinelLinkOptions): Link {
  const { connectionId, endpoint, connectSentinel, connect, log } = options
  const sentinels = createSentinels({ ...options, connect: connectSentinel })
  let at: { readonly name: string; readonly epoch: number } | null = null
  let ended = new AbortController()
  let following: Promise<void> | null = null

  /** The one named last was none: so the word of every sentinel is waited for. */
  let wasMisled = false

  const locate = async (): Promise<NodeAddress> => {
    const { address, epoch } = await sentinels.primary(wasMisled)
    at = { name: addressName(address), epoch }
    return address
  }
  const server = createServerLink({
    ...{ connectionId, endpoint, log },
    check({ role }, name) {
      wasMisled = role === 'replica'
      if (wasMisled) throw unreachable('not-primary', name)
    },
    connect: () => connect(locate),
  })
  /** Until the signal aborts. */
  const follow = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await delay(ASK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted || server.status().state !== 'open') continue
      const newest = await sentinels.primary(false).catch(() => null)
      // An older word than the one that led here is from a sentinel that has not heard of it yet.
      if (signal.aborted || newest === null || at === null || newest.epoch < at.epoch) continue
      if (addressName(newest.address) === at.name) continue
      log.warn({ endpoint: endpoint(), from: at.name, to: addressName(newest.address) }, 'another primary')
      server.client()?.redial()
    }
  }
  const link = standaloneLink(server, endpoint)

  return {
    ...link,
    async open() {
      const { signal } = ended
      try {
        const status = await link.open().catch((error: unknown) => {
          if (signal.aborted || !wasMisled) throw error
          return link.open()
        })
        following ??= follow(signal)
        return status
      } catch (error) {
        sentinels.close()
        throw error
      }
    },
    close() {
      ended.abort()
      ended = new AbortController()
      following = null
      link.close()
      sentinels.close()
    },
  }
}
